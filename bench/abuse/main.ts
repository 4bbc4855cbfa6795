import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { request } from "undici";
import { freePort } from "../../testing/free-port.js";
import { type Child, Household } from "../household.js";
import { openOrderBook } from "../order.js";
import { untilReady } from "../patchbay-process.js";
import { busyMsOfMachine, cpuMsOf, rssMbOf } from "../process-readings.js";
import { attacks, quorums } from "./attacks.js";
import { measurePushes, type PushPlan, type PushTimes } from "./measure-pushes.js";
import { openPerson, type Person } from "./person.js";
import { type Act, describe, judge, MOST_TIMES, type Verdict } from "./report.js";

const usage = `npm run abuse -- [--quick] [--rate N] [--only NAME]

Attacks a server of its own, one attack after the other, while a store with the right key pushes orders and a person with the
right password signs in. Ends with 1 when the store waits more than ${MOST_TIMES} times as long for its acknowledgements (p99, the middle
one of several short windows) as right before and after the attack, or one of its orders is refused.

  --quick       fewer and shorter windows: three minutes instead of eight
  --rate N      orders a second (100)
  --only NAME   one attack: ${Object.keys(attacks).join(" | ")}
`;

const MAIN = fileURLToPath(new URL("../../src/main.js", import.meta.url));
const ATTACKER = fileURLToPath(new URL("./attacker.js", import.meta.url));
const KEY = "the-key-of-the-store-that-behaves";
const lengths = { whole: { windows: 7, seconds: 4 }, quick: { windows: 3, seconds: 3 } };
/** What a process does for the first time is slow. */
const WARM_UP = { windows: 1, seconds: 6 };
/** After an attack, until what it held is let go. */
const REST_MS = 3_000;
/** An attack is under way before the stopwatch runs: ten thousand connections take a while to be opened. */
const LEAD_MS = 4_000;
const MOST_LEAD_MS = 90_000;

/** The server that is attacked, and those who want something else of it. */
interface Scene {
  readonly household: Household;
  readonly child: Child;
  readonly port: number;
  readonly person: Person;
  readonly measure: (length?: { readonly windows: number; readonly seconds: number }) => Promise<PushTimes>;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      rate: { type: "string", default: "100" },
      only: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const names = Object.keys(attacks).filter((name) => values.only === undefined || name === values.only);
  if (names.length === 0) throw new Error(`--only: there is no attack "${values.only}"\n\n${usage}`);
  const scene = await openScene({ rate: Number(values.rate), ...lengths[values.quick ? "quick" : "whole"] });
  await scene.measure(WARM_UP);
  const verdicts: Verdict[] = [];
  let before = await scene.measure();
  for (const name of names) {
    const act = await play(name, before, scene);
    // What comes after one attack comes before the next one.
    before = act.after;
    verdicts.push(judge(act));
    process.stderr.write(describe(verdicts.slice(-1)));
  }
  await scene.child.stop();
  process.stdout.write(describe(verdicts));
  const missed = verdicts.filter(({ passed }) => !passed);
  for (const { name } of missed) process.stderr.write(`Under "${name}" the store waited too long, or was refused.\n`);
  return missed.length === 0 ? 0 : 1;
}

async function openScene(plan: Pick<PushPlan, "rate" | "windows" | "seconds">): Promise<Scene> {
  const household = new Household();
  household.guardProcess();
  const port = await freePort();
  const child = startServer(household, port);
  const origin = `http://127.0.0.1:${port}`;
  await untilReady(household, origin);
  await install(port);
  const person = await openPerson(origin, KEY);
  const book = openOrderBook();
  const measure: Scene["measure"] = (length) => measurePushes({ ...{ port, key: KEY, book }, ...plan, ...length });
  return { household, child, port, person, measure };
}

async function play(name: string, before: PushTimes, { household, child, port, person, measure }: Scene): Promise<Act> {
  const attack = await startAttack(name, port);
  const signIns = person.start();
  await household.pause(LEAD_MS);
  for (let waited = 0; waited < MOST_LEAD_MS && !attack.isUnderWay(); waited += 250) await household.pause(250);
  const beganAt = performance.now();
  const cpuBefore = cpuMsOf(child.pid);
  const busyBefore = busyMsOfMachine();
  const under = await measure();
  const elapsedMs = performance.now() - beganAt;
  const serverLoad = (cpuMsOf(child.pid) - cpuBefore) / elapsedMs;
  const machineLoad = (busyMsOfMachine() - busyBefore) / elapsedMs / availableParallelism();
  const residentMb = rssMbOf(child.pid);
  await signIns.stop();
  await attack.stop();
  await household.pause(REST_MS);
  const after = await measure();
  const told = { attacked: attack.told(), signIns: signIns.told() };
  return { name, before, under, after, ...told, residentMb, serverLoad, machineLoad };
}

function startServer(household: Household, port: number): Child {
  return household.start({
    title: "Patchbay",
    script: MAIN,
    args: ["start"],
    nodeOptions: ["--max-semi-space-size=32", "--min-semi-space-size=8", "--no-parallel-scavenge"],
    folder: household.makeFolder(),
    environment: {
      ...{ PORT: String(port), PATCHBAY_API_KEY: KEY, LOG_LEVEL: "warn", RATE_LIMIT_LOOPBACK: "yes" },
    },
  });
}

async function install(port: number): Promise<void> {
  const answer = await request(`http://127.0.0.1:${port}/api/v1/collections/install`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "ecommerce", parameters: {} }),
  });
  if (answer.statusCode !== 201) throw new Error(`the collection was not installed: ${await answer.body.text()}`);
  await answer.body.dump();
}

/** Starts an attack in another process; `told` says what came of it so far. */
async function startAttack(name: string, port: number) {
  const attacker = fork(ATTACKER);
  let last: { done: number; answers: [number, number][] } = { done: 0, answers: [] };
  attacker.on("message", (message) => {
    last = message as typeof last;
  });
  attacker.send({ name, victim: { port, key: KEY } });
  const [outcome] = await Promise.race([once(attacker, "message"), once(attacker, "exit")]);
  if (typeof outcome !== "object" || outcome === null) throw new Error(`the attack "${name}" ended by itself`);
  return {
    isUnderWay: () => last.done >= (quorums[name] ?? 0),
    told: () => {
      const answers = last.answers.map(([status, times]) => `${status === 0 ? "closed" : status} x ${times}`);
      return `${last.done}: ${answers.join(", ") || "no answer yet"}`;
    },
    stop: async () => {
      const ended = once(attacker, "exit");
      attacker.kill("SIGKILL");
      await ended;
    },
  };
}

process.exitCode = await main();
