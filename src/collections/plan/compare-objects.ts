import { structuredPatch } from "diff";
import type { CanonicalObject } from "./canonical-objects.js";
import { type ObjectAction, objectKinds, type PlannedObject } from "./plan.js";

/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Changed lines beyond which two texts have nothing to do with each other; finding out takes time by their square. */
const MAX_EDITS = 2_000;

/** Tells what becomes of each object, by kind and name. */
export function compareObjects(
  before: readonly CanonicalObject[],
  after: readonly CanonicalObject[],
): readonly PlannedObject[] {
  const idOf = ({ kind, name }: Pick<CanonicalObject, "kind" | "name">): string => `${kind} ${name}`;
  const old = new Map(before.map((one) => [idOf(one), one]));
  const kept = new Set(after.map(idOf));
  const planned = after.map((one) => compared(one, old.get(idOf(one))?.text ?? null, one.text));
  const removed = before.filter((one) => !kept.has(idOf(one))).map((one) => compared(one, one.text, null));
  return [...planned, ...removed].sort(byKindAndName);
}

function compared(
  { kind, name, note }: Omit<CanonicalObject, "text">,
  before: string | null,
  after: string | null,
): PlannedObject {
  const action = actionOf(before, after);
  return {
    kind,
    name,
    note: note ?? null,
    action,
    diff: action === "unchanged" ? null : lineDiff(before ?? "", after ?? ""),
  };
}

function actionOf(before: string | null, after: string | null): ObjectAction {
  if (before === null) return "create";
  if (after === null) return "remove";
  return before === after ? "unchanged" : "update";
}

/** Writes how two texts differ, line by line: `+` came, `-` went, a space stayed; `…` stands for lines that are left out. */
export function lineDiff(before: string, after: string): string {
  const patch = structuredPatch("", "", before, after, "", "", { context: CONTEXT, maxEditLength: MAX_EDITS });
  if (patch === undefined) return "… more than 2,000 lines differ …";
  const hunks = patch.hunks.map(({ lines }) => lines.filter((line) => !line.startsWith("\\")).join("\n"));
  return hunks.join("\n…\n");
}

function byKindAndName(a: PlannedObject, b: PlannedObject): number {
  if (a.kind !== b.kind) return objectKinds.indexOf(a.kind) - objectKinds.indexOf(b.kind);
  return a.name < b.name ? -1 : 1;
}
