import type { Change } from "../core/change.js";
import type { ProcessRole } from "../core/crew.js";
import { createBreakerExchange } from "./breaker-exchange.js";
import type { ConnectionGate } from "./connection-gate.js";
import type { EngineParts } from "./engine-parts.js";

/** What a process tells the others on its store, and hears of them. */
export interface Crew {
  /** Whether this process does what only one does at a time: schedules, operations, reaping. */
  leads(): boolean;
  /** Says and hears what there is to; cheap when it is not time yet. */
  beat(): Promise<void>;
  /** Says that this process is about to end. */
  leave(): Promise<void>;
}

/** How often a process listens and says what it has found out, and how often it says that it is there, in milliseconds. */
const BEAT_MS = 1_000;
const SEEN_MS = 10_000;

/** How long the one who leads is waited for when it says nothing, in milliseconds. */
const LEAD_MS = 4_000;

/** A process whose connection was gone at so many beats in a row has ended; one that only has to connect again is back sooner. */
const GONE_BEATS = 3;

/** A process that has said nothing for so long is not listed any more, nor a lease that has ended so long ago. */
const GONE_MS = 3_600_000;

const LEAD = "lead";

interface CrewPlace {
  /** Name of this process. */
  readonly name: string;
  readonly role: ProcessRole;
  readonly version: string;
  readonly gate: ConnectionGate;
  /** Reads anew what the others have installed; never fails. */
  readonly keepUp: () => Promise<void>;
  /** Called when runs of a process that is gone have become due. */
  readonly onReleased: () => void;
}

/**
 * Makes what a process has to do with the others on its store. Alone on it (an embedded file), it leads, and there is nobody to
 * tell anything.
 */
export function createCrew(parts: EngineParts, place: CrewPlace): Crew {
  if (parts.store.exclusive) return { leads: () => true, beat: async () => {}, leave: async () => {} };
  const { store, now, log } = parts;
  const { name, role, version, gate, keepUp, onReleased } = place;
  const startedAt = new Date(now());
  const isInstalled = (connection: string): boolean => parts.catalog().connection(connection) !== null;
  const breakers = createBreakerExchange(store, { gate, isInstalled });
  const mayLead = role !== "api";
  let absences: ReadonlyMap<string, number> = new Map();
  let leadsUntil = Number.NEGATIVE_INFINITY;
  let beatAt = Number.NEGATIVE_INFINITY;
  let seenAt = Number.NEGATIVE_INFINITY;

  async function lead(at: number): Promise<void> {
    const until = at + LEAD_MS;
    const taken = await store.leases.take(LEAD, name, { until: new Date(until), now: new Date(at) });
    leadsUntil = taken ? until : Number.NEGATIVE_INFINITY;
  }

  async function beSeen(at: number): Promise<void> {
    const changes: Change[] = [
      { kind: "process-seen", process: { name, role, version, startedAt, seenAt: new Date(at) } },
    ];
    if (at < leadsUntil) {
      const gone = (await store.processes.list()).filter((one) => at - one.seenAt.getTime() > GONE_MS);
      changes.push(...gone.map((one): Change => ({ kind: "process-left", name: one.name })));
      await store.leases.forget(new Date(at - GONE_MS));
    }
    await store.commit(changes);
  }

  /** Takes what a process had in hand that was killed, without waiting for its leases. */
  async function release(at: number): Promise<void> {
    const gone = (await store.processes.gone()).filter((other) => other !== name);
    absences = new Map(gone.map((other) => [other, (absences.get(other) ?? 0) + 1]));
    for (const [other, count] of absences) {
      if (count < GONE_BEATS) continue;
      const runs = await store.runs.releaseOf(other, new Date(at));
      await store.commit([{ kind: "process-left", name: other }]);
      log.warn({ process: other, runs }, "a process is gone; its runs are taken up");
      if (runs > 0) onReleased();
    }
  }

  return {
    // Whoever leads stops doing so a little before another may begin.
    leads: () => now() < leadsUntil - BEAT_MS,
    beat: async () => {
      const at = now();
      // Either way: a clock that was set back must not keep this process from being heard of until it is there again.
      if (Math.abs(at - beatAt) < BEAT_MS) return;
      beatAt = at;
      await breakers.exchange(at < leadsUntil);
      if (mayLead) {
        await lead(at);
        await release(at);
      }
      if (Math.abs(at - seenAt) >= SEEN_MS) {
        seenAt = at;
        await beSeen(at);
      }
      await keepUp();
    },
    leave: async () => {
      await store.commit([{ kind: "process-left", name }]);
      if (mayLead) await store.leases.release(LEAD, name);
    },
  };
}
