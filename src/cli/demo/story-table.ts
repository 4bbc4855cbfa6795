import { type Cell, row } from "../table.js";
import type { Terminal } from "../terminal.js";
import type { Story } from "./story.js";
import { fitRow, storyHeadings, storyRow, storyWidths } from "./story-row.js";

/** Shows stories while they happen. */
export interface StoryTable {
  /** Shows how the stories stand; every call has all of them, in the order in which they were pushed. */
  update(stories: readonly Story[]): void;
  /** Shows how they ended, those too that did not end in time. */
  end(stories: readonly Story[]): void;
}

const widthOfFiles = 1_000;

/**
 * Makes a table: on a terminal the lines change in place, elsewhere a line is written once, when its story is over.
 */
export function createStoryTable(terminal: Terminal, titles: ReadonlyMap<string, string>): StoryTable {
  const live = terminal.stdout.isTTY === true && !terminal.json;
  const draw = (cells: readonly Cell[], widths: readonly number[]): string =>
    row(terminal.paint, fitRow(cells, widths), widths);
  const headings = storyHeadings.map((heading): Cell => ["faint", heading]);
  return live ? liveTable() : plainTable();

  function liveTable(): StoryTable {
    let drawn = 0;
    const update = (stories: readonly Story[]): void => {
      const widths = storyWidths((terminal.stdout.columns ?? 80) - 1);
      const lines = [headings, ...stories.map((story) => storyRow(story, titles))].map((cells) => draw(cells, widths));
      const up = drawn > 0 ? `\u001b[${drawn}A` : "";
      terminal.stdout.write(up + lines.map((line) => `${line}\u001b[K\n`).join(""));
      drawn = lines.length;
    };
    return { update, end: update };
  }

  function plainTable(): StoryTable {
    const written = new Set<string | null>();
    const widths = storyWidths(widthOfFiles);
    const write = (stories: readonly Story[]): void => {
      for (const story of stories) {
        const { eventId } = story.pushed.accepted;
        if (written.has(eventId)) continue;
        if (written.size === 0) terminal.print(draw(headings, widths));
        written.add(eventId);
        terminal.print(draw(storyRow(story, titles), widths));
      }
    };
    return { update: (stories) => write(stories.filter(({ final }) => final)), end: write };
  }
}
