import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { PatchbayError } from "../../core/errors.js";
import type { Write } from "../sql/statement.js";
import { connect, cutOff, type Place, STATEMENT_MS } from "./connection.js";
import { type Committing, commitGroup, type Outcome, type WriteJob } from "./group-commit.js";
import type { createNumbering } from "./numbered.js";
import { createGroupPlanner } from "./plan-group.js";
import { isConflict, toRefusal } from "./postgres-error.js";
import { askFate } from "./transaction-fate.js";

/** Jobs in one transaction at most: bounds how long a commit waits for others. */
const MAX_GROUP = 500;

/** How often a group that met another transaction is tried. */
const MAX_TRIES = 6;

/** A group that takes longer than a statement may is cut off: the network has swallowed it, in milliseconds. */
const GROUP_MS = STATEMENT_MS + 5_000;

/** Where everything is written that gives no rows. */
export interface WriteLane {
  /**
   * Writes all or nothing; resolves with the number of resting runs that were woken when it is durable.
   * @throws what a guard refuses with; STORE_UNAVAILABLE
   */
  write(writes: readonly Write[]): Promise<number>;
  /** Finishes what it was given, then lets go of the connection. */
  close(): Promise<void>;
}

interface Waiting extends WriteJob {
  isSettled(): boolean;
}

/**
 * Opens the one lane of a process: one connection with one transaction at a time, which takes everything that has gathered
 * meanwhile. See ADR 10 for why there is one and not several.
 */
export function openWriteLane(place: Place, numbering: ReturnType<typeof createNumbering>): WriteLane {
  const planner = createGroupPlanner();
  const queue: Waiting[] = [];
  const lane = randomBytes(12).toString("hex");
  let number = 0;
  let client: Client | null = null;
  let working: Promise<void> | null = null;
  let closed = false;

  async function ready(): Promise<Client> {
    if (client !== null) return client;
    const opened = await connect(place, "writes", {
      onEnd: () => {
        if (client === opened) client = null;
      },
    });
    client = opened;
    return opened;
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) await perform(queue.splice(0, MAX_GROUP));
    working = null;
  }

  /** Settles every job; a group that met another transaction goes again, without those that are settled. */
  async function perform(jobs: readonly Waiting[]): Promise<void> {
    let left = jobs;
    let problem: unknown = null;
    for (let tries = 1; left.length > 0 && tries <= MAX_TRIES; tries++) {
      try {
        await attempt(left);
      } catch (thrown) {
        problem = thrown;
        if (!isConflict(thrown)) break;
      } finally {
        left = left.filter((job) => !job.isSettled());
      }
    }
    for (const job of left) job.settle({ refused: toRefusal(problem, place.name) });
  }

  async function attempt(jobs: readonly Waiting[]): Promise<void> {
    const opened = await ready();
    const timer = setTimeout(() => cutOff(opened), GROUP_MS);
    const marks: Pick<Committing, "nextMark" | "fateOf"> = {
      nextMark: () => ({ lane, number: ++number }),
      fateOf: (mark) => askFate(place, mark),
    };
    try {
      await commitGroup(jobs, { client: opened, planner, numbering, name: place.name, ...marks });
    } catch (thrown) {
      // Whatever is left of a transaction goes with its connection; a conflict has been rolled back.
      if (!isConflict(thrown)) cutOff(opened);
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    write: (writes) => {
      if (closed) return Promise.reject(new PatchbayError("STORE_UNAVAILABLE", "The database is closed"));
      return new Promise((resolve, reject) => {
        queue.push(
          waiting(writes, (outcome) => ("woken" in outcome ? resolve(outcome.woken) : reject(outcome.refused))),
        );
        // One turn of the event loop later, so that what is asked for at the same time goes together.
        working ??= new Promise<void>((next) => setImmediate(next)).then(drain);
      });
    },
    close: async () => {
      closed = true;
      await working;
      await client?.query("DELETE FROM write_lanes WHERE lane = $1", [lane]).catch(() => undefined);
      await client?.end();
    },
  };
}

function waiting(writes: readonly Write[], tell: (outcome: Outcome) => void): Waiting {
  let settled = false;
  return {
    writes,
    settle: (outcome) => {
      settled = true;
      tell(outcome);
    },
    isSettled: () => settled,
  };
}
