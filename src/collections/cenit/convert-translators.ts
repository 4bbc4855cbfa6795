import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { leavesOf, suggestMapping, toSkeleton } from "../scaffold/suggest-mapping.js";
import type { Types } from "./convert-schemas.js";
import { comment, convertTemplate } from "./convert-template.js";
import { createNames, kebab } from "./names.js";
import type { CenitNotes } from "./notes.js";
import type { PlaceholderContext } from "./placeholders.js";
import type { CenitMember, CenitSource } from "./read-source.js";

/** A translator, as a collection has it. */
export interface ConvertedTranslator {
  readonly name: string;
  readonly kind: "Import" | "Export" | "Conversion" | "Update";
  readonly from: string | null;
  readonly to: string | null;
  readonly mime: string;
  readonly expression: string;
  /** Whether nothing is left for a person to write. */
  readonly complete: boolean;
  readonly text: string;
}

/** How one is used: what flow it is in says what it reads, and where what it gives goes. */
export interface TranslatorUse {
  readonly dataType: string | null;
  readonly toTwilio: boolean;
}

/** Translators, made when a flow needs them. */
export interface Translators {
  convert(member: CenitMember, use: TranslatorUse): ConvertedTranslator;
  all(): readonly ConvertedTranslator[];
}

/** What FlowLink's Twilio endpoint took. */
const smsRequest: JsonObject = {
  type: "object",
  required: ["phone", "message"],
  properties: { phone: { type: "string" }, from: { type: "string" }, message: { type: "string" } },
};

interface Parts {
  readonly source: CenitSource;
  readonly types: Types;
  readonly parameters: ReadonlyMap<string, string | null>;
  readonly notes: CenitNotes;
}

/** Starts with none. */
export function createTranslators(parts: Parts): Translators {
  const made = new Map<string, ConvertedTranslator>();
  const free = createNames();
  return {
    convert: (member, use) => {
      const key = `${member.place} ${use.dataType} ${use.toTwilio}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const title = (textOf(member.value.name) || "Translator").replaceAll(/[{}]/g, "");
      const converted = toTranslator({ member, use, title, name: free(kebab(title, "translator")) }, parts);
      made.set(key, converted);
      return converted;
    },
    all: () => [...made.values()],
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

interface Task {
  readonly member: CenitMember;
  readonly use: TranslatorUse;
  readonly title: string;
  readonly name: string;
}

const kinds = ["Import", "Export", "Conversion", "Update"] as const;

function toTranslator({ member, use, title, name }: Task, parts: Parts): ConvertedTranslator {
  const { value } = member;
  const { types, notes } = parts;
  const given = textOf(value._type).replace(/^.*::/, "");
  const kind = kinds.find((one) => one === value.type) ?? kindOfClass(given);
  const mime = textOf(value.mime_type) || "application/json";
  const from = kind === "Import" ? null : (types.named(value.source_data_type) ?? use.dataType);
  const target = types.named(value.target_data_type) ?? (kind === "Update" ? use.dataType : null);
  const to = kind === "Export" ? null : target;
  const { expression, problems } = writeExpression({ member, from, to, mime, use }, parts);
  for (const problem of problems) notes.person(member.place, problem);
  const matter = [
    `title: ${JSON.stringify(comment(title).slice(0, 110))}`,
    ...(from === null ? [] : [`from: ${from}`]),
    ...(to === null ? [] : [`to: ${to}`]),
  ];
  const text = `/* ${matter.join("\n   ")} */\n${expression}\n`;
  return { name, kind, from, to, mime, expression, complete: problems.length === 0, text };
}

function kindOfClass(name: string): ConvertedTranslator["kind"] {
  if (/Parser/.test(name)) return "Import";
  if (/Converter/.test(name)) return "Conversion";
  return /Updater/.test(name) ? "Update" : "Export";
}

interface Writing {
  readonly member: CenitMember;
  readonly from: string | null;
  readonly to: string | null;
  readonly mime: string;
  readonly use: TranslatorUse;
}

interface Written {
  readonly expression: string;
  readonly problems: readonly string[];
}

function writeExpression(writing: Writing, parts: Parts): Written {
  const { member, from, mime } = writing;
  const { style, code } = codeOf(member, parts.source);
  const context = contextOf(from, parts);
  const { mapping } = member.value;
  if (isJsonObject(mapping)) return convertTemplate(JSON.stringify(readMapping(mapping)), "application/json", context);
  if (["double_curly_braces", "liquid", "handlebars"].includes(style) && code !== "")
    return convertTemplate(code, mime, context);
  return writeSkeleton(writing, { style, code }, parts);
}

/** A mapping has a template for each member, or says which transformation makes it. */
function readMapping(mapping: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(mapping).map(([name, one]) => [
      name,
      isJsonObject(one) ? `{{ ${JSON.stringify(one).replaceAll(/[{}]/g, "")} }}` : one,
    ]),
  );
}

function codeOf({ value }: CenitMember, source: CenitSource): { readonly style: string; readonly code: string } {
  const kind = textOf(value._type).replace(/^.*::/, "");
  const byClass = /^(Liquid|Handlebars|Xslt|Erb|Ruby|Prawn|Mapping)/.exec(kind)?.[1]?.toLowerCase();
  const snippet = source.find("snippets", value.snippet);
  const code = textOf(value.transformation) || textOf(value.code) || textOf(snippet?.value.code);
  const style = textOf(value.style) || byClass || (code.includes("{{") ? "double_curly_braces" : "ruby");
  return { style, code };
}

function contextOf(from: string | null, { types, parameters }: Parts): PlaceholderContext {
  const schema = from === null ? null : types.schemaOf(from);
  const members = isJsonObject(schema?.properties) ? Object.keys(schema.properties) : [];
  const type = from?.split("/")[1] ?? "";
  const snake = type.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return { roots: ["source", ...(type === "" ? [] : [snake, type])], members, parameters };
}

const MOST_QUOTED = 20_000;

/** What cannot be translated is quoted, with what could be guessed of it; it refuses records until a person has read it. */
function writeSkeleton(
  { from, to, use }: Writing,
  { style, code }: { style: string; code: string },
  { types }: Parts,
): Written {
  const source = from === null ? null : types.schemaOf(from);
  const wanted = use.toTwilio ? smsRequest : to === null ? null : types.schemaOf(to);
  const language = style === "ruby" ? "Ruby" : style;
  const problem = `was ${language || "code"}: write in JSONata what it does, then delete the line with $fail`;
  const mapping =
    source === null || wanted === null
      ? "{}"
      : toSkeleton(suggestMapping(leavesOf(source, types.schemaOf), leavesOf(wanted, types.schemaOf)), {
          instead: {},
          country: use.toTwilio ? "$params.defaultCountry" : '"US"',
        });
  const made = use.toTwilio ? `{ "sms": ${mapping.replaceAll("\n", "\n  ")} }` : mapping;
  const quoted = code === "" ? "(there was none)" : comment(code.slice(0, MOST_QUOTED));
  const expression = [
    "(",
    `  /* ${language || "code"} in Cenit:`,
    ...quoted.split("\n").map((line) => `     ${line}`),
    "  */",
    `  $fail("This translator ${problem}");`,
    `  /* ${mapping === "{}" ? "Nothing could be guessed." : "Guessed by the names of the fields."} */`,
    ...made.split("\n").map((line) => `  ${line}`),
    ")",
  ].join("\n");
  return { expression, problems: [problem] };
}
