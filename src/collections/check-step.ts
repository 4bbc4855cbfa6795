import type { StartStep, Step, Trigger, WaitStep } from "../core/flow.js";
import type { Json } from "../core/json.js";
import { checkCall } from "./check-call.js";
import { checkExpression, type ExpressionScope, expressionsIn, type PlacedExpression } from "./check-expressions.js";
import { below, type Place, type ProblemList } from "./problem-list.js";
import { checkKeyedDataType, checkReference, type Surroundings } from "./surroundings.js";

/** What one step is checked with. */
export interface StepChecking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
  /** The trigger of its flow. */
  readonly on: Trigger;
  readonly scope: ExpressionScope;
  /** Ids of the calls before it, in its own list and those around it. */
  readonly calls: readonly string[];
}

/** Reports what one step refers to that is not there, and its expressions; the steps inside it are checked by themselves. */
export function checkStep(step: Step, place: Place, checking: StepChecking): void {
  for (const found of conditions(step, place)) checkExpression(found, checking.scope, checking);
  for (const [member, template] of templates(step)) {
    const at = { file: place.file, path: `${place.path}/${member}` };
    for (const found of expressionsIn(template, at)) checkExpression(found, checking.scope, checking);
  }
  if (step.kind === "translate") checkTranslator(step.translator, below(place, "translate"), checking);
  if (step.kind === "save") checkKeyedDataType(step.dataType, below(place, "save"), checking);
  if (step.kind === "call") checkCall(step, place, checking);
  if (step.kind === "wait") checkWait(step, place, checking);
  if (step.kind === "start") checkStart(step, place, checking);
}

/** Members that are always expressions. */
function conditions(step: Step, place: Place): PlacedExpression[] {
  const found: PlacedExpression[] = [];
  const add = (path: string, expression: string | null): void => {
    if (expression !== null) found.push({ place: { file: place.file, path: place.path + path }, expression });
  };
  add("/when", step.when);
  if (step.kind === "choose")
    for (const [index, { when }] of step.branches.entries()) add(`/choose/${index}/when`, when);
  if (step.kind === "wait") {
    if (step.awaited.kind === "record" || step.awaited.kind === "reply") add("/wait/when", step.awaited.when);
    add("/cancelIf", step.cancelIf);
  }
  return found;
}

/** Members that may have expressions in them. */
function templates(step: Step): readonly [string, Json][] {
  switch (step.kind) {
    case "translate":
      return [["input", step.input]];
    case "call":
    case "save":
    case "start":
      return [["with", step.with]];
    case "notify":
      return [
        ["notify", step.title],
        ["message", step.message],
      ];
    case "stop":
      return [["stop", step.reason]];
    case "choose":
      return [];
    case "each":
      return [["each", step.items]];
    case "wait":
      return step.awaited.kind === "instant"
        ? [["wait/until", step.awaited.at]]
        : [["wait/key", step.awaited.kind === "record" ? step.awaited.key : null]];
  }
}

function checkTranslator(name: string, place: Place, { surroundings, problems }: StepChecking): void {
  checkReference({ place, noun: "translator", name, names: surroundings.translators }, surroundings, problems);
}

function checkStart({ flow: name }: StartStep, place: Place, { surroundings, problems }: StepChecking): void {
  const names = new Set(surroundings.flows.map((flow) => flow.name));
  checkReference({ place: below(place, "start"), noun: "flow", name, names }, surroundings, problems);
}

function checkWait({ awaited, cancelIf }: WaitStep, place: Place, checking: StepChecking): void {
  const { problems, on, calls } = checking;
  const wait = below(place, "wait");
  if (cancelIf !== null && on.kind !== "record") {
    const remedy = "Remove cancelIf, or let the flow start on a record.";
    problems.error(below(place, "cancelIf"), "there is no record that could cancel it", remedy);
  }
  if (awaited.kind === "record") checkKeyedDataType(awaited.dataType, below(wait, "record"), checking);
  if (awaited.kind === "instant" && !awaited.at.startsWith("=") && !isInstant(awaited.at)) {
    const remedy = "Write it like 2026-02-03T17:29:15Z, or write an expression with = in front.";
    problems.error(below(wait, "until"), `${awaited.at} is not an instant with a time zone (ISO-8601)`, remedy);
  }
  if ((awaited.kind === "message" || awaited.kind === "reply") && !calls.includes(awaited.stepId)) {
    const remedy = calls.length === 0 ? "No call comes before it." : `Calls before it are ${calls.join(", ")}.`;
    const what = awaited.kind === "reply" ? "a reply to the message" : "the message";
    const message = `waits for ${what} of ${awaited.stepId}, which is not a call before it in this list or one around it`;
    problems.error(below(wait, awaited.kind), message, remedy);
  }
}

function isInstant(text: string): boolean {
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
  return shape.test(text) && !Number.isNaN(Date.parse(text));
}
