import { diff3Merge } from "node-diff3";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../core/json.js";

/** A JSON value, or that there is none. */
export type Maybe = Json | undefined;

/** What a merge goes by: how it was, how we have changed it, how others have. */
export interface Versions<T> {
  readonly base: T;
  readonly mine: T;
  readonly theirs: T;
}

/** A place that both have changed, each in their own way. */
export interface ValueConflict extends Versions<Maybe> {
  /** JSON pointer. */
  readonly path: string;
}

/** What both changes together give; where they contradict each other it has ours, and says so. */
export interface MergedValue {
  readonly value: Maybe;
  readonly conflicts: readonly ValueConflict[];
}

/**
 * Merges two changes of one JSON value, path by path. Elements that have an `id` or a `name` each are the same element wherever they
 * stand; other lists are merged by the places of their elements.
 */
export function mergeValues(versions: Versions<Maybe>, path = ""): MergedValue {
  const { base, mine, theirs } = versions;
  if (sameValue(mine, theirs) || sameValue(base, mine)) return agreed(theirs);
  if (sameValue(base, theirs)) return agreed(mine);
  if (isJsonObject(base) && isJsonObject(mine) && isJsonObject(theirs))
    return mergeMembers({ base, mine, theirs }, path);
  if (Array.isArray(base) && Array.isArray(mine) && Array.isArray(theirs)) {
    return mergeElements({ base, mine, theirs }, path);
  }
  return { value: mine, conflicts: [{ ...versions, path }] };
}

/** Tells whether two values are the same document; the order of members does not matter. */
export function sameValue(one: Maybe, other: Maybe): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}

/** Gives what an element of a list is called by: steps have an `id`, connections a `name`; undefined when it has neither. */
export function idOf(element: Maybe): string | undefined {
  if (!isJsonObject(element)) return undefined;
  return [element.id, element.name].find((name) => typeof name === "string");
}

function agreed(value: Maybe): MergedValue {
  return { value, conflicts: [] };
}

function mergeMembers({ base, mine, theirs }: Versions<JsonObject>, path: string): MergedValue {
  const merged: [string, Json][] = [];
  const conflicts: ValueConflict[] = [];
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const versions = { base: base[name], mine: mine[name], theirs: theirs[name] };
    const member = mergeValues(versions, `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    conflicts.push(...member.conflicts);
    if (member.value !== undefined) merged.push([name, member.value]);
  }
  return { value: Object.fromEntries(merged), conflicts };
}

function mergeElements(versions: Versions<Json[]>, path: string): MergedValue {
  const { base, mine, theirs } = versions;
  const lists = { base: byId(base), mine: byId(mine), theirs: byId(theirs) };
  if (lists.base && lists.mine && lists.theirs) {
    return mergeNamed({ base: lists.base, mine: lists.mine, theirs: lists.theirs }, path);
  }
  const places = mergePlaces({
    base: base.map(canonicalJson),
    mine: mine.map(canonicalJson),
    theirs: theirs.map(canonicalJson),
  });
  if (places === null) return { value: mine, conflicts: [{ ...versions, path }] };
  return agreed(places.map((text) => JSON.parse(text) as Json));
}

/** Gives the elements by their ids; null when one has none, or two have the same. */
function byId(elements: readonly Json[]): ReadonlyMap<string, Json> | null {
  const found = new Map<string, Json>();
  for (const element of elements) {
    const id = idOf(element);
    if (id === undefined || found.has(id)) return null;
    found.set(id, element);
  }
  return found;
}

function mergeNamed(lists: Versions<ReadonlyMap<string, Json>>, path: string): MergedValue {
  const { base, mine, theirs } = lists;
  const conflicts: ValueConflict[] = [];
  const kept = new Map<string, Json>();
  for (const id of new Set([...base.keys(), ...mine.keys(), ...theirs.keys()])) {
    const element = mergeValues({ base: base.get(id), mine: mine.get(id), theirs: theirs.get(id) }, `${path}/${id}`);
    conflicts.push(...element.conflicts);
    if (element.value !== undefined) kept.set(id, element.value);
  }
  const order = orderOf({ base: [...base.keys()], mine: [...mine.keys()], theirs: [...theirs.keys()] }, kept);
  if (order.contradicts)
    conflicts.push({ path, base: [...base.keys()], mine: [...mine.keys()], theirs: [...theirs.keys()] });
  return { value: order.ids.flatMap((id) => kept.get(id) ?? []), conflicts };
}

/** Puts the elements that are left in order: as others have it unless only we have moved something. */
function orderOf(
  { base, mine, theirs }: Versions<readonly string[]>,
  kept: ReadonlyMap<string, Json>,
): { ids: readonly string[]; contradicts: boolean } {
  const everywhere = (id: string): boolean => base.includes(id) && mine.includes(id) && theirs.includes(id);
  const common = { base: base.filter(everywhere), mine: mine.filter(everywhere), theirs: theirs.filter(everywhere) };
  const moved = { mine: !sameValue(common.base, common.mine), theirs: !sameValue(common.base, common.theirs) };
  const [leading, other] = moved.mine ? [mine, theirs] : [theirs, mine];
  const ids = leading.filter((id) => kept.has(id));
  for (const [index, id] of other.entries()) {
    if (!kept.has(id) || ids.includes(id)) continue;
    const before = other.slice(0, index).findLast((candidate) => ids.includes(candidate));
    ids.splice(before === undefined ? 0 : ids.indexOf(before) + 1, 0, id);
  }
  return { ids, contradicts: moved.mine && moved.theirs && !sameValue(common.mine, common.theirs) };
}

/** Merges lists of texts by their places; null when both have changed the same place. */
function mergePlaces({ base, mine, theirs }: Versions<string[]>): string[] | null {
  const regions = diff3Merge(mine, base, theirs, { excludeFalseConflicts: true });
  const merged = regions.map((region) => region.ok ?? null);
  return merged.some((region) => region === null) ? null : merged.flatMap((region) => region ?? []);
}
