import type { Catalog, InstalledFlow, OpenConnection } from "../core/catalog.js";
import type { InstalledCollection } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { EventKind } from "../core/event.js";
import type { FlowDefinition, TranslatorDefinition, Trigger } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import { type CompiledDataTypes, compileDataTypes } from "./data-types.js";
import { toFlowVersion } from "./flow-version.js";

/** What a catalog is made of. */
export interface CatalogParts {
  readonly installed: readonly InstalledCollection[];
  /** This installation's own definitions, those without problems. */
  readonly local: {
    readonly flows: readonly FlowDefinition[];
    readonly translators: readonly TranslatorDefinition[];
  };
  /** Names of the flows that are switched on. */
  readonly active: ReadonlySet<string>;
  readonly connections: readonly OpenConnection[];
  /** Their data types, where somebody has compiled them before. */
  readonly compiled?: CompiledDataTypes;
}

/**
 * Compiles everything installed into one immutable catalog.
 *
 * `flowsFor` gives every flow of the kind and data type, also those for another event, status or level, so that the
 * decision why each did not start can be recorded. Schedules, silences and manual flows are never found by it: they are
 * started by name.
 *
 * @throws COLLECTION_INVALID when what is stored cannot be compiled any more.
 */
export function buildCatalog({ installed, local, active, connections, compiled }: CatalogParts): Catalog {
  const collections = installed.map(({ collection }) => collection);
  const { dataTypes, failures } =
    compiled ?? compileDataTypes(collections.flatMap((collection) => collection.dataTypes));
  for (const [name, reason] of failures) {
    throw new PatchbayError("COLLECTION_INVALID", `The installed data type ${name} cannot be compiled: ${reason}`);
  }
  const translators = byName([...collections.flatMap((collection) => collection.translators), ...local.translators]);
  const flows = [
    ...collections.flatMap(({ name, flows: own }) => own.map((flow) => toFlowVersion(flow, name, translators))),
    ...local.flows.map((flow) => toFlowVersion(flow, null, translators)),
  ].map((version): InstalledFlow => Object.freeze({ version, active: active.has(version.flow.name) }));
  const flowsByName = new Map(flows.map((flow) => [flow.version.flow.name, flow]));
  const sortedFlows = sorted(flowsByName);
  const triggered = flowsByTrigger(sortedFlows);
  const connectionsByName = byName(connections);
  const parameters = new Map(installed.map((one) => [one.collection.name, deepFrozen(one.parameters)]));
  const none: JsonObject = Object.freeze({});
  return Object.freeze({
    dataType: (name) => dataTypes.get(name) ?? null,
    translator: (name) => translators.get(name) ?? null,
    flow: (name) => flowsByName.get(name) ?? null,
    flowsFor: (kind, dataType) => triggered.get(eventKey(kind, dataType) ?? "") ?? nothing,
    connection: (name) => connectionsByName.get(name) ?? null,
    parameters: (collection) => (collection === null ? none : (parameters.get(collection) ?? none)),
    dataTypes: constant(sorted(dataTypes)),
    translators: constant(sorted(translators)),
    flows: constant(sortedFlows),
    connections: constant(sorted(connectionsByName)),
  } satisfies Catalog);
}

const nothing: readonly InstalledFlow[] = Object.freeze([]);

/** What flows are found by; null for events that name the flow they are for, which the engine starts by its name. */
function eventKey(kind: EventKind, dataType: string | null): string | null {
  if (kind === "message.received") return "received";
  if (kind.startsWith("message.")) return "message";
  if (kind.startsWith("notification.")) return "notification";
  if (kind.startsWith("webhook.")) return "webhook";
  return kind.startsWith("record.") ? `record ${dataType}` : null;
}

const named: ReadonlySet<Trigger["kind"]> = new Set(["message", "received", "notification", "webhook"]);

function triggerKey(on: Trigger): string | null {
  if (on.kind === "record") return `record ${on.dataType}`;
  return named.has(on.kind) ? on.kind : null;
}

function flowsByTrigger(flows: readonly InstalledFlow[]): Map<string, readonly InstalledFlow[]> {
  const triggered = new Map<string, InstalledFlow[]>();
  for (const flow of flows) {
    const key = triggerKey(flow.version.flow.on);
    if (key !== null) triggered.set(key, [...(triggered.get(key) ?? []), flow]);
  }
  return new Map([...triggered].map(([key, list]) => [key, Object.freeze(list)]));
}

function sorted<T>(items: ReadonlyMap<string, T>): readonly T[] {
  return Object.freeze([...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item));
}

function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

function constant<T>(value: T): () => T {
  return () => value;
}

function deepFrozen(value: JsonObject): JsonObject {
  const copy = structuredClone(value);
  const freeze = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const member of Object.values(part)) freeze(member);
    Object.freeze(part);
  };
  freeze(copy);
  return copy;
}
