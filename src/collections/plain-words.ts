import type { ErrorObject } from "ajv/dist/2020.js";
import type { Problem } from "../core/errors.js";
import { pointerPart } from "./problem-list.js";

/** More problems of one document than this are counted, not listed. */
const MAX_LISTED = 100;

const formatNames: Readonly<Record<string, string>> = {
  "date-time": "a date and time such as 2026-02-03T17:29:15Z",
  date: "a date such as 2026-02-03",
  time: "a time such as 17:29:15Z",
  email: "an e-mail address",
  uri: "an absolute URL",
  uuid: "a UUID",
};

const typeNames: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "an array",
  null: "null",
};

type Say = (params: Record<string, unknown>) => string;

const wording: Readonly<Record<string, Say>> = {
  required: () => "is required",
  dependentRequired: ({ property }) => `is required when ${property} is given`,
  additionalProperties: () => "is not a known member",
  unevaluatedProperties: () => "is not a known member",
  propertyNames: ({ propertyName }) => `has a member with a name that is not allowed: ${propertyName}`,
  type: ({ type }) => `must be ${[type].flat().map(typeName).join(" or ")}`,
  enum: ({ allowedValues }) => `must be one of ${listed(allowedValues)}`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  minLength: ({ limit }) => (limit === 1 ? "must not be empty" : `must have at least ${limit} characters`),
  maxLength: ({ limit }) => `must have at most ${limit} characters`,
  minItems: ({ limit }) => (limit === 1 ? "must not be empty" : `must have at least ${limit} items`),
  maxItems: ({ limit }) => `must have at most ${limit} items`,
  uniqueItems: ({ i, j }) => `has the same item twice (${j} and ${i})`,
  minimum: ({ limit }) => `must be ${limit} or more`,
  maximum: ({ limit }) => `must be ${limit} or less`,
  exclusiveMinimum: ({ limit }) => `must be more than ${limit}`,
  exclusiveMaximum: ({ limit }) => `must be less than ${limit}`,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${multipleOf}`,
  pattern: ({ pattern }) => `must match ${pattern}`,
  format: ({ format }) => `must be ${formatNames[String(format)] ?? `a valid ${format}`}`,
  anyOf: () => "fits none of the allowed forms",
  oneOf: () => "must fit exactly one of the allowed forms",
  not: () => "is not allowed here",
  "false schema": () => "is not allowed here",
};

/** Gives the errors of one validation in plain words: `/shipping_address/firstname` `is required`. */
export function toProblems(errors: readonly ErrorObject[]): Problem[] {
  const problems = withoutBranches(errors)
    .filter(({ keyword }) => keyword !== "if")
    .map(toProblem);
  const distinct = [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
  if (distinct.length <= MAX_LISTED) return distinct;
  const rest = distinct.length - MAX_LISTED;
  return [...distinct.slice(0, MAX_LISTED), { path: "", message: `has ${rest} more problems` }];
}

function toProblem(error: ErrorObject): Problem {
  const { keyword, params, instancePath, message } = error;
  const name = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  const path = typeof name === "string" ? instancePath + pointerPart(name) : instancePath;
  return { path, message: wording[keyword]?.(params) ?? message ?? `does not fit "${keyword}"` };
}

/** Says "needs a or b" once where every branch of an `anyOf` failed only because a member is missing. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const replaced = new Set<ErrorObject>();
  const added: ErrorObject[] = [];
  for (const choice of choices) {
    const branches = errors.filter(({ schemaPath }) => schemaPath.startsWith(`${choice.schemaPath}/`));
    const missing = branches.filter(
      ({ keyword, instancePath }) => keyword === "required" && instancePath === choice.instancePath,
    );
    if (missing.length === 0 || missing.length !== branches.length) continue;
    for (const error of [choice, ...branches]) replaced.add(error);
    const names = missing.map(({ params }) => String(params.missingProperty)).join(" or ");
    added.push({ ...choice, keyword: "choice", params: {}, message: `needs ${names}` });
  }
  return [...errors.filter((error) => !replaced.has(error)), ...added];
}

function typeName(type: unknown): string {
  return typeNames[String(type)] ?? String(type);
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(", ") : "the allowed values";
}
