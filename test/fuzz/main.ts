import { parseArgs } from "node:util";
import type fc from "fast-check";
import { startPostgresServer } from "../../testing/postgres-server.js";
import type { Attempt } from "./attempt.js";
import { attempts } from "./attempts.js";
import { attemptsByRoute } from "./attempts-by-route.js";
import { fuzz } from "./run.js";
import { type FuzzServer, startFuzzServer } from "./server.js";

const usage = `npm run fuzz -- [--minutes N] [--seed N] [--store sqlite|postgres] [--kind NAME]

Sends a real server what nobody should, round after round: records, NDJSON, CSV, flow files, bundles, JSONata, hooks, headers, sign-ins,
sessions, what comes back from a sign-in provider; paths, queries, cursors and bodies of every route. Ends with 1 and the smallest bad case when something is answered with a 5xx, takes two seconds
of processor time, or memory grows past a bound. Keep the case in test/fixtures/fuzz, then correct what is wrong.
`;

const RUNS_OF_A_ROUND = 200;

/** Goes on until the time is over or something is found. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      store: { type: "string", default: "sqlite" },
      kind: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const postgres = values.store === "postgres" ? await startPostgresServer() : null;
  const server = await startFuzzServer(await postgres?.createDatabase());
  const until = Date.now() + Number(values.minutes) * 60_000;
  try {
    const all = { ...attempts, ...attemptsByRoute(await server.get("/openapi.json")) };
    const kinds = Object.entries(all).filter(([name]) => values.kind === undefined || name === values.kind);
    process.stdout.write(`seed ${values.seed}, ${values.store}\n`);
    for (let round = 0; Date.now() < until; round++) {
      for (const [name, arbitrary] of kinds) {
        // A round may take longer than the time that is left; in the first one each kind has its turn.
        if (round > 0 && Date.now() >= until) break;
        const seed = Number(values.seed) + round;
        if (!(await isTakenWell(arbitrary, server, { title: `round ${round} ${name}`, seed }))) return 1;
      }
    }
    return 0;
  } finally {
    await server.stop();
    await postgres?.[Symbol.asyncDispose]();
  }
}

/** Tries one kind for a round, and tells what came of it. */
async function isTakenWell(
  arbitrary: fc.Arbitrary<Attempt>,
  server: FuzzServer,
  { title, seed }: { readonly title: string; readonly seed: number },
): Promise<boolean> {
  const statuses = new Map<number | null, number>();
  const count = (status: number | null) => void statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const found = await fuzz(arbitrary, server, { seed, runs: RUNS_OF_A_ROUND, count });
  for (const line of server.failures.splice(0).slice(0, 5)) process.stderr.write(`${line}\n`);
  process.stdout.write(`${title}: ${told(statuses)}, ${Math.round(server.residentMb() ?? 0)} MB\n`);
  if (found !== null) process.stderr.write(`${found.fault}\n${JSON.stringify(found.attempt)}\n`);
  return found === null;
}

/** How often each status was answered: a kind that is always refused at the door finds nothing. */
function told(statuses: ReadonlyMap<number | null, number>): string {
  const sorted = [...statuses].sort(([left], [right]) => (left ?? 0) - (right ?? 0));
  return sorted.map(([status, times]) => `${status ?? "nothing"} x ${times}`).join(" ");
}

process.exitCode = await main();
