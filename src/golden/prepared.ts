import { type CompiledDataTypes, compileDataTypes } from "../collections/data-types.js";
import { contentHash } from "../collections/flow-version.js";
import type { GoldenTest } from "../collections/golden-test.js";
import { compileSchemaCheck } from "../collections/schema-compiler.js";
import type { Collection } from "../core/collection.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";

/** The sender of the simulator that is always there. */
export const OWN_NUMBER = "+15005550006";

/** What stands for an account, by connector and setting; of several the first that the parameter allows. */
const accountsOfTests: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  twilio: {
    accountSid: ["AC0123456789abcdef0123456789abcdef"],
    authToken: ["fedcba9876543210fedcba9876543210"],
    from: [OWN_NUMBER, `whatsapp:${OWN_NUMBER}`],
  },
  webhook: { secret: ["secret-of-the-tests"] },
};

/** A collection with all that it requires, ready for any number of tests. */
export interface Prepared {
  /** What is required comes before what requires it; the collection under test is the last one. */
  readonly collections: readonly PreparedCollection[];
  /** The collection under test. */
  readonly subject: Collection;
  readonly compiled: CompiledDataTypes;
  readonly tests: readonly GoldenTest[];
}

/** One of them. */
export interface PreparedCollection {
  readonly collection: Collection;
  readonly hash: string;
  /** Parameters that a test need not give, because they name an account at a vendor. */
  readonly standIns: JsonObject;
}

/** Prepares a collection for its tests. @param others Every collection that it may require, directly and indirectly. */
export function prepare(collection: Collection, tests: readonly GoldenTest[], others: readonly Collection[]): Prepared {
  const ordered: Collection[] = [];
  const add = (one: Collection): void => {
    if (ordered.includes(one)) return;
    for (const name of Object.keys(one.requires)) {
      const required = others.find((other) => other.name === name && other.name !== collection.name);
      if (required !== undefined && !ordered.includes(required)) add(required);
    }
    ordered.push(one);
  };
  add(collection);
  return {
    collections: ordered.map((one) => ({ collection: one, hash: contentHash(one), standIns: standInsOf(one) })),
    subject: collection,
    compiled: compileDataTypes(ordered.flatMap(({ dataTypes }) => dataTypes)),
    tests,
  };
}

/** Finds the parameters that are, as they are, the account of a connection. */
function standInsOf({ connections, parameters }: Collection): JsonObject {
  const schemas = isJsonObject(parameters.properties) ? parameters.properties : {};
  const found: JsonObject = {};
  for (const { settings, connector } of connections) {
    for (const [setting, choices] of Object.entries(accountsOfTests[connector] ?? {})) {
      const name = parameterOf(settings[setting]);
      const value = name === null ? undefined : fitting(choices, schemas[name]);
      if (name !== null && value !== undefined) found[name] = value;
    }
  }
  return found;
}

/** A parameter with a default needs nothing that stands for it. */
function fitting(choices: readonly string[], schema: Json | undefined): string | undefined {
  if (!isJsonObject(schema) || schema.default !== undefined) return undefined;
  const check = compileSchemaCheck(schema);
  return choices.find((choice) => check(choice).length === 0);
}

function parameterOf(template: Json | undefined): string | null {
  return typeof template === "string" ? (/^=\s*\$params\.(\w+)\s*$/.exec(template)?.[1] ?? null) : null;
}
