import { parseDocument } from "yaml";
import type { Step } from "../../core/flow.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import type { DrawnFlow } from "../flow-graph/to-graph.js";
import { type Path, toPointer } from "./json-path.js";

/** Members that say what kind of step it is. */
export const stepKinds = ["translate", "call", "save", "notify", "stop", "choose", "each", "wait", "start"] as const;

export type StepKind = (typeof stepKinds)[number];

/** A step as it is written, and where. */
export interface WrittenStep {
  /** As it is drawn: its own id, or its place while that is missing or taken. */
  readonly id: string;
  readonly kind: StepKind;
  readonly path: Path;
  readonly value: JsonObject;
}

/** A flow that somebody writes: what can be drawn of it already. */
export interface WrittenFlow {
  readonly value: JsonObject;
  readonly drawn: DrawnFlow;
  readonly steps: readonly WrittenStep[];
}

/** Reads a flow's text as far as it can be read; null while it is no YAML. */
export function readWritten(text: string): WrittenFlow | null {
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const value = document.toJS() as Json;
  if (!isJsonObject(value)) return null;
  const steps: WrittenStep[] = [];
  const drawn = { on: { kind: "manual", when: null } as const, steps: readSteps(value.steps, ["steps"], steps) };
  return { value, drawn, steps };
}

function readSteps(list: Json | undefined, path: Path, into: WrittenStep[]): Step[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((value, index) => (isJsonObject(value) ? [readStep(value, [...path, index], into)] : []));
}

function readStep(value: JsonObject, path: Path, into: WrittenStep[]): Step {
  const wish = typeof value.id === "string" ? value.id : "";
  const taken = wish === "" || into.some(({ id }) => id === wish);
  const id = taken ? `${wish}@${toPointer(path)}` : wish;
  const kind = stepKinds.find((one) => Object.hasOwn(value, one)) ?? "notify";
  into.push({ id, kind, path, value });
  const base = { id, kind, when: typeof value.when === "string" ? value.when : null, onError: "fail" };
  // Only what drawing looks at: the rest of a step is shown as it is written.
  return { ...base, ...insideOf(value, { kind, path }, into) } as unknown as Step;
}

function insideOf(value: JsonObject, { kind, path }: { kind: StepKind; path: Path }, into: WrittenStep[]): object {
  if (kind === "each") return { steps: readSteps(value.steps, [...path, "steps"], into) };
  if (kind !== "choose") return {};
  const branches = (Array.isArray(value.choose) ? value.choose : []).map((branch, index) => {
    const { when, steps } = isJsonObject(branch) ? branch : {};
    return { when: String(when ?? ""), steps: readSteps(steps, [...path, "choose", index, "steps"], into) };
  });
  return { branches, otherwise: value.else === undefined ? null : readSteps(value.else, [...path, "else"], into) };
}

/** Gives an id that no step has. */
export function freeId(wish: string, steps: readonly WrittenStep[]): string {
  const taken = new Set(steps.map(({ id }) => id));
  const stem = wish.replaceAll(/[^A-Za-z0-9_]/g, "") || "step";
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}${number}`;
    if (!taken.has(id)) return id;
  }
}
