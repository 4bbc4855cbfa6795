import type { Json, JsonObject, JsonSchema } from "../../core/json.js";

/**
 * A JSON Schema together with the TypeScript type of what fits it: one definition validates requests, documents
 * the API and types the code.
 */
export interface Schema<T> {
  readonly json: JsonSchema;
  /** Never set: carries the type. */
  readonly type?: T;
}

/** A schema of an object, whose member names can be listed. */
export interface ObjectSchema<T> extends Schema<T> {
  readonly members: Readonly<Record<string, Schema<unknown>>>;
}

/** A schema that the OpenAPI document keeps under a name. */
export interface NamedSchema<T> extends Schema<T> {
  readonly name: string;
  readonly definition: JsonSchema;
}

/** The TypeScript type of a schema. */
export type Static<S> = S extends Schema<infer T> ? T : never;

type Members = Readonly<Record<string, Schema<unknown>>>;
type Shape<M> = { readonly [Name in keyof M]: Static<M[Name]> };
type NoMembers = Record<never, never>;

export const text = (keywords: JsonSchema = {}): Schema<string> => ({ json: { type: "string", ...keywords } });
export const flag = (keywords: JsonSchema = {}): Schema<boolean> => ({ json: { type: "boolean", ...keywords } });
export const integer = (keywords: JsonSchema = {}): Schema<number> => ({ json: { type: "integer", ...keywords } });

export const decimal = (keywords: JsonSchema = {}): Schema<number> => ({ json: { type: "number", ...keywords } });

/** An instant as ISO-8601 in UTC. */
export const instant: Schema<string> = text({ format: "date-time" });

/** Any JSON value. */
export const anyJson: Schema<Json> = { json: {} };

/** A JSON object with any members. */
export const anyObject: Schema<JsonObject> = { json: { type: "object" } };

/** One of these words. */
export function oneOf<const W extends string>(words: readonly W[]): Schema<W> {
  return { json: { type: "string", enum: words } };
}

/** The value or null. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return { json: { anyOf: [schema.json, { type: "null" }] } };
}

export function array<T>(items: Schema<T>, keywords: JsonSchema = {}): Schema<readonly T[]> {
  return { json: { type: "array", items: items.json, ...keywords } };
}

/** An object used as a map: any names, values of one type. */
export function mapOf<T>(values: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return { json: { type: "object", additionalProperties: values.json } };
}

/** An object with exactly these members. */
export function object<R extends Members, O extends Members = NoMembers>(
  required: R,
  optional?: O,
): ObjectSchema<Shape<R> & Partial<Shape<O>>> {
  const members: Members = { ...required, ...optional };
  const properties = Object.fromEntries(Object.entries(members).map(([name, { json }]) => [name, json]));
  return {
    members,
    json: { type: "object", properties, required: Object.keys(required), additionalProperties: false },
  };
}

/** The same object, to which callers may add members that are not read. */
export function tolerant<T>(schema: ObjectSchema<T>): ObjectSchema<T> {
  return { ...schema, json: { ...schema.json, additionalProperties: true } };
}

/** Adds what a reader of the documentation should know. */
export function described<S extends Schema<unknown>>(description: string, schema: S): S {
  return { ...schema, json: { ...schema.json, description } };
}

/** Puts a schema under a name of its own in the OpenAPI document; elsewhere it is a reference. */
export function named<T>(name: string, schema: Schema<T>): NamedSchema<T> {
  return { name, definition: schema.json, json: { $ref: `#/components/schemas/${name}` } };
}

/** Writes an instant for the wire. */
export const toInstant = (date: Date): string => date.toISOString();

/** Writes an instant that may be missing. */
export const toOptionalInstant = (date: Date | null): string | null => (date === null ? null : date.toISOString());
