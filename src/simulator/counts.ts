import type { MessageStatus } from "../core/message.js";
import type { SimulatedMessage } from "./simulated-message.js";

/** What happened in a simulator so far, in numbers. */
export interface SimulatorCounts {
  /** Creates that were accepted. */
  readonly created: number;
  /** Requests by accounts we know, whatever became of them. */
  readonly asked: Readonly<Record<"creates" | "lists", number>>;
  /** Messages by the status they have now. */
  readonly statuses: Readonly<Partial<Record<MessageStatus, number>>>;
  /** Messages that are on their way or have callbacks to be made; scheduled ones wait and do not count. */
  readonly underway: number;
  /** How many creates each fault has struck, by its name: `reset`, `status-500`, `status-500-after-send`, … */
  readonly struck: Readonly<Record<string, number>>;
}

/** Counts by name. */
export interface Tally<Name extends string> {
  add(name: Name): void;
  counts(): Record<Name, number>;
}

/** Opens a tally in which these names stand at 0; others appear when they are first counted. */
export function openTally<Name extends string>(names: readonly Name[]): Tally<Name> {
  const counts = new Map<Name, number>(names.map((name) => [name, 0]));
  return {
    add: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    counts: () => Object.fromEntries(counts) as Record<Name, number>, // every name is in it from the beginning
  };
}

/** Counts messages by status. */
export function countStatuses(messages: readonly SimulatedMessage[]): Partial<Record<MessageStatus, number>> {
  const tally = openTally<MessageStatus>([]);
  for (const { status } of messages) tally.add(status);
  return tally.counts();
}
