import { isJsonObject, type JsonObject } from "../../../core/json.js";
import { freeId, type WrittenFlow, type WrittenStep } from "../../writing/draft-flow.js";
import { type Path, valueAt } from "../../writing/json-path.js";
import { insertItem, moveItem, removeItem, setIn } from "../../writing/yaml-edit.js";
import type { NewStep } from "./new-steps.js";

/** A text, and the step that is looked at then. */
export interface Changed {
  readonly text: string;
  readonly chosen: string;
}

/** Where a step can be put: before what is at this place of the list. */
export interface Spot {
  readonly list: Path;
  readonly index: number;
}

/** The place behind a step; behind the trigger it is the first. */
export function spotAfter(step: WrittenStep | null): Spot {
  if (step === null) return { list: ["steps"], index: 0 };
  return { list: step.path.slice(0, -1), index: Number(step.path.at(-1)) + 1 };
}

/** Puts a new step into a flow. */
export function addStep(text: string, written: WrittenFlow, { spot, step }: { spot: Spot; step: NewStep }): Changed {
  const id = freeId(step.stem, written.steps);
  const value = withFreeIds({ id, ...step.value }, written, id);
  return { text: insertItem(text, spot.list, { index: spot.index, value }), chosen: id };
}

function withFreeIds(value: JsonObject, written: WrittenFlow, id: string): JsonObject {
  if (!Array.isArray(value.steps)) return value;
  return {
    ...value,
    steps: value.steps.map((inner) => ({ ...(inner as JsonObject), id: freeId(`${id}Item`, written.steps) })),
  };
}

/** Takes a step out; then the one before it is looked at. */
export function dropStep(text: string, written: WrittenFlow, step: WrittenStep): Changed {
  const { list, index } = placeOf(step);
  const at = written.steps.indexOf(step);
  return { text: removeItem(text, list, index), chosen: written.steps[at - 1]?.id ?? "@on" };
}

/** Puts a copy behind a step. The steps inside of it get ids of their own, too. */
export function copyStep(text: string, written: WrittenFlow, step: WrittenStep): Changed {
  const { list, index } = placeOf(step);
  const taken = [...written.steps];
  const id = freeId(String(step.value.id ?? "step"), taken);
  const value = renamed({ ...step.value, id }, taken) as JsonObject;
  return { text: insertItem(text, list, { index: index + 1, value }), chosen: id };
}

function renamed(value: JsonObject, taken: Pick<WrittenStep, "id">[]): JsonObject {
  taken.push({ id: String(value.id) });
  const again = (list: unknown): JsonObject[] =>
    (Array.isArray(list) ? (list as JsonObject[]) : []).map((step) =>
      renamed({ ...step, id: freeId(String(step.id ?? "step"), taken as WrittenStep[]) }, taken),
    );
  return {
    ...value,
    ...(value.steps !== undefined && { steps: again(value.steps) }),
    ...(value.else !== undefined && { else: again(value.else) }),
    ...(Array.isArray(value.choose) && {
      choose: (value.choose as JsonObject[]).map((branch) => ({ ...branch, steps: again(branch.steps) })),
    }),
  };
}

/** Moves a step one up or down in its list; null when it is the first or the last. */
export function shiftStep(
  text: string,
  written: WrittenFlow,
  { step, by }: { step: WrittenStep; by: -1 | 1 },
): Changed | null {
  const { list, index } = placeOf(step);
  const steps = valueAt(written.value, list);
  const to = index + by;
  if (!Array.isArray(steps) || to < 0 || to >= steps.length) return null;
  return { text: moveItem(text, { list, index }, { list, index: to }), chosen: step.id };
}

/** Gives a step another id, and reads it by that one everywhere in the flow. */
export function renameStep(
  text: string,
  written: WrittenFlow,
  { step, id }: { step: WrittenStep; id: string },
): Changed {
  const before = String(step.value.id ?? "");
  const named = setIn(text, [...step.path, "id"], id);
  if (before === "" || !/^[A-Za-z_]\w*$/.test(before)) return { text: named, chosen: id };
  const reads = new RegExp(`(\\$steps\\s*\\.\\s*)${before}(?!\\w)`, "g");
  const read = named.replaceAll(reads, `$1${id}`);
  return { text: written.steps.reduce((now, one) => awaitingOther(now, one, { before, id }), read), chosen: id };
}

function awaitingOther(
  text: string,
  { path, value }: WrittenStep,
  { before, id }: { before: string; id: string },
): string {
  const wait = isJsonObject(value.wait) ? value.wait : {};
  const member = ["message", "reply"].find((name) => wait[name] === before);
  return member === undefined ? text : setIn(text, [...path, "wait", member], id);
}

function placeOf({ path }: WrittenStep): { list: Path; index: number } {
  return { list: path.slice(0, -1), index: Number(path.at(-1)) };
}
