import { PatchbayError } from "../core/errors.js";
import type { Checks } from "./checks.js";
import type { Route } from "./route.js";

/** Gives the part of a URL after `?`, empty when there is none. */
function searchOf(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start + 1);
}

/**
 * Gives the reader of one route's query parameters.
 *
 * @throws REQUEST_INVALID for a parameter that the route does not know (naming those it does), that is given twice or
 *   that has a wrong value: a misspelt filter must never widen a list in silence.
 */
export function createQueryReader(route: Route, checks: Checks): (url: string) => Readonly<Record<string, unknown>> {
  if (route.anyQuery) return () => ({});
  const members = route.query?.members ?? {};
  const prefixes = Object.keys(route.queryPrefixes ?? {});
  const allowed = [...Object.keys(members), ...prefixes.map((prefix) => `${prefix}<field>`)];
  const known = allowed.length === 0 ? "takes no query parameters" : `takes ${allowed.join(", ")}`;
  const isKnown = (name: string) => Object.hasOwn(members, name) || prefixes.some((prefix) => name.startsWith(prefix));
  const check = route.query === undefined ? null : checks.query(route.query);
  const { required } = route.query?.json ?? {};
  const needsNone = !Array.isArray(required) || required.length === 0;
  return (url) => {
    const search = searchOf(url);
    if (search === "" && needsNone) return {};
    const given = readOnce(new URLSearchParams(search));
    const unknown = [...given.keys()].find((name) => !isKnown(name));
    if (unknown !== undefined) {
      throw invalid(`The query parameter "${shown(unknown)}" is not known; ${route.path} ${known}`);
    }
    const values = Object.fromEntries([...given].filter(([name]) => Object.hasOwn(members, name)));
    check?.(values);
    return values;
  };
}

function readOnce(parameters: URLSearchParams): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (given.has(name)) throw invalid(`The query parameter "${shown(name)}" is given twice`);
    given.set(name, value);
  }
  return given;
}

/** Gives the parameters of a URL whose names begin with a prefix, without it. */
export function prefixedParameters(url: string, prefix: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(searchOf(url))) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = value;
  }
  return found;
}

function shown(name: string): string {
  return name.slice(0, 64);
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
