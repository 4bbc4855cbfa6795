import { describeProblems, PatchbayError } from "../core/errors.js";
import { after, type Eventual } from "../core/eventual.js";
import type { Awaited, ChooseStep, FlowVersion, Step, TranslateStep } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import { truthOf } from "../translation/chain-task.js";
import type { ChainResult, ChainStep, Scope, Translation } from "../translation/translation.js";
import type { Planning } from "./planning.js";

/** What a step's own expressions give. */
export interface StepValue {
  readonly result: Json | undefined;
}

/** Values of steps to come, evaluated ahead in the same trip. */
export type ValuesAhead = ReadonlyMap<string, ChainResult>;

/**
 * Evaluates `when` and template of these steps, up to the first whose output is not simply its value, in one trip. What
 * the later ones gave holds only while every step before them comes out as its value.
 */
export function evaluateAhead(
  steps: readonly Step[],
  { scope, version, translation }: { scope: Scope; version: FlowVersion; translation: Translation },
): Eventual<ValuesAhead> {
  const until = steps.findIndex(endsTrip);
  const chain = until === -1 ? steps : steps.slice(0, until + 1);
  const plan = chain.map((step) => toChainStep(step, version));
  return after(
    translation.evaluateChain(plan, scope),
    (results) => new Map(results.map((result, index) => [chain[index]?.id ?? "", result])),
  );
}

function toChainStep(step: Step, version: FlowVersion): ChainStep {
  return {
    when: step.when,
    template: templateOf(step, version),
    binds: step.kind === "translate" ? step.id : null,
    ends: step.kind === "stop" || endsTrip(step),
  };
}

/** Whether a step's result is not simply its value, so that nothing behind it can be evaluated in the same trip. */
function endsTrip(step: Step): boolean {
  if (step.kind === "translate") return step.input !== null;
  return step.kind !== "notify" && step.kind !== "stop";
}

/** Reads one step's own value. @throws what its evaluation failed with */
export function toStepValue(result: ChainResult): StepValue | "skipped" {
  if (!result.ok) throw result.error;
  return "skipped" in result ? "skipped" : { result: result.value };
}

function templateOf(step: Step, version: FlowVersion): Json {
  switch (step.kind) {
    case "translate":
      return step.input ?? `=${requireTranslator(step, version).source}`;
    case "call":
    case "save":
    case "start":
      return step.with;
    case "notify":
      return [step.title, step.message];
    case "stop":
      return step.reason;
    case "choose":
      return firstTrue(step);
    case "each":
      return step.items;
    case "wait":
      return awaitedTemplate(step.awaited);
  }
}

/** One expression that gives the number of the first branch whose condition is true, or nothing. */
function firstTrue({ branches }: ChooseStep): Json {
  const conditions = branches.map(({ when }, index) => `${truthOf(when).slice(1)} ? ${index}`);
  return `=${conditions.join(" : ")} : null`;
}

function awaitedTemplate(awaited: Awaited): Json {
  if (awaited.kind === "instant") return awaited.at;
  return awaited.kind === "record" ? awaited.key : null;
}

function requireTranslator(step: TranslateStep, version: FlowVersion): FlowVersion["translators"][string] {
  const translator = version.translators[step.translator];
  if (translator) return translator;
  throw new PatchbayError(
    "TRANSLATOR_UNKNOWN",
    `The flow uses the translator ${step.translator}, which does not exist`,
  );
}

/**
 * Gives the checked result of a translate step with an `input` of its own: the translator runs in a second trip.
 *
 * @throws TRANSLATOR_OUTPUT_MISSING, TRANSLATOR_OUTPUT_INVALID and what evaluation throws
 */
export async function translateInput(
  step: TranslateStep,
  value: StepValue,
  { scope, version, planning }: { scope: Scope; version: FlowVersion; planning: Planning },
): Promise<Json> {
  const { source } = requireTranslator(step, version);
  const input = value.result ?? null;
  const output = await planning.parts.translation.evaluate(`=${source}`, { ...scope, input });
  return checkTranslated(step, output, { version, planning });
}

/** Gives what a translator made, checked. @throws TRANSLATOR_OUTPUT_MISSING, TRANSLATOR_OUTPUT_INVALID */
export function checkTranslated(
  step: TranslateStep,
  output: Json | undefined,
  { version, planning }: { version: FlowVersion; planning: Planning },
): Json {
  const translator = requireTranslator(step, version);
  if (output === undefined || output === null) {
    throw new PatchbayError("TRANSLATOR_OUTPUT_MISSING", `The translator ${translator.name} returned nothing`);
  }
  if (translator.to !== null) checkOutput(translator.name, { to: translator.to, output }, planning);
  return output;
}

function checkOutput(name: string, { to, output }: { to: string; output: Json }, { catalog }: Planning): void {
  const target = catalog.dataType(to);
  if (target === null)
    throw new PatchbayError("DATA_TYPE_UNKNOWN", `The translator ${name} makes ${to}, which is not installed`);
  const problems = isJsonObject(output) ? target.validate(output) : [{ path: "", message: "must be an object" }];
  if (problems.length === 0) return;
  throw new PatchbayError(
    "TRANSLATOR_OUTPUT_INVALID",
    `The result of ${name} is not a valid ${to}: ${describeProblems(problems)}`,
    { problems },
  );
}
