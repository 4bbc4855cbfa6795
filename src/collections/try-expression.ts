import type { Catalog } from "../core/catalog.js";
import { PatchbayError } from "../core/errors.js";
import type { ExpressionFailure, ExpressionResult, ExpressionTrial } from "./draft.js";
import type { InstallerTools } from "./installation.js";

/** Evaluates an expression without keeping anything; never throws what the expression fails with. */
export async function tryExpression(
  { expression, input, bindings, collection }: ExpressionTrial,
  catalog: Pick<Catalog, "parameters">,
  { translation }: Pick<InstallerTools, "translation">,
): Promise<ExpressionResult> {
  const scope = { input, bindings: { params: catalog.parameters(collection), ...bindings } };
  try {
    return { value: await translation.evaluate(`=${expression}`, scope), failure: null };
  } catch (thrown) {
    if (!(thrown instanceof PatchbayError)) throw thrown;
    return { value: undefined, failure: toExpressionFailure(thrown) };
  }
}

/** Tells what an evaluation failed with, and where. */
export function toExpressionFailure({ code, message, details }: PatchbayError): ExpressionFailure {
  const [line = null, column = null] =
    typeof details.position === "string" ? details.position.split(":").map(Number) : [];
  return { code, message, line, column };
}
