import { levelCell, messageStatusCell } from "../history/tones.js";
import { shorten } from "../plain.js";
import type { Cell } from "../table.js";
import { needsLook, type Story } from "./story.js";

export const storyHeadings: readonly string[] = ["RECORD", "FLOW", "TO", "TEXT", "DELIVERY", "NOTIFICATION"];

/** Writes a story as the cells of one line. `titles` are the flows' titles by name. */
export function storyRow(story: Story, titles: ReadonlyMap<string, string>): Cell[] {
  const { dataType, accepted } = story.pushed;
  const [message] = story.messages;
  const flows = story.runs.map(({ flow }) => titles.get(flow) ?? flow);
  return [
    `${dataType.slice(dataType.indexOf("/") + 1)} ${accepted.key}`,
    flows.length === 0 ? ["faint", "no flow"] : flows.join(" → "),
    message?.to ?? "",
    message?.body ?? "",
    deliveryCell(story),
    notificationCell(story),
  ];
}

function deliveryCell({ messages: [message], final }: Story): Cell {
  if (message !== undefined) return messageStatusCell(message.status, message.errorCode);
  return final ? ["faint", "no text"] : ["careful", "…"];
}

function notificationCell({ notifications: [notification] }: Story): Cell {
  if (notification === undefined) return "";
  const [tone, level] = levelCell(notification.level);
  if (!needsLook(notification)) return [tone, level];
  return [tone, `${level}: ${notification.cause ?? afterFlow(notification.title)}`];
}

/** The title begins with the flow's, which has its own column. */
function afterFlow(title: string): string {
  return title.slice(title.indexOf(": ") + 1).trim();
}

/** Natural widths of the columns, and how far each may shrink. */
const columns = [
  { width: 14, least: 14 },
  { width: 46, least: 12 },
  { width: 12, least: 12 },
  { width: 34, least: 10 },
  { width: 11, least: 11 },
  { width: 76, least: 10 },
] as const;

const gap = 2;

/** Gives the columns' widths for a terminal: narrow ones take from the long columns in proportion. */
export function storyWidths(available: number): readonly number[] {
  const full = columns.reduce((sum, { width }) => sum + width + gap, -gap);
  const room = columns.reduce((sum, { width, least }) => sum + width - least, 0);
  const short = Math.min(room, Math.max(0, full - available));
  return columns.map(({ width, least }) => width - Math.ceil(((width - least) * short) / room));
}

/** Cuts cells to their columns. */
export function fitRow(cells: readonly Cell[], widths: readonly number[]): Cell[] {
  return cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    return typeof cell === "string" ? shorten(cell, width) : [cell[0], shorten(cell[1], width)];
  });
}
