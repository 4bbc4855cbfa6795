import type { OpenConnection } from "../core/catalog.js";
import type { Eventual } from "../core/eventual.js";
import type { Run } from "../core/run.js";
import type { Entry } from "./connection-gate.js";
import type { Planning } from "./planning.js";

/** What became of a request to call, and the place in the shared pace that a refused one keeps. */
export type Entering = Entry & { readonly placeAt?: string };

/**
 * A place in the shared pace that nobody came for is lost after this, in milliseconds: those who come late together, because
 * the database or all processes stood still, would call together. Long enough for a process that is busy.
 */
const PLACE_KEPT_MS = 1_000;

/**
 * Asks to make one call now: the gate of this process, and, where other processes share the store, the pace that all keep
 * together. Who has to wait for a place in that keeps it in its rest, and has it wherever it is taken up.
 */
export function enter(entrance: Entrance, planning: Planning): Eventual<Entering> {
  const { open, connection, run } = entrance;
  const { maxPerSecond } = open;
  if (maxPerSecond !== null && !planning.parts.store.exclusive) {
    return enterShared({ ...entrance, maxPerSecond }, planning);
  }
  return planning.gate.admit(connection, maxPerSecond, run.id);
}

/** Who asks to make a call, and of which connection. */
interface Entrance {
  readonly open: OpenConnection;
  readonly connection: string;
  readonly run: Run;
}

async function enterShared(
  { connection, run, maxPerSecond }: Entrance & { readonly maxPerSecond: number },
  { gate, parts }: Planning,
): Promise<Entering> {
  const { store } = parts;
  const entry = gate.admit(connection, null, run.id);
  if (!entry.admitted) return entry;
  // The call that tries a silent vendor waits for no place: everybody waits for it, and loses their own meanwhile.
  if (gate.open().some((opened) => opened.connection === connection)) return entry;
  const now = parts.now();
  const placeAt =
    placeKept(run, now) ?? (await store.pace.take({ connection, perSecond: maxPerSecond }, new Date(now)));
  if (placeAt.getTime() <= now) return entry;
  const reason = `the pace of ${connection} is ${maxPerSecond} calls a second`;
  return { admitted: false, comeBackAt: placeAt.getTime(), reason, placeAt: placeAt.toISOString() };
}

function placeKept({ wait }: Run, now: number): Date | null {
  if (wait?.kind !== "connection" || wait.placeAt === null) return null;
  const placeAt = new Date(wait.placeAt);
  return now - placeAt.getTime() < PLACE_KEPT_MS ? placeAt : null;
}
