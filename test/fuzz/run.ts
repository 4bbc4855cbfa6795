import fc from "fast-check";
import { type Attempt, faultOf } from "./attempt.js";
import { send } from "./send.js";
import type { FuzzServer } from "./server.js";

/** What a round of one kind found. */
export interface Finding {
  readonly attempt: Attempt;
  readonly fault: string;
}

/** Memory that a server may use whatever it is sent; it has about 150 MB when nothing happens. */
export const MOST_MB = 900;

/** Says what is wrong with how a server takes an attempt; null when nothing is. */
export async function faultAt(
  attempt: Attempt,
  server: FuzzServer,
  count: (status: number | null) => void = () => undefined,
): Promise<string | null> {
  const outcome = await send(attempt, server);
  count(outcome.status);
  const fault = faultOf(outcome);
  if (fault !== null) return fault;
  const resident = server.residentMb() ?? 0;
  return resident > MOST_MB ? `the server uses ${Math.round(resident)} MB` : null;
}

/** How long a search goes on, and who is told what came of each attempt. */
export interface FuzzOptions {
  readonly seed: number;
  readonly runs: number;
  readonly count?: (status: number | null) => void;
}

/** Tries attempts of one kind until one is taken badly, and then makes it as small as it gets. */
export async function fuzz(
  arbitrary: fc.Arbitrary<Attempt>,
  server: FuzzServer,
  { seed, runs, count }: FuzzOptions,
): Promise<Finding | null> {
  const property = fc.asyncProperty(arbitrary, async (attempt) => {
    const fault = await faultAt(attempt, server, count);
    if (fault !== null) throw new Error(fault);
  });
  const result = await fc.check(property, { seed, numRuns: runs, interruptAfterTimeLimit: 600_000 });
  if (!result.failed || result.counterexample === null) return null;
  const [attempt] = result.counterexample;
  return { attempt, fault: String(result.errorInstance) };
}
