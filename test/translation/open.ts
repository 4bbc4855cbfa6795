import type { PatchbayError } from "../../src/core/errors.js";
import type { Json, JsonObject } from "../../src/core/json.js";
import { startTranslation } from "../../src/translation/start-translation.js";
import type { Translation, TranslationLimits } from "../../src/translation/translation.js";

export const limits: TranslationLimits = { timeoutMs: 800, memoryMb: 64, maxOutputBytes: 1_048_576, threads: 1 };

/** Gives the translation that the tests of the enclosing `describe` share; started before them, stopped after them. */
export function sharedTranslation(own: Partial<TranslationLimits> = {}): () => Translation {
  let translation: Translation;
  before(() => {
    translation = startTranslation({ ...limits, ...own });
  });
  after(() => translation.stop());
  return () => translation;
}

/** Evaluates one template over one document. */
export function evaluate(
  translation: Translation,
  template: Json,
  { input = {}, bindings = {} }: { input?: Json; bindings?: JsonObject } = {},
): Promise<Json | undefined> {
  return translation.evaluate(template, { input, bindings });
}

/** Gives the error an evaluation fails with. */
export async function failureOf(evaluation: Promise<unknown>): Promise<PatchbayError> {
  const outcome = await evaluation.then(
    (value) => ({ value }),
    (error: PatchbayError) => ({ error }),
  );
  if ("error" in outcome) return outcome.error;
  throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
}
