import { stringify } from "yaml";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../core/json.js";
import type { CollectionFiles } from "../installer.js";
import { type SchemaKind, schemaLine } from "../schema-line.js";
import { type Guess, inferSchema } from "./infer-schema.js";
import { jsonataPath, type Leaf, leavesOf, type SchemaOf, suggestMapping, toSkeleton } from "./suggest-mapping.js";

/** What a new collection is made of. */
export interface NewCollection {
  /** The collection's name. */
  readonly name: string;
  /** The data type's, in PascalCase. */
  readonly type: string;
  readonly samples: readonly JsonObject[];
  /** The data type that records become, with the version of its collection. */
  readonly target: { readonly name: string; readonly schema: JsonSchema; readonly version: string };
  readonly schemaOf: SchemaOf;
}

/** The files of a new collection without its test, and what is needed to write that. */
export interface Scaffold {
  readonly files: CollectionFiles;
  readonly guesses: readonly Guess[];
  /** The translator, without its front matter. */
  readonly expression: string;
  readonly parameters: JsonObject;
  /** Where the phone number is; null when no member looks like one. */
  readonly phone: readonly string[] | null;
  /** Names of data type, translator and flow, without namespace. */
  readonly flow: string;
  /** Whether the flow stops where there is none. */
  readonly stops: boolean;
  /** Whether the flow saves what the translator gives. */
  readonly saves: boolean;
  /** What the first test merges into the first sample: the key, where the samples have none. */
  readonly tested: JsonObject;
}

/** Makes a collection of samples: a data type, a translator, a flow that is off, samples and words about it. */
export function newCollection(order: NewCollection): Scaffold {
  const { name, type, samples, target, schemaOf } = order;
  const dataType = `${name}/${type}`;
  const { schema, guesses } = inferSchema(dataType, samples);
  const from = leavesOf(schema, schemaOf);
  const phone = from.find(isPhone)?.path ?? null;
  const [key = "id"] = Array.isArray(schema["x-key"]) ? schema["x-key"].map(String) : [];
  const stem = kebab(type);
  const tested: JsonObject = schema["x-key-auto"] === true ? { [key]: `${stem}-1` } : {};
  const [, targetType = ""] = target.name.split("/");
  const flow = `${stem}-to-${kebab(targetType)}`;
  const saves = target.schema["x-key"] !== undefined;
  const stops =
    phone !== null && isJsonObject(target.schema.properties) && target.schema.properties.phone !== undefined;
  const suggestions = suggestMapping(from, leavesOf(target.schema, schemaOf));
  const expression = toSkeleton(suggestions, {
    country: "$params.defaultCountry",
    instead: wordsFor(target, { stem, key }),
  });
  const flowDocument = flowOf(order, { flow, phone: stops ? phone : null, key, saves });
  const files: CollectionFiles = {
    ...withLine("collection", "collection.yaml", manifestOf(order)),
    ...withLine("data-type", `schemas/${stem}.schema.yaml`, schema),
    [`translators/${flow}.jsonata`]: `/* title: ${type} to ${targetType}\n   from: ${type}\n   to: ${target.name} */\n${expression}\n`,
    ...withLine("flow", `flows/${flow}.flow.yaml`, flowDocument),
    [`samples/${stem}.json`]: `${JSON.stringify({ dataType: type, documents: samples }, null, 2)}\n`,
    "README.md": readmeOf(order, { flow, guesses }),
  };
  return { files, guesses, expression, parameters: { defaultCountry: "US" }, phone, flow, stops, saves, tested };
}

/** What came of the translator when it was tried on the first sample. */
export type Tried =
  | { readonly kind: "made"; readonly document: JsonObject }
  | { readonly kind: "failed"; readonly code: string }
  /** The sample has no phone number, so the flow stops before. */
  | { readonly kind: "stopped" };

/** Writes the first golden test: what the flow makes of the first sample today. */
export function firstTest(order: NewCollection, scaffold: Scaffold, tried: Tried): CollectionFiles {
  const { type, target } = order;
  const { flow, saves, tested } = scaffold;
  const merged = Object.keys(tested).length > 0 && { with: tested };
  const run = {
    made: { flow, status: "succeeded" },
    failed: { flow, status: "failed", ...(tried.kind === "failed" && { code: tried.code }) },
    stopped: { flow, status: "succeeded", reason: { matches: "no phone number" } },
  }[tried.kind];
  const test = {
    title: `What becomes of a new ${type}`,
    activate: [flow],
    given: [{ push: type, sample: kebab(type), number: 1, ...merged }],
    expect: {
      messages: [],
      ...(tried.kind === "made" && saves && { records: [{ dataType: target.name, has: tried.document }] }),
      ...(tried.kind === "failed" && { notifications: [{ level: "error", code: tried.code }] }),
      runs: [run],
    },
  };
  const file = `tests/${flow}.test.yaml`;
  return { [file]: schemaLine("test", file) + stringify(test, { lineWidth: 0 }) };
}

function withLine(kind: SchemaKind, file: string, document: Json): CollectionFiles {
  return { [file]: schemaLine(kind, file) + stringify(document) };
}

function isPhone({ path, type }: Leaf): boolean {
  return /phone|mobile|^tel$/i.test(path.at(-1) ?? "") && (type === "string" || type === null);
}

/** The words of a text cannot be found in a record, and its id has to be the same every time. */
function wordsFor(
  { name, schema }: NewCollection["target"],
  { stem, key }: { readonly stem: string; readonly key: string },
): Record<string, string> {
  const path = jsonataPath([key]);
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const instead: Record<string, string> = {};
  const isId = Array.isArray(schema["x-key"]) && schema["x-key"].length === 1 && schema["x-key"][0] === "id";
  if (isId) instead.id = `"${stem}-" & ${path} & "-${kebab(name.split("/")[1] ?? "")}"`;
  if (name === "communication/Sms") instead.from = "$params.from";
  for (const member of ["message", "body", "subject"]) {
    if (properties[member] !== undefined)
      instead[member] = `"We have your ${stem.replaceAll("-", " ")} " & ${path} & "."`;
  }
  return instead;
}

function manifestOf({ name, type, target }: NewCollection): Json {
  const [required = ""] = target.name.split("/");
  return {
    name,
    version: "0.1.0",
    title: titleOf(name),
    summary: `Makes a ${target.name} of every new ${type}.`,
    ...(required !== name && { requires: { [required]: `^${target.version}` } }),
    parameters: {
      type: "object",
      properties: {
        ...(target.name === "communication/Sms" && {
          from: {
            title: "Sender",
            description: "A phone number of the account; its own without it.",
            type: "string",
            minLength: 1,
          },
        }),
        defaultCountry: {
          title: "Default country",
          description: "ISO code of the country whose numbers are written without country code.",
          type: "string",
          pattern: "^[A-Z]{2}$",
          default: "US",
        },
      },
    },
  };
}

function flowOf(
  { type, target }: NewCollection,
  { flow, phone, key, saves }: { flow: string; phone: readonly string[] | null; key: string; saves: boolean },
): Json {
  const path = phone === null ? "" : `$record.${jsonataPath(phone)}`;
  const [, targetType = ""] = target.name.split("/");
  const step = "made";
  return {
    name: flow,
    title: `${type} to ${targetType}`,
    summary: `Makes a ${target.name} of every new ${type}.`,
    on: { record: type, events: ["created"] },
    steps: [
      ...(phone !== null
        ? [
            {
              id: "noPhone",
              when: `$not($exists(${path})) or ${path} = null or $trim($string(${path})) = ""`,
              stop: `="${type} " & $record.${jsonataPath([key])} & " has no phone number in ${phone.join(".")}"`,
              level: "notice",
            },
          ]
        : []),
      { id: step, translate: flow },
      ...(saves
        ? [{ id: "save", save: target.name, with: `=$steps.${step}` }]
        : [
            {
              id: "tell",
              notify: `="${type} " & $record.${jsonataPath([key])} & " is a ${targetType}"`,
              level: "info",
            },
          ]),
    ],
  };
}

function readmeOf(
  { name, type, target }: NewCollection,
  { flow, guesses }: { readonly flow: string; readonly guesses: readonly Guess[] },
): string {
  const lines = guesses.map(({ path, message }) => `- \`${path === "" ? "/" : path}\` ${message}`);
  return [
    `# ${titleOf(name)}`,
    "",
    `Makes a \`${target.name}\` of every new \`${name}/${type}\`, by the flow \`${flow}\`.`,
    "",
    "## Guessed from samples",
    "",
    ...(lines.length > 0 ? lines : ["Nothing."]),
    "",
    "Look through them, then delete this part.",
    "",
    "## Next",
    "",
    `- Write the text you want into \`translators/${flow}.jsonata\`, and what it must give into \`tests/${flow}.test.yaml\`.`,
    ...(target.name === "communication/Sms"
      ? [
          "- It saves texts and sends none: the collection `twilio` does, when `twilio/send-sms-with-twilio` is switched on.",
        ]
      : []),
    "- `patchbay collection check` and `patchbay collection test` say whether all is well; `--fuzz` tries records that lack something.",
    "",
  ].join("\n");
}

function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function kebab(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}
