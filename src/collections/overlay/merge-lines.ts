import { diff3Merge } from "node-diff3";
import type { Versions } from "./merge-values.js";

/** Lines that both have changed, each in their own way. */
export interface LineConflict extends Versions<string> {
  /** Number of the first such line in our text, from 1. */
  readonly line: number;
}

/** What both changes together give; where they contradict each other it has ours, and says so. */
export interface MergedLines {
  readonly text: string;
  readonly conflicts: readonly LineConflict[];
}

/** Merges two changes of one text line by line. */
export function mergeLines({ base, mine, theirs }: Versions<string>): MergedLines {
  const regions = diff3Merge(mine.split("\n"), base.split("\n"), theirs.split("\n"), { excludeFalseConflicts: true });
  const conflicts = regions.flatMap(({ conflict }) =>
    conflict
      ? [
          {
            line: conflict.aIndex + 1,
            base: conflict.o.join("\n"),
            mine: conflict.a.join("\n"),
            theirs: conflict.b.join("\n"),
          },
        ]
      : [],
  );
  return { text: regions.flatMap(({ ok, conflict }) => ok ?? conflict?.a ?? []).join("\n"), conflicts };
}
