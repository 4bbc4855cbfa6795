import fc from "fast-check";
import type { JsonObject } from "../../src/core/json.js";
import type { Attempt } from "./attempt.js";
import { damaged, strangeJson, strangeText } from "./strange.js";

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonObject }[];
  readonly body: JsonObject | null;
  readonly type: string;
}

/** Makes requests of every route that the server's own document describes: paths, queries and bodies. */
export function attemptsByRoute(document: JsonObject): Readonly<Record<string, fc.Arbitrary<Attempt>>> {
  const operations = operationsOf(document);
  const schemas = (document.components as { schemas: Record<string, JsonObject> }).schemas;
  const withBody = operations.filter(({ body }) => body !== null);
  return {
    paths: fc
      .constantFrom(...operations)
      .chain((operation) =>
        fc
          .tuple(
            targetOf(operation, strangeText),
            fc.oneof(
              { weight: 5, arbitrary: fc.constant(operation.method) },
              fc.constantFrom("GET", "POST", "DELETE", "PUT"),
            ),
          )
          .map(([target, method]): Attempt => ({ kind: "paths", method, target, headers: [] })),
      ),
    queries: fc.constantFrom(...operations.filter(({ method }) => method === "GET")).chain((operation) =>
      fc
        .tuple(
          targetOf(operation, fc.constantFrom("ecommerce", "Order", "twilio", "send-sms-for-new-order", "x")),
          queryOf(operation, schemas),
        )
        .map(
          ([target, query]): Attempt => ({
            kind: "queries",
            method: "GET",
            target: `${target}?${query}`,
            headers: [],
          }),
        ),
    ),
    cursors: fc.constantFrom(...operations.filter(isPaged)).chain((operation) =>
      fc.tuple(targetOf(operation, fc.constantFrom("ecommerce", "Order", "twilio", "x")), cursor, asList).map(
        ([target, at, { accept, limit }]): Attempt => ({
          ...{ kind: "cursors", method: "GET", target: `${target}?cursor=${escaped(at)}&limit=${escaped(limit)}` },
          headers: [["Accept", accept]],
        }),
      ),
    ),
    bodies: fc.constantFrom(...withBody).chain((operation) =>
      fc
        .tuple(
          targetOf(operation, fc.constantFrom("ecommerce", "Order", "twilio", "shopify", "shop", "x")),
          sampleOf(operation.body ?? {}, schemas, 0),
        )
        .map(
          ([target, value]): Attempt => ({
            ...{ kind: "bodies", method: operation.method, target, headers: [["Content-Type", operation.type]] },
            body: typeof value === "string" && !operation.type.includes("json") ? value : (JSON.stringify(value) ?? ""),
          }),
        ),
    ),
  };
}

function isPaged({ method, parameters }: Operation): boolean {
  return method === "GET" && parameters.some(({ name }) => name === "cursor");
}

/** Cursors that some list has, of this one and of others, and what they become on their way. */
const cursor = fc
  .tuple(
    fc.constantFrom("evt", "run", "eff", "msg", "rec", "cnv", "not", "aud"),
    fc.string({ unit: fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz"), minLength: 26, maxLength: 26 }),
  )
  .chain(([prefix, id]) => fc.oneof(fc.constant(`${prefix}_${id}`), damaged(`${prefix}_${id}`), strangeText));

const asList = fc.record({
  accept: fc.constantFrom("application/json", "text/csv", "text/csv;q=0", "*/*", "application/x-ndjson"),
  limit: fc.oneof({ weight: 3, arbitrary: fc.constantFrom("1", "50", "200") }, strangeText),
});

function operationsOf({ paths }: JsonObject): Operation[] {
  return Object.entries(paths as Record<string, Record<string, JsonObject>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => {
      const content = ((requestBody as JsonObject | undefined)?.content ?? {}) as Record<
        string,
        { schema: JsonObject }
      >;
      const [type = "application/json", { schema } = { schema: null }] = Object.entries(content)[0] ?? [];
      return { method: method.toUpperCase(), path, parameters: (parameters ?? []) as never, body: schema, type };
    }),
  );
}

function targetOf({ path }: Operation, part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{\w+\}/g)].length;
  const written = fc
    .tuple(part, fc.boolean())
    .map(([text, raw]) => (raw ? text.replaceAll(/[^\x21-\x7e]/g, "") : escaped(text)));
  return fc.array(written, { minLength: names, maxLength: names }).map((parts) => {
    let index = 0;
    return path.replaceAll(/\{\w+\}/g, () => parts[index++] || "-");
  });
}

function queryOf({ parameters }: Operation, schemas: Readonly<Record<string, JsonObject>>): fc.Arbitrary<string> {
  const known = parameters.filter((one) => one.in === "query");
  const named = known.map(({ name, schema }) => {
    const fitting = sampleOf(schema, schemas, 3).map((value) =>
      typeof value === "string" ? value : (JSON.stringify(value) ?? ""),
    );
    return fc.tuple(fc.constant(name), fc.oneof({ weight: 3, arbitrary: fitting }, strangeText));
  });
  const unknown = fc.tuple(
    fc.oneof(strangeText, fc.constantFrom("where.", "where.status", "cursor", "limit")),
    strangeText,
  );
  const pair = named.length === 0 ? unknown : fc.oneof({ weight: 8, arbitrary: fc.oneof(...named) }, unknown);
  return fc
    .array(pair, { minLength: 1, maxLength: 4 })
    .map((pairs) => pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join("&"));
}

/** Halves of characters have no percent escape; they are written as servers would never get them from a browser. */
function escaped(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "\ufffd"));
}

/** A value that fits a schema as a rule, and is something else now and then. */
function sampleOf(
  schema: JsonObject,
  schemas: Readonly<Record<string, JsonObject>>,
  depth: number,
): fc.Arbitrary<unknown> {
  const inside = (one: unknown): fc.Arbitrary<unknown> => sampleOf((one ?? {}) as JsonObject, schemas, depth + 1);
  const fitting = depth > 5 ? strangeJson : (chosenOf(schema, { schemas, inside }) ?? plainOf(schema, inside));
  return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: strangeJson });
}

type Inside = (schema: unknown) => fc.Arbitrary<unknown>;

/** Of schemas that name another, or a choice; null for those that say it themselves. */
function chosenOf(
  schema: JsonObject,
  { schemas, inside }: { schemas: Readonly<Record<string, JsonObject>>; inside: Inside },
): fc.Arbitrary<unknown> | null {
  const { $ref, type } = schema;
  if (typeof $ref === "string") return inside(schemas[$ref.split("/").at(-1) ?? ""]);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inside));
  return Array.isArray(type) ? fc.oneof(...type.map((one) => inside({ ...schema, type: one }))) : null;
}

function plainOf(schema: JsonObject, inside: Inside): fc.Arbitrary<unknown> {
  const numbers = fc.oneof(fc.integer({ min: -1, max: 300 }), fc.constantFrom(1e21, -1, 0.5, 2 ** 53));
  const made: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
    object: () => objectOf(schema, inside),
    array: () => fc.array(inside(schema.items), { maxLength: 3 }),
    boolean: () => fc.boolean(),
    integer: () => numbers,
    number: () => numbers,
    string: () => strangeText,
  };
  return made[String(schema.type)]?.() ?? strangeJson;
}

function objectOf({ properties, required, additionalProperties }: JsonObject, inside: Inside): fc.Arbitrary<unknown> {
  if (properties === undefined) return fc.dictionary(strangeText, inside(additionalProperties), { maxKeys: 3 });
  const members = Object.entries(properties as JsonObject).map(([name, one]) => [name, inside(one)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: (required ?? []) as string[] });
}
