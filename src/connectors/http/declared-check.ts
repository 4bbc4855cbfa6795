import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { RE2JS } from "re2js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject, JsonSchema } from "../../core/json.js";
import { type Checked, toProblem } from "../schema-check.js";

const MOST_PROBLEMS = 20;

/**
 * Makes a check against a schema that a stranger wrote: its patterns run in linear time, nothing is fetched, and the payload stays
 * as it is. Compiled at the first use.
 *
 * @throws ENDPOINT_MISCONFIGURED from the check when the schema cannot be compiled, or leads to itself without end
 */
export function createDeclaredCheck(schema: JsonSchema, title: string): (document: JsonObject) => Checked<JsonObject> {
  let compiled: ValidateFunction | null = null;
  return (document) => {
    try {
      compiled ??= compiler().compile({ ...schema });
      if (compiled(document)) return { ok: true, value: document };
    } catch (error) {
      const reason = error instanceof RangeError ? "it leads to itself without end" : String(error);
      throw new PatchbayError("ENDPOINT_MISCONFIGURED", `The schema of "${title}" cannot be used: ${reason}`, {
        remedy: "Correct the schema in the connection's endpoints file.",
      });
    }
    return { ok: false, problems: (compiled.errors ?? []).slice(0, MOST_PROBLEMS).map(toProblem) };
  };
}

function compiler(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateSchema: false,
    logger: false,
    code: { regExp: Object.assign(linearPattern, { code: "linearTimePattern" }) },
  });
  formats.default(ajv);
  return ajv;
}

/** ajv keeps one compiled pattern for each name that toString gives, so it must differ from pattern to pattern. */
function linearPattern(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return { test: (text) => compiled.test(text), toString: () => pattern };
}
