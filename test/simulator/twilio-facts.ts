import { expect } from "chai";
import type { Json } from "../../src/core/json.js";
import { readFixture } from "./bench.js";

/** What Twilio's published description says of a value. */
export interface Fact {
  readonly type?: "string" | "integer" | "number" | "boolean" | "object" | "array";
  readonly nullable?: boolean;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Members that must be there. */
  readonly needs?: readonly string[];
  /** Whether there may be no further members. */
  readonly closed?: boolean;
  readonly members?: Facts;
  readonly items?: Fact;
}

export type Facts = Readonly<Record<string, Fact>>;

export interface DescribedParameter extends Fact {
  readonly in: "path" | "query" | "form" | "json";
  readonly name: string;
  readonly required?: boolean;
  /** Whether it may be given more than once. */
  readonly list?: boolean;
}

export interface DescribedOperation {
  readonly operation: string;
  readonly host: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly success: number;
  readonly parameters: readonly DescribedParameter[];
  readonly answer?: Facts;
}

interface Description {
  readonly operations: readonly DescribedOperation[];
  /** What only a page of the documentation describes. */
  readonly beyond: readonly Pick<DescribedOperation, "operation" | "method" | "path">[];
}

/** Gives the facts of every operation that the simulator offers. */
export function readDescription(): Description {
  return readFixture<Description>("twilio-operations.json");
}

const formats: Readonly<Record<string, RegExp>> = {
  "date-time-rfc-2822": /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  uri: /^(https?:\/\/[^/]|\/2010-04-01\/)/,
  "phone-number": /^\+\d+$/,
};

/** Requires that an answer has exactly the members that are described, down to the deepest that are. */
export function requireDescribed(body: Json, members: Facts, place = "answer"): void {
  const given = body as Readonly<Record<string, Json>>;
  expect(Object.keys(given), place).to.have.members(Object.keys(members));
  for (const [name, fact] of Object.entries(members)) requireFact(given[name] ?? null, fact, `${place}.${name}`);
}

function requireFact(value: Json, fact: Fact, place: string): void {
  if (fact.type === undefined && fact.enum === undefined) return;
  if (value === null) return void expect(fact.nullable, `${place} is null`).to.equal(true);
  expect(typeOf(value), place).to.equal(fact.type);
  if (fact.enum !== undefined) expect(fact.enum, place).to.include(value);
  // What is not entered is an empty text in Twilio's own examples.
  if (fact.pattern !== undefined && value !== "") expect(value, place).to.match(new RegExp(fact.pattern));
  const format = formats[fact.format ?? ""];
  if (format !== undefined && value !== "") expect(value, place).to.match(format);
  if (fact.members !== undefined) requireDescribed(value, fact.members, place);
  if (fact.items !== undefined && Array.isArray(value)) {
    for (const [index, item] of value.entries()) requireFact(item, fact.items, `${place}/${index}`);
  }
}

function typeOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** Gives JSON that is as it is described, with no more than what must be there. */
export function exampleOf({ type, enum: words, members = {}, needs = [], items }: Fact): Json {
  if (words !== undefined) return words[0] ?? null;
  if (type === "array") return [items === undefined ? {} : exampleOf(items)];
  if (type === "object") return Object.fromEntries(needs.map((name) => [name, exampleOf(members[name] ?? {})]));
  if (type === "boolean") return true;
  if (type === "number" || type === "integer") return 1;
  return "https://a.example/x";
}

/** Gives JSON of another type than is described, or another word. */
export function counterexampleOf({ type, enum: words }: Fact): Json {
  return type === "string" && words === undefined ? 7 : "wrong";
}

/** The two letters that a SID begins with. */
export function lettersOf(pattern: string): string {
  return /^\^\(?([A-Z]{2})/.exec(pattern)?.[1] ?? "";
}

/** Values of a query or a form that are as they are described. */
export function goodValues({ in: place, name, ...fact }: DescribedParameter): readonly string[] {
  const { type, format, enum: words, pattern, minimum, maximum } = fact;
  if (words !== undefined) return words;
  if (pattern !== undefined) return [`${lettersOf(pattern)}${"c".repeat(32)}`];
  if (type === "boolean") return ["true", "false"];
  if (type === "number") return ["1", "0.05"];
  if (type === "integer") return [String(minimum ?? 1), String(maximum ?? 10)];
  if (format === "phone-number") return [name === "To" ? "+14165551212" : "+15005550006"];
  if (format === "uri") return ["http://127.0.0.1:1/callback"];
  if (format === "date-time") return [new Date(Date.now() + 7_200_000).toISOString()];
  return place === "path" ? [] : ["anything"];
}

/** Values that are not; a list's filter by a number is compared and not judged. */
export function badValues({ in: place, name, ...fact }: DescribedParameter): readonly string[] {
  const { type, format, enum: words, pattern, minimum, maximum } = fact;
  if (place === "query" && format === "phone-number") return [];
  if (words !== undefined || pattern !== undefined || name === "PageToken") return ["wrong"];
  if (type === "boolean") return ["maybe", "1"];
  if (type === "number") return ["much", "1,5"];
  const outside = [minimum === undefined ? [] : [minimum - 1], maximum === undefined ? [] : [maximum + 1]];
  if (type === "integer") return ["many", "1.5", ...outside.flat().map(String)];
  if (format === "phone-number") return ["?"];
  if (format === "uri") return ["nowhere"];
  return format === "date-time" ? ["soon"] : [];
}
