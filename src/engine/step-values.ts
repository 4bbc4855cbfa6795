import { describeProblems, PatchbayError } from "../core/errors.js";
import type { FlowVersion, Step, TranslateStep } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { Scope, Translation } from "../translation/translation.js";
import type { Planning } from "./planning.js";

/** What a step's own expressions give. */
export interface StepValue {
  readonly result: Json | undefined;
}

/**
 * Evaluates a step's `when` and its template in one trip.
 *
 * @returns `skipped` when `when` is not true; the template's failure does not matter then.
 */
export async function evaluateStep(
  step: Step,
  { scope, version, translation }: { scope: Scope; version: FlowVersion; translation: Translation },
): Promise<StepValue | "skipped"> {
  const template = templateOf(step, version);
  if (step.when === null) return { result: await translation.evaluate(template, scope) };
  const [condition, result] = await translation.evaluateEach([`=$boolean(${step.when}\n)`, template], scope);
  if (condition?.ok === false) throw condition.error;
  if (condition?.value !== true) return "skipped";
  if (result?.ok === false) throw result.error;
  return { result: result?.value };
}

function templateOf(step: Step, version: FlowVersion): Json {
  switch (step.kind) {
    case "translate":
      return step.input ?? `=${requireTranslator(step, version).source}`;
    case "call":
    case "save":
      return step.with;
    case "notify":
      return [step.title, step.message];
    case "stop":
      return step.reason;
  }
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
 * Gives the checked result of a translate step; with an `input` of its own the translator runs in a second trip.
 *
 * @throws TRANSLATOR_OUTPUT_MISSING, TRANSLATOR_OUTPUT_INVALID and what evaluation throws
 */
export async function runTranslator(
  step: TranslateStep,
  value: StepValue,
  { scope, version, planning }: { scope: Scope; version: FlowVersion; planning: Planning },
): Promise<Json> {
  const translator = requireTranslator(step, version);
  const output =
    step.input === null
      ? value.result
      : await planning.parts.translation.evaluate(`=${translator.source}`, { ...scope, input: value.result ?? null });
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
