import type { Change } from "../core/change.js";
import type { SharedBreaker } from "../core/crew.js";
import type { Store } from "../core/store.js";
import type { ConnectionGate, OpenGate } from "./connection-gate.js";

/** Keeps the circuit breakers of one process in step with those of the others. */
export interface BreakerExchange {
  /**
   * Tells what this process has found out since the last time, and takes over what others have.
   *
   * @param leads Whether it also clears away what is kept of connections that are not installed any more.
   */
  exchange(leads: boolean): Promise<void>;
}

/** One connection as it is in this process and in the store; undefined where it is not open. */
interface Both {
  readonly here: OpenGate | undefined;
  readonly there: SharedBreaker | undefined;
  /** Until when both had it open the last time; undefined when they had not. */
  readonly agreed: number | undefined;
}

interface ExchangePlace {
  readonly gate: ConnectionGate;
  readonly isInstalled: (connection: string) => boolean;
}

/**
 * The store has a row for each breaker that is open: who finds a vendor silent writes it, who finds that it answers again
 * deletes it, and the others follow.
 */
export function createBreakerExchange(store: Store, { gate, isInstalled }: ExchangePlace): BreakerExchange {
  /** What this process and the store had open after the last exchange, and until when. */
  let agreed: ReadonlyMap<string, number> = new Map();

  function compare(connection: string, { here, there, agreed }: Both): Change | null {
    const [mine, theirs] = [here?.until ?? 0, there?.until.getTime() ?? 0];
    // What this process has found silent since then is newer than what another has heard.
    if (agreed !== undefined && there === undefined && mine <= agreed) gate.adopt(connection, null);
    else if (agreed !== undefined && here === undefined) return { kind: "breaker-closed", connection };
    else if (here !== undefined && mine > theirs) return { kind: "breaker-opened", breaker: toShared(here) };
    else if (there !== undefined && theirs > mine) gate.adopt(connection, toOpen(there));
    return null;
  }

  return {
    exchange: async (leads) => {
      const stored = new Map((await store.breakers.list()).map((one) => [one.connection, one]));
      const mine = new Map(gate.open().map((one) => [one.connection, one]));
      const changes = [...new Set([...stored.keys(), ...mine.keys()])].flatMap((connection) => {
        if (leads && !isInstalled(connection)) {
          gate.adopt(connection, null);
          return stored.has(connection) ? [{ kind: "breaker-closed", connection } as const] : [];
        }
        const both = { here: mine.get(connection), there: stored.get(connection), agreed: agreed.get(connection) };
        return compare(connection, both) ?? [];
      });
      // As it is now: what opens while this is being stored is told the next time.
      const open = gate.open();
      if (changes.length > 0) await store.commit(changes);
      agreed = new Map(open.map(({ connection, until }) => [connection, until]));
    },
  };
}

function toOpen({ since, until, reason }: SharedBreaker): Omit<OpenGate, "connection"> {
  return { since: since.getTime(), until: until.getTime(), reason };
}

function toShared({ connection, since, until, reason }: OpenGate): SharedBreaker {
  return { connection, since: new Date(since), until: new Date(until), reason };
}
