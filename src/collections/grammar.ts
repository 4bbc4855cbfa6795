import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../core/json.js";
import { DURATION_SHAPE } from "./duration.js";
import { createSchemaInspector, type SchemaInspector } from "./inspect-schema.js";
import { createSchemaCompiler, type SchemaCheck, toCheck } from "./schema-compiler.js";

/** What a part of a file may look like: the schemas in `schemas/`, which editors use too. */
export type GrammarPart =
  | "collection"
  | "collection-index"
  | "data-type"
  | "translator"
  | "sample"
  | "endpoints"
  | "flow"
  | `flow#/$defs/${"record" | "message" | "received" | "webhook" | "schedule" | "silence" | "notification" | "manual"}Trigger`
  | `flow#/$defs/${"translate" | "call" | "save" | "notify" | "stop" | "choose" | "each" | "wait" | "start"}Step`
  | "flow#/$defs/quietHours"
  | "test"
  | `test#/$defs/${"push" | "webhook" | "remove" | "start" | "vendor" | "report" | "reply" | "after" | "until" | "retry" | "cancel" | "consent" | "template"}Step`
  | `flow#/$defs/${"time" | "instant" | "message" | "reply" | "record"}Wait`;

/** The grammar of our own documents. */
export interface Grammar {
  check(part: GrammarPart, value: Json): ReturnType<SchemaCheck>;
  /** Inspects a schema that somebody else wrote. */
  readonly inspect: SchemaInspector;
}

const documents = [
  "collection",
  "collection-index",
  "data-type",
  "translator",
  "sample",
  "endpoints",
  "flow",
  "test",
] as const;
const BASE = "https://patchbay.dev/schemas/";

/** What the patterns of the grammar mean, in words. */
const shapes: Readonly<Record<string, string>> = {
  "must match ^[a-z][a-z0-9-]{0,62}$": "must be lower-case letters, digits and hyphens, beginning with a letter",
  "must match ^([a-z][a-z0-9-]{0,62}/)?[a-z][a-z0-9-]{0,62}$":
    "must be a name such as order-to-sms or twilio/order-to-sms",
  "must match ^([a-z][a-z0-9-]{0,62}/)?[A-Z][A-Za-z0-9]{0,62}$": "must be a data type such as Order or ecommerce/Order",
  "must match ^[a-z][a-z0-9-]{0,62}/[A-Z][A-Za-z0-9]{0,62}$": "must be a data type such as ecommerce/Order",
  "must match ^[a-z][a-z0-9-]{0,62}/[a-z][a-z0-9-]{0,62}$": "must be connector/endpoint, such as twilio/send-message",
  "must match ^[A-Za-z][A-Za-z0-9_]{0,62}$": "must be letters, digits and underscores, beginning with a letter",
  "must match ^sha512-[A-Za-z0-9+/]{86}==$": "must be sha512- and 88 characters of base64",
  "must match ^ed25519:[A-Za-z0-9_-]{43}$": "must be a public key: ed25519: and 43 characters",
  "must match ^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$": "must be a topic such as orders/create",
  "must match ^=": "must be an expression with = in front",
  "must match ^[1-9][0-9]{0,10}(ms|s|m|h|d)$": DURATION_SHAPE,
  "must match ^([01][0-9]|2[0-3]):[0-5][0-9]$": "must be a time of day such as 21:00",
  "must match ^\\s*[^=\\s]": "is always an expression: write it without = in front",
};

const grammars = new Map<string, Promise<Grammar>>();

/**
 * Reads the grammar from the folder with the `*.schema.json` files that ship with Patchbay: once for each folder, as it is part of
 * the program and compiling all of it takes a fifth of a second.
 */
export function readGrammar(folder: string): Promise<Grammar> {
  const grammar = grammars.get(folder) ?? openGrammar(folder);
  grammars.set(folder, grammar);
  grammar.catch(() => grammars.delete(folder));
  return grammar;
}

async function openGrammar(folder: string): Promise<Grammar> {
  const ajv = createSchemaCompiler({ validateSchema: false });
  for (const name of documents) {
    const schema: unknown = JSON.parse(await readFile(join(folder, `${name}.schema.json`), "utf8"));
    if (!isJsonObject(schema)) throw new Error(`${name}.schema.json is not an object`);
    ajv.addSchema(["flow", "test"].includes(name) ? withoutChoices(schema) : schema);
  }
  const checks = new Map<GrammarPart, SchemaCheck>();
  const compile = (part: GrammarPart): SchemaCheck => {
    const [name, pointer] = part.split("#");
    const validate: ValidateFunction | undefined = ajv.getSchema(
      `${BASE}${name}.schema.json${pointer ? `#${pointer}` : ""}`,
    );
    if (!validate) throw new Error(`There is no grammar for ${part}`);
    return toCheck(validate);
  };
  return {
    inspect: createSchemaInspector(),
    check: (part, value) => {
      const check = checks.get(part) ?? compile(part);
      checks.set(part, check);
      return check(value).map(({ path, message }) => ({ path, message: shapes[message] ?? message }));
    },
  };
}

/**
 * Gives the schema of flows or tests without the choice between kinds of trigger, step and wait. Editors need the choice; the loader
 * makes it by the member that names the kind and checks that one alternative, so a typing error in one step does not
 * come back as nine alternatives that do not fit. See `checkFlowFile`.
 */
function withoutChoices(schema: JsonObject): JsonSchema {
  if (!isJsonObject(schema.$defs)) throw new Error("there are no $defs");
  const parts = Object.entries(schema.$defs).map(([name, part]) => {
    const isChoice = isJsonObject(part) && part.oneOf !== undefined;
    return [name, isChoice ? { type: "object" } : part];
  });
  return { ...schema, $defs: Object.fromEntries(parts) };
}
