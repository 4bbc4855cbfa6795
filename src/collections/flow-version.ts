import { createHash } from "node:crypto";
import { allSteps, type FlowDefinition, type FlowVersion, type TranslatorDefinition } from "../core/flow.js";
import { canonicalJson, type Json } from "../core/json.js";

/** Gives the SHA-256 of the canonical JSON of a definition, hex. */
export function contentHash(definition: object): string {
  return createHash("sha256")
    .update(canonicalJson(definition as Json)) // definitions are JSON: they are read from it and stored as it
    .digest("hex");
}

/** Freezes a flow with the translators it uses under their content hash. */
export function toFlowVersion(
  flow: FlowDefinition,
  collection: string | null,
  translators: ReadonlyMap<string, TranslatorDefinition>,
): FlowVersion {
  const used: Record<string, TranslatorDefinition> = {};
  for (const step of allSteps(flow.steps)) {
    const translator = step.kind === "translate" ? translators.get(step.translator) : undefined;
    if (translator) used[translator.name] = translator;
  }
  return Object.freeze({ hash: contentHash({ flow, translators: used }), flow, translators: used, collection });
}
