import type { ProcessRole } from "../core/crew.js";
import type { Change } from "../core/store.js";
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
const LEAD_MS = 6_000;

/** A process that has said nothing for so long is not listed any more. */
const GONE_MS = 3_600_000;

const LEAD = "lead";

interface CrewPlace {
  /** Name of this process. */
  readonly name: string;
  readonly role: ProcessRole;
  readonly version: string;
  readonly gate: ConnectionGate;
}

/**
 * Makes what a process has to do with the others on its store. Alone on it (an embedded file), it leads, and there is nobody to
 * tell anything.
 */
export function createCrew(parts: EngineParts, place: CrewPlace): Crew {
  if (parts.store.exclusive) return { leads: () => true, beat: async () => {}, leave: async () => {} };
  const { store, now } = parts;
  const { name, role, version, gate } = place;
  const startedAt = new Date(now());
  const breakers = createBreakerExchange(store, gate);
  const mayLead = role !== "api";
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
    }
    await store.commit(changes);
  }

  return {
    // Whoever leads stops doing so a little before another may begin.
    leads: () => now() < leadsUntil - BEAT_MS,
    beat: async () => {
      const at = now();
      if (at - beatAt < BEAT_MS) return;
      beatAt = at;
      await parts.refresh();
      await breakers.exchange();
      if (mayLead) await lead(at);
      if (at - seenAt < SEEN_MS) return;
      seenAt = at;
      await beSeen(at);
    },
    leave: async () => {
      await store.commit([{ kind: "process-left", name }]);
      if (mayLead) await store.leases.release(LEAD, name);
    },
  };
}
