import semver from "semver";
import { PatchbayError } from "../../core/errors.js";

/** A version of a collection, as far as choosing it goes. */
export interface Candidate {
  readonly version: string;
  /** Name to range. */
  readonly requires: Readonly<Record<string, string>>;
}

/** What versions are chosen from. */
export interface Resolving<T extends Candidate> {
  /** What is installed and not among the roots, by name. */
  readonly installed: Chosen;
  /** Versions that can be had, the preferred first; asked once for each name. */
  candidates(name: string): Promise<readonly T[]>;
  /** Whether an installed collection may be replaced by an older version of it. */
  readonly backwards: boolean;
}

interface Requirement {
  readonly by: string;
  readonly name: string;
  readonly range: string;
}

type Chosen<T extends Candidate = Candidate> = ReadonlyMap<string, T>;

/** Tries before a set of collections counts as one that cannot be put together. */
const MAX_TRIES = 2_000;

/**
 * Chooses versions of everything that these collections require, directly or not. What is installed and fits stays; else the first
 * candidate is taken with which everything goes together.
 *
 * @param roots What is to be installed itself, by name.
 * @returns The versions that have to be installed with them, by name, roots included, those first that others require.
 * @throws COLLECTION_REQUIREMENT_MISSING when nobody has one of them. COLLECTION_UNRESOLVED when no versions go together, or
 *   collections require each other in a circle.
 */
export async function resolve<T extends Candidate>(roots: Chosen<T>, resolving: Resolving<T>): Promise<Chosen<T>> {
  const candidates = remembered(resolving.candidates);
  for (const [name, root] of roots) {
    const problem = brokenDependent(name, root, { chosen: roots, installed: resolving.installed });
    if (problem !== null) throw unresolved(problem);
  }
  const search = createSearch({ ...resolving, candidates });
  const chosen = await search.from(
    roots,
    [...roots].flatMap(([name, root]) => requirementsOf(name, root)),
  );
  if (chosen === null) throw search.failure();
  return inOrder(chosen, resolving.installed);
}

function createSearch<T extends Candidate>(resolving: Resolving<T>) {
  const { installed } = resolving;
  let tries = 0;
  let failure = unresolved("no versions go together");

  async function from(chosen: Chosen<T>, [first, ...rest]: readonly Requirement[]): Promise<Chosen<T> | null> {
    if (first === undefined) return chosen;
    const there = isThere(first, chosen);
    if (there !== null) return there ? from(chosen, rest) : null;
    for (const option of await optionsFor(first, chosen)) {
      tries += 1;
      if (tries > MAX_TRIES) throw unresolved(`after ${MAX_TRIES} tries no versions were found that go together`);
      const more = new Map([...chosen, [first.name, option]]);
      const found = await from(more, [...rest, ...requirementsOf(first.name, option)]);
      if (found !== null) return found;
    }
    return null;
  }

  /** Null when a version has yet to be chosen; false when one is chosen that does not fit. */
  function isThere({ by, name, range }: Requirement, chosen: Chosen<T>): boolean | null {
    const taken = chosen.get(name);
    const present = taken ?? installed.get(name);
    if (present !== undefined && semver.satisfies(present.version, range)) return true;
    if (taken === undefined) return null;
    failure = unresolved(`${by} requires ${name} ${range}, but it would be ${taken.version}`);
    return false;
  }

  async function optionsFor(requirement: Requirement, chosen: Chosen<T>): Promise<readonly T[]> {
    const { name, range } = requirement;
    const present = installed.get(name) ?? null;
    const all = await resolving.candidates(name);
    const inRange = all.filter(({ version }) => semver.satisfies(version, range));
    const newer = inRange.filter(({ version }) => present === null || semver.gt(version, present.version));
    const options = resolving.backwards ? inRange : newer;
    if (options.length === 0) failure = missing(requirement, { present, all, older: inRange.length > 0 });
    return options.filter((option) => {
      const problem = brokenDependent(name, option, { chosen, installed });
      if (problem !== null) failure = unresolved(problem);
      return problem === null;
    });
  }

  return { from, failure: () => failure };
}

/** Says what of all that there will be a version does not suit; what is replaced itself is not asked any more. */
function brokenDependent(
  name: string,
  { version }: Candidate,
  { chosen, installed }: { readonly chosen: Chosen; readonly installed: Chosen },
): string | null {
  for (const [dependent, { version: own, requires }] of new Map<string, Candidate>([...installed, ...chosen])) {
    const range = Object.hasOwn(requires, name) ? requires[name] : undefined;
    if (dependent === name || range === undefined || semver.satisfies(version, range)) continue;
    const there = chosen.has(dependent) ? "" : " is installed and";
    return `${dependent} ${own}${there} requires ${name} ${range}, but it would be ${version}`;
  }
  return null;
}

function requirementsOf(name: string, { version, requires }: Candidate): Requirement[] {
  return Object.entries(requires).map(([required, range]) => ({ by: `${name} ${version}`, name: required, range }));
}

function missing(
  { by, name, range }: Requirement,
  { present, all, older }: { present: Candidate | null; all: readonly Candidate[]; older: boolean },
): PatchbayError {
  if (present !== null && older) {
    return unresolved(`${by} requires ${name} ${range}, which is older than the ${present.version} that is installed`);
  }
  const there = present === null ? "it is not" : `${present.version} is`;
  const known = all.length === 0 ? "" : `; there is ${all.map(({ version }) => version).join(", ")}`;
  const message = `${name} ${range} is required, but ${there} installed${known}`;
  return new PatchbayError("COLLECTION_REQUIREMENT_MISSING", message, { missing: [name] });
}

function unresolved(reason: string): PatchbayError {
  return new PatchbayError("COLLECTION_UNRESOLVED", `The collections do not go together: ${reason}`);
}

/** Sorts what is chosen so that each comes after what it requires, and refuses circles, installed collections included. */
function inOrder<T extends Candidate>(chosen: Chosen<T>, installed: Chosen): Chosen<T> {
  const all = new Map<string, Candidate>([...installed, ...chosen]);
  const sorted = new Map<string, T>();
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      throw unresolved(`${[...path.slice(path.indexOf(name)), name].join(" requires ")}: that is a circle`);
    }
    const one = all.get(name);
    if (one === undefined || done.has(name)) return;
    for (const required of Object.keys(one.requires).sort()) visit(required, [...path, name]);
    done.add(name);
    const taken = chosen.get(name);
    if (taken !== undefined) sorted.set(name, taken);
  };
  for (const name of chosen.keys()) visit(name, []);
  return sorted;
}

function remembered<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name) => {
    const known = answers.get(name) ?? ask(name);
    answers.set(name, known);
    return known;
  };
}
