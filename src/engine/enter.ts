import type { OpenConnection } from "../core/catalog.js";
import type { Eventual } from "../core/eventual.js";
import type { PaceAsking, PacePlace } from "../core/pace-row.js";
import type { KeptPlace, Run } from "../core/run.js";
import { describeSender, type Entry } from "./connection-gate.js";
import type { Planning } from "./planning.js";
import type { Sending } from "./sending.js";

/** Where a refused request to call has a place in a shared pace. */
export interface Places {
  readonly connection?: KeptPlace | undefined;
  readonly sender?: KeptPlace | undefined;
}

/** What became of a request to call, and the places that a refused one keeps. */
export type Entering = Entry & { readonly places?: Places };

/** A call that is to be made now. */
export interface Entrant {
  readonly open: OpenConnection;
  readonly connection: string;
  readonly run: Run;
  readonly sending: Sending;
  /** Later than this it must not be made, in milliseconds since 1970; infinite for whenever. */
  readonly notAfter: number;
}

/**
 * A place in the shared pace that nobody came for is lost after this, in milliseconds: those who come late together, because
 * the database or all processes stood still, would call together. Long enough for a process that is busy.
 */
const PLACE_KEPT_MS = 1_000;

/**
 * Asks to make one call now: the gate of this process, and, where other processes share the store, the paces that all keep
 * together. Who has to wait for a place in those keeps it in its rest, and has it wherever it is taken up.
 *
 * @returns A refusal until after `notAfter` has given no place.
 */
export function enter(entrant: Entrant, { gate, parts }: Planning): Eventual<Entering> {
  const { open, connection, run, sending, notAfter } = entrant;
  const { lane, sender, cost } = sending;
  const caller = { id: run.id, lane, notAfter };
  if (parts.store.exclusive) return gate.admit(connection, open.maxPerSecond, { sender, cost, ...caller });
  const entry = gate.admit(connection, null, caller);
  if (!entry.admitted || (open.maxPerSecond === null && (sender === null || sender.perSecond === null))) return entry;
  // The call that tries a silent vendor waits for no place: everybody waits for it, and loses their own meanwhile.
  if (gate.open().some((opened) => opened.connection === connection)) return entry;
  return waitForPlaces(entrant, entry, parts);
}

async function waitForPlaces(entrant: Entrant, entry: Entry, parts: Parts): Promise<Entering> {
  return (await waitForSender(entrant, parts)) ?? (await waitForConnection(entrant, parts)) ?? entry;
}

async function waitForSender({ sending, connection, run, notAfter }: Entrant, parts: Parts): Promise<Entering | null> {
  const { sender, cost, lane } = sending;
  if (sender === null || sender.perSecond === null) return null;
  const before = placesOf(run);
  // Who waits for the connection has had its turn.
  if (before.connection !== undefined && before.sender !== undefined) return null;
  const pace = { key: `${connection} ${sender.sender}`, perSecond: sender.perSecond, cost, lane };
  const place = await takePlace({ pace, kept: before.sender, notAfter }, parts);
  if (place !== null && isNow(place, parts)) return null;
  const reason = describeSender({ ...sender, perSecond: sender.perSecond });
  return refusal(place, reason, { notAfter, places: (sender) => ({ sender }) });
}

async function waitForConnection({ open, connection, run, sending, notAfter }: Entrant, parts: Parts) {
  const { maxPerSecond } = open;
  if (maxPerSecond === null) return null;
  const before = placesOf(run);
  const pace = { key: connection, perSecond: maxPerSecond, cost: 1, lane: sending.lane };
  const place = await takePlace({ pace, kept: before.connection, notAfter }, parts);
  if (place !== null && isNow(place, parts)) return null;
  const sender = sending.sender === null ? undefined : (before.sender ?? passed);
  const reason = `the pace of ${connection} is ${maxPerSecond} calls a second`;
  return refusal(place, reason, { notAfter, places: (connection) => ({ connection, sender }) });
}

type Parts = Planning["parts"];

/** The place of somebody whose turn has come. */
const passed: KeptPlace = Object.freeze({ at: new Date(0).toISOString(), firm: true, passedMs: 0 });

async function takePlace(
  {
    pace,
    kept,
    notAfter,
  }: { pace: Omit<PaceAsking, "kept" | "now" | "notAfter">; kept: KeptPlace | undefined; notAfter: number },
  { store, now }: Parts,
): Promise<PacePlace | null> {
  const at = now();
  const place = kept === undefined ? null : { ...kept, at: new Date(kept.at) };
  if (place?.firm && at - place.at.getTime() < PLACE_KEPT_MS) return place;
  return store.pace.take({
    ...pace,
    kept: place === null || place.firm ? null : place,
    now: new Date(at),
    notAfter: Number.isFinite(notAfter) ? new Date(notAfter) : null,
  });
}

function isNow({ at, firm }: PacePlace, { now }: Parts): boolean {
  return firm && at.getTime() <= now();
}

function refusal(
  place: PacePlace | null,
  reason: string,
  { notAfter, places }: { notAfter: number; places: (kept: KeptPlace) => Places },
): Entering {
  if (place === null) return { admitted: false, comeBackAt: notAfter + 1, reason };
  const { at, firm, passedMs } = place;
  return {
    admitted: false,
    comeBackAt: at.getTime(),
    reason,
    places: places({ at: at.toISOString(), firm, passedMs }),
  };
}

function placesOf({ wait }: Run): Places {
  if (wait?.kind !== "connection") return {};
  const { placeAt, connectionPlace, senderPlace } = wait;
  // What an older version wrote has no more than the instant.
  const plain = placeAt === null ? undefined : { at: placeAt, firm: true, passedMs: 0 };
  return { connection: connectionPlace ?? plain, sender: senderPlace };
}
