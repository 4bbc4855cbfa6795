import { readFileSync } from "node:fs";
import type { Ledgers } from "../../chaos/ledgers.js";
import { packagePath } from "../../src/config/package-root.js";

type Lists = Omit<Ledgers, "taken">;
type ListName = keyof Lists;
type Entry<Name extends ListName> = Lists[Name][number];

/**
 * Gives three orders at rest, with nothing wrong: one is delivered, one is refused and explained, and of one nobody knows
 * what became, which an operator was told.
 */
export function atRest(): Ledgers {
  const lists = JSON.parse(readFileSync(packagePath("test/fixtures/chaos/at-rest.json"), "utf8")) as Lists;
  return { ...lists, taken: new Map() };
}

/** Gives the ledgers with one entry changed; null takes it away. */
export function changed<Name extends ListName>(
  ledgers: Ledgers,
  name: Name,
  { at, to }: { at: number; to: Partial<Entry<Name>> | null },
): Ledgers {
  const list = [...ledgers[name]] as Entry<Name>[];
  const entry = list[at];
  if (entry === undefined) throw new Error(`${name} has no entry ${at}`);
  list.splice(at, 1, ...(to === null ? [] : [{ ...entry, ...to }]));
  return { ...ledgers, [name]: list };
}
