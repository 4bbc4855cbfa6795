import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { Problem } from "../core/errors.js";
import type { JsonObject, JsonSchema } from "../core/json.js";

/** The outcome of a check: the typed document, or everything that is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The schemas are our own: checking them against the meta-schema would take 50 ms of the start. */
const options = { allErrors: true, allowUnionTypes: true, useDefaults: true, meta: false, validateSchema: false };

/**
 * Makes a check against a schema. The schema is compiled at the first use and once; defaults it names are filled into
 * a copy, the given document stays as it is.
 */
export function createCheck<T>(schema: JsonSchema): (document: JsonObject) => Checked<T> {
  let compiled: ValidateFunction<T> | null = null;
  return (document) => {
    compiled ??= new Ajv2020(options).compile<T>(schema);
    const candidate: unknown = { ...document };
    if (compiled(candidate)) return { ok: true, value: candidate };
    return { ok: false, problems: (compiled.errors ?? []).map(toProblem) };
  };
}

/** Gives an error of ajv in our words. */
export function toProblem({ instancePath, keyword, params, message }: ErrorObject): Problem {
  if (keyword === "additionalProperties") {
    return { path: `${instancePath}/${params.additionalProperty}`, message: "is not known here" };
  }
  if (keyword === "required") return { path: `${instancePath}/${params.missingProperty}`, message: "is required" };
  if (keyword === "enum") return { path: instancePath, message: `must be one of ${params.allowedValues.join(", ")}` };
  return { path: instancePath, message: message ?? `fails ${keyword}` };
}
