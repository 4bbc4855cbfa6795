import { diffLines } from "diff";
import { stringify } from "yaml";
import type { DiffLine } from "../collections/golden-report.js";
import type { Json } from "../core/json.js";
import type { Mismatch } from "./judge.js";

/** Shows both sides of a mismatch as YAML, line by line. */
export function diffOf({ expected, got }: Mismatch): readonly DiffLine[] {
  return diffLines(yamlOf(expected), yamlOf(got)).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, "")
      .split("\n")
      .filter((text) => text !== "")
      .map((text) => ({ mark: added ? ("+" as const) : removed ? ("-" as const) : (" " as const), text })),
  );
}

function yamlOf(value: Json | null): string {
  return value === null ? "" : stringify(value, { lineWidth: 0, sortMapEntries: false });
}
