import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describeProblems, PatchbayError, type Problem } from "../core/errors.js";
import type { JsonSchema } from "../core/json.js";
import { components } from "./contract/components.js";
import type { Schema } from "./contract/schema.js";

const CONTRACT = "contract";

/** Compiles the contract's schemas into checks of what callers send. */
export interface Checks {
  /** Gives a check of a JSON body, which lists everything that does not fit. @throws REQUEST_INVALID */
  body(schema: Schema<unknown>): (value: unknown) => void;
  /** As `body`, for texts from a query: numbers and booleans are converted in place. */
  query(schema: Schema<unknown>): (value: unknown) => void;
}

/** Opens the checks; each schema is compiled once, with the first request that needs it: all of them take 200 ms. */
export function createChecks(): Checks {
  // The schemas are our own and typed: checking them against the meta-schema would only slow the start.
  const options = { allErrors: true, strict: false, validateFormats: false, meta: false, validateSchema: false };
  const forBodies = new Ajv2020(options);
  const forQueries = new Ajv2020({ ...options, coerceTypes: true });
  for (const ajv of [forBodies, forQueries]) ajv.addSchema({ $id: CONTRACT, components: { schemas: components } });
  const compile = (ajv: Ajv2020, what: string, schema: Schema<unknown>) => {
    let validate: ValidateFunction | null = null;
    return (value: unknown) => {
      validate ??= ajv.compile(absolute(schema));
      refuse(validate, what, value);
    };
  };
  return {
    body: (schema) => compile(forBodies, "body", schema),
    query: (schema) => compile(forQueries, "query", schema),
  };
}

/** A named schema is a reference into the contract; the others stand for themselves. */
function absolute({ json }: Schema<unknown>): JsonSchema {
  return typeof json.$ref === "string" ? { $ref: `${CONTRACT}${json.$ref}` } : json;
}

function refuse(validate: ValidateFunction, what: string, value: unknown): void {
  if (validate(value)) return;
  const problems = (validate.errors ?? []).map(toProblem);
  throw new PatchbayError("REQUEST_INVALID", `The ${what} is not valid: ${describeProblems(problems)}`, { problems });
}

/** Gives a validator's finding with the member it is about at the end of its path. */
export function toProblem({ keyword, instancePath, params, message = "is not valid" }: ErrorObject): Problem {
  if (keyword === "required") return { path: `${instancePath}/${params.missingProperty}`, message: "is required" };
  if (keyword === "additionalProperties") {
    return { path: `${instancePath}/${params.additionalProperty}`, message: "is not known here" };
  }
  if (keyword === "enum") return { path: instancePath, message: `must be one of ${params.allowedValues.join(", ")}` };
  return { path: instancePath, message };
}
