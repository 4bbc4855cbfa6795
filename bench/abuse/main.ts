import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { request } from "undici";
import { freePort } from "../../testing/free-port.js";
import { type Child, Household } from "../household.js";
import { openOrderBook } from "../order.js";
import { untilReady } from "../patchbay-process.js";
import { attacks, quorums } from "./attacks.js";
import { measurePushes } from "./measure-pushes.js";

const usage = `npm run abuse -- [--seconds N] [--rate N] [--only NAME]

Attacks a server of its own, one attack after the other, while a store with the right key pushes orders. Ends with 1 when the
store waits more than five times as long for its acknowledgements (p99) as before the attacks, or one of its orders is refused.

  --seconds N   of each attack (15)
  --rate N      orders a second (50)
  --only NAME   one attack: ${Object.keys(attacks).join(" | ")}
`;

const MAIN = fileURLToPath(new URL("../../src/main.js", import.meta.url));
const ATTACKER = fileURLToPath(new URL("./attacker.js", import.meta.url));
const KEY = "the-key-of-the-store-that-behaves";
const MOST_TIMES = 5;
/** Measured before and after each attack: what else goes on on this machine changes from one minute to the next. */
const IDLE = "nothing";
/** After an attack, until what it held is let go. */
const REST_MS = 3_000;
/** An attack is under way before the stopwatch runs: ten thousand connections take a while to be opened. */
const LEAD_MS = 4_000;
const MOST_LEAD_MS = 90_000;

interface Row {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
  readonly attacked: string;
  readonly residentMb: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "15" },
      rate: { type: "string", default: "50" },
      only: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const household = new Household();
  household.guardProcess();
  const port = await freePort();
  const child = startServer(household, port);
  await untilReady(household, `http://127.0.0.1:${port}`);
  await install(port);
  const book = openOrderBook();
  const plan = { port, key: KEY, book, seconds: Number(values.seconds), rate: Number(values.rate) };
  const rows: Row[] = [];
  const measure = async (name: string, attacked: () => string): Promise<void> => {
    const { p50, p99, refused } = await measurePushes(plan);
    process.stderr.write(`${name}: p99 ${p99.toFixed(1)} ms\n`);
    rows.push({ name, p50, p99, refused, attacked: attacked(), residentMb: residentMb(child.pid) });
  };
  // What a process does for the first time is slow.
  await measurePushes({ ...plan, seconds: 5 });
  for (const name of Object.keys(attacks).filter((one) => values.only === undefined || one === values.only)) {
    await measure(IDLE, () => "");
    const attack = await startAttack(name, port);
    await household.pause(LEAD_MS);
    for (let waited = 0; waited < MOST_LEAD_MS && !attack.isUnderWay(); waited += 250) await household.pause(250);
    await measure(name, attack.told);
    await attack.stop();
    await household.pause(REST_MS);
  }
  await measure(IDLE, () => "");
  await child.stop();
  return report(rows);
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

function report(rows: readonly Row[]): number {
  const timesOf = ({ p99 }: Row, index: number): number => {
    const around = [rows[index - 1], rows[index + 1]].filter((row) => row?.name === IDLE);
    return p99 / Math.max(...around.map((row) => row?.p99 ?? 0));
  };
  const attacked = rows
    .map((row, index) => ({ ...row, times: timesOf(row, index), idle: rows[index - 1]?.p99 ?? 0 }))
    .filter(({ name }) => name !== IDLE);
  const shown = attacked.map(({ name, idle, p50, p99, times, refused, attacked: got, residentMb: memory }) => ({
    ...{ attack: name, "p99 before, ms": idle.toFixed(1), "p50 ms": p50.toFixed(1), "p99 ms": p99.toFixed(1) },
    ...{ times: times.toFixed(1), refused, MB: Math.round(memory), "what the attacker got": got },
  }));
  const names = Object.keys(shown[0] ?? {}) as (keyof (typeof shown)[number])[];
  const line = (cells: readonly unknown[]): string => `| ${cells.join(" | ")} |\n`;
  process.stdout.write(line(names) + line(names.map(() => "---")));
  for (const row of shown) process.stdout.write(line(names.map((name) => row[name])));
  const bad = attacked.filter(({ times, refused }) => times > MOST_TIMES || refused > 0);
  for (const { name } of bad) process.stderr.write(`Under "${name}" the store waited too long, or was refused.\n`);
  return bad.length === 0 ? 0 : 1;
}

function residentMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

process.exitCode = await main();
