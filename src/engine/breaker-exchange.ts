import type { SharedBreaker } from "../core/crew.js";
import type { Change, Store } from "../core/store.js";
import type { ConnectionGate, OpenGate } from "./connection-gate.js";

/** Keeps the circuit breakers of one process in step with those of the others. */
export interface BreakerExchange {
  /** Tells what this process has found out since the last time, and takes over what others have. */
  exchange(): Promise<void>;
}

/** One connection as it is in this process and in the store; undefined where it is not open. */
interface Both {
  readonly here: OpenGate | undefined;
  readonly there: SharedBreaker | undefined;
  /** Whether both had it open the last time. */
  readonly wasAgreed: boolean;
}

/**
 * The store has a row for each breaker that is open: who finds a vendor silent writes it, who finds that it answers again
 * deletes it, and the others follow.
 */
export function createBreakerExchange(store: Store, gate: ConnectionGate): BreakerExchange {
  let agreed: ReadonlySet<string> = new Set();

  function compare(connection: string, { here, there, wasAgreed }: Both): Change | null {
    const [mine, theirs] = [here?.until ?? 0, there?.until.getTime() ?? 0];
    if (wasAgreed && there === undefined) gate.adopt(connection, null);
    else if (wasAgreed && here === undefined) return { kind: "breaker-closed", connection };
    else if (here !== undefined && mine > theirs) return { kind: "breaker-opened", breaker: toShared(here) };
    else if (there !== undefined && theirs > mine) gate.adopt(connection, toOpen(there));
    return null;
  }

  return {
    exchange: async () => {
      const stored = new Map((await store.breakers.list()).map((one) => [one.connection, one]));
      const mine = new Map(gate.open().map((one) => [one.connection, one]));
      const changes = [...new Set([...stored.keys(), ...mine.keys()])].flatMap((connection) => {
        const both = { here: mine.get(connection), there: stored.get(connection), wasAgreed: agreed.has(connection) };
        return compare(connection, both) ?? [];
      });
      if (changes.length > 0) await store.commit(changes);
      agreed = new Set(gate.open().map(({ connection }) => connection));
    },
  };
}

function toOpen({ since, until, reason }: SharedBreaker): Omit<OpenGate, "connection"> {
  return { since: since.getTime(), until: until.getTime(), reason };
}

function toShared({ connection, since, until, reason }: OpenGate): SharedBreaker {
  return { connection, since: new Date(since), until: new Date(until), reason };
}
