import type { Collection, ConnectionDefinition, DataTypeDefinition } from "../core/collection.js";
import type { Connector } from "../core/connector.js";
import type { FlowDefinition } from "../core/flow.js";
import type { JsonSchema } from "../core/json.js";
import type { Translation } from "../translation/translation.js";
import type { Grammar } from "./grammar.js";
import type { Place, ProblemList } from "./problem-list.js";

/** What every check needs besides the definitions. */
export interface CheckTools {
  readonly grammar: Grammar;
  readonly connectors: readonly Connector[];
  readonly translation: Pick<Translation, "check">;
}

/** Everything a definition may refer to, seen from one namespace. */
export interface Surroundings extends CheckTools {
  /** The collection's own name, or `local`. */
  readonly namespace: string;
  /** Namespaces it may refer to: its own and the required ones that are installed. */
  readonly visible: ReadonlySet<string>;
  /** Required, but not installed: references into them cannot be judged. */
  readonly missing: ReadonlySet<string>;
  readonly dataTypes: ReadonlyMap<string, DataTypeDefinition>;
  readonly translators: ReadonlySet<string>;
  readonly connections: ReadonlyMap<string, ConnectionDefinition>;
  readonly flows: readonly FlowDefinition[];
  /** Names of its own that files claim but could not define; what is wrong with them is reported already. */
  readonly claimed: ReadonlySet<string>;
  /** What `$params` may have. */
  readonly parameters: JsonSchema;
}

/** Namespace of the flows that belong to no collection. */
export const LOCAL = "local";

/** Namespace of what Patchbay has itself. */
export const BUILT_IN = "patchbay";

/** A view from a namespace onto collections. */
export interface View {
  readonly namespace: string;
  readonly visible: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  readonly claimed: ReadonlySet<string>;
  readonly parameters: JsonSchema;
  readonly collections: readonly Pick<Collection, "dataTypes" | "translators" | "connections" | "flows">[];
}

/** Gives what can be seen, with look-ups by name. */
export function toSurroundings({ collections, ...view }: View, tools: CheckTools): Surroundings {
  return {
    ...view,
    ...tools,
    dataTypes: byName(collections.flatMap(({ dataTypes }) => dataTypes)),
    translators: new Set(collections.flatMap(({ translators }) => translators.map(({ name }) => name))),
    connections: byName(collections.flatMap(({ connections }) => connections)),
    flows: collections.flatMap(({ flows }) => flows),
  };
}

/** A reference from one definition to another. */
export interface Reference {
  readonly place: Place;
  /** `data type`, `translator`, `connection` or `flow`. */
  readonly noun: string;
  /** `namespace/name`. */
  readonly name: string;
  /** What exists. */
  readonly names: { has(name: string): boolean; keys(): Iterable<string> };
}

/** Reports a reference that leads nowhere or out of what the collection requires. @returns Whether it is good. */
export function checkReference(reference: Reference, surroundings: Surroundings, problems: ProblemList): boolean {
  const { place, noun, name, names } = reference;
  const { visible, missing, claimed, namespace } = surroundings;
  const owner = name.split("/")[0] ?? "";
  if (claimed.has(name) && !names.has(name)) return false;
  if (missing.has(owner)) return false;
  if (visible.has(owner) && names.has(name)) return true;
  if (namespace === LOCAL && !visible.has(owner)) {
    problems.warning(place, `waits for the collection ${owner}`, `Install ${owner}, or delete this file.`);
    return false;
  }
  if (names.has(name)) {
    problems.error(
      place,
      `${name} is in ${owner}, which is not required`,
      `Add ${owner} to requires in collection.yaml.`,
    );
    return false;
  }
  const known = [...names.keys()].filter((other) => other.startsWith(`${owner}/`)).sort();
  const remedy = known.length > 0 ? `Known are ${known.join(", ")}.` : `Correct the name, or define the ${noun}.`;
  problems.error(place, `there is no ${noun} ${name}`, remedy);
  return false;
}

/** Reports a data type that is not there, or of which there are no records because it has no key. */
export function checkKeyedDataType(
  name: string,
  place: Place,
  { surroundings, problems }: { readonly surroundings: Surroundings; readonly problems: ProblemList },
): void {
  const { dataTypes } = surroundings;
  if (!checkReference({ place, noun: "data type", name, names: dataTypes }, surroundings, problems)) return;
  if (dataTypes.get(name)?.schema["x-key"] !== undefined) return;
  problems.error(place, `${name} has no x-key, so there are no records of it`, "Use a data type with an x-key.");
}

function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const first = new Map<string, T>();
  for (const item of items) if (!first.has(item.name)) first.set(item.name, item);
  return first;
}
