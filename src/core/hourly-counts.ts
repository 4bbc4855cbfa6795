import type { EffectState } from "./effect.js";
import type { MessageStatus } from "./message.js";
import type { RunStatus } from "./run.js";

/** What was made within a span of time, as it was when it was counted. */
export interface Counts {
  /** Records that were new, by data type. */
  readonly records: Readonly<Record<string, number>>;
  /** Runs that were begun, by flow and by what has become of them. */
  readonly runs: Readonly<Record<string, Readonly<Partial<Record<RunStatus, number>>>>>;
  /** Messages that were begun, by flow and by what has become of them. */
  readonly messages: Readonly<Record<string, Readonly<Partial<Record<MessageStatus, number>>>>>;
  /** Calls that were made, once or more, by connection and by what has become of them; what was kept from being made is none. */
  readonly calls: Readonly<Record<string, Readonly<Partial<Record<EffectState, number>>>>>;
  /** The id of each flow's newest run. */
  readonly newest: Readonly<Record<string, string>>;
}

/** One hour of the world's time, counted. */
export interface CountedHour {
  /** When it began. */
  readonly hour: Date;
  readonly countedAt: Date;
  readonly counts: Counts;
}

export const HOUR_MS = 3_600_000;

/** Gives when the hour began that an instant is in. */
export function hourOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
}

export const noCounts: Counts = { records: {}, runs: {}, messages: {}, calls: {}, newest: {} };

/** Gives what was counted in one span and in another. */
export function addCounts(one: Counts, other: Counts): Counts {
  return {
    records: addNumbers(one.records, other.records),
    runs: addNested(one.runs, other.runs),
    messages: addNested(one.messages, other.messages),
    calls: addNested(one.calls, other.calls),
    newest: merge(one.newest, other.newest, (a, b) => (a > b ? a : b)),
  };
}

type Numbers = Readonly<Record<string, number>>;

function addNumbers<N extends Numbers>(one: N, other: N): N {
  return merge<number>(one, other, (a, b) => a + b) as N;
}

function addNested<N extends Numbers>(one: Readonly<Record<string, N>>, other: Readonly<Record<string, N>>) {
  return merge<N>(one, other, addNumbers);
}

function merge<T>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  join: (one: T, other: T) => T,
): Readonly<Record<string, T>> {
  const all = new Map(Object.entries(one));
  for (const [name, value] of Object.entries(other)) {
    const before = all.get(name);
    all.set(name, before === undefined ? value : join(before, value));
  }
  return Object.fromEntries(all);
}
