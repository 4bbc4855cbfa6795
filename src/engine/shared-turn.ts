import type { Change } from "../core/change.js";
import type { Effect } from "../core/effect.js";
import type { Planning } from "./planning.js";

/** Names where calls take turns: one recipient of one connection. */
export function placeOf(connection: string, recipient: string): string {
  return `${connection} ${recipient}`;
}

/** Takes the recipient's turn from other processes, where there may be any; the lease's length is for one that dies. */
export function sharedTurn(
  { id, runId, connection, recipient, attempts }: Effect,
  { parts }: Pick<Planning, "parts">,
): readonly Change[] {
  if (parts.store.exclusive || recipient === null) return [];
  const now = parts.now();
  const turn = { place: placeOf(connection, recipient), effectId: id, runId, attempt: attempts };
  const until = new Date(now + parts.limits.leaseMs);
  return [{ kind: "turn-taken", turn: { ...turn, until }, at: new Date(now) }];
}

/** Gives the turn of an attempt back, with the outcome of the call. */
export function turnLeft(
  { id, connection, recipient, attempts }: Effect,
  { parts }: Pick<Planning, "parts">,
): readonly Change[] {
  if (parts.store.exclusive || recipient === null) return [];
  return [{ kind: "turn-left", turn: { place: placeOf(connection, recipient), effectId: id, attempt: attempts } }];
}
