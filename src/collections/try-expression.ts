import type { Catalog } from "../core/catalog.js";
import { PatchbayError } from "../core/errors.js";
import type { Json, JsonObject } from "../core/json.js";
import type { InstallerTools } from "./installation.js";

/** An expression, and what it sees. */
export interface ExpressionTrial {
  /** JSONata without `=` in front. */
  readonly expression: string;
  readonly input: Json;
  /** `$name` values; `$params` is the collection's. */
  readonly bindings: JsonObject;
  /** Whose parameters it sees; null for none. */
  readonly collection: string | null;
}

/** What an expression gives, or why it gives nothing. */
export interface ExpressionResult {
  /** Undefined when it gave nothing. */
  readonly value: Json | undefined;
  readonly failure: ExpressionFailure | null;
}

/** What is wrong with an expression, and where in it; counted from 1, null when nobody can say. */
export interface ExpressionFailure {
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

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
