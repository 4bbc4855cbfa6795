import type { SimulatedMessage } from "./simulated-message.js";

/** Every message that was ever accepted, in the order of acceptance. */
export interface Ledger {
  /** How many creates were accepted; never goes down. */
  readonly created: number;
  add(message: SimulatedMessage): void;
  /** Counts a create of which nothing is kept, and gives the new count. */
  count(): number;
  /** Gives a message, deleted ones too, or null. */
  get(sid: string): SimulatedMessage | null;
  /** Replaces members of a message and gives the new one; null when the SID is unknown. */
  update(sid: string, changes: Partial<SimulatedMessage>): SimulatedMessage | null;
  list(): readonly SimulatedMessage[];
}

/** Opens an empty ledger in memory. */
export function openLedger(): Ledger {
  const messages = new Map<string, SimulatedMessage>();
  let created = 0;
  return {
    get created() {
      return created;
    },
    add(message) {
      created += 1;
      messages.set(message.sid, message);
    },
    count() {
      created += 1;
      return created;
    },
    get: (sid) => messages.get(sid) ?? null,
    update(sid, changes) {
      const known = messages.get(sid);
      if (!known) return null;
      const changed = { ...known, ...changes };
      messages.set(sid, changed);
      return changed;
    },
    list: () => [...messages.values()],
  };
}
