import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Store } from "../../src/core/store.js";
import { failed } from "../http/failed.js";
import { start } from "./samples.js";
import { rowsBeside, type TempStore, tempStore } from "./temp-store.js";

/** Another process that has the store open. */
interface Holder extends AsyncDisposable {
  readonly process: ChildProcess;
  /** The lines it prints after `open`. */
  readonly lines: AsyncIterator<string>;
  kill(): Promise<void>;
}

async function hold(temp: TempStore): Promise<Holder> {
  const program = fileURLToPath(new URL("./commit-child.js", import.meta.url));
  const child = spawn(process.execPath, [program, temp.path], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  const { value } = await lines.next();
  expect(value).to.equal("open");
  return { process: child, lines, kill, [Symbol.asyncDispose]: kill };
}

/** Everything that is in the store: each event's id with the run that its commit made. */
async function pairsIn(store: Store): Promise<Map<string, string>> {
  const claimed = await store.runs.claim("counter", { limit: 100_000, leaseMs: 1, now: start });
  return new Map(claimed.map(({ event, run }) => [event.id, run.id]));
}

describe("A SQLite store whose process is killed", () => {
  it("is locked while that process lives, and free as soon as it is dead", async () => {
    await using temp = await tempStore();
    await using holder = await hold(temp);
    const error = await failed(temp.open(), "STORE_LOCKED");
    expect(error.message).to.include(temp.path);
    await holder.kill();
    await (await temp.open()).check();
  });

  it("has every commit that was acknowledged, and no half of one", async () => {
    await using temp = await tempStore();
    let acknowledged = new Map<string, string>();
    for (const [burst, killAfter] of [
      [2_000, 1],
      [3_000, 700],
    ] as const) {
      await using holder = await hold(temp);
      holder.process.stdin?.write(`${burst}\n`);
      const seen = await acknowledgedBy(holder, killAfter);
      acknowledged = new Map([...acknowledged, ...seen]);
      expect(seen.size).to.be.at.least(killAfter);
    }
    const store = await temp.open();
    const [events, runs] = ["events", "runs"].map((table) =>
      Number(rowsBeside(temp.path, `SELECT COUNT(*) AS n FROM ${table}`)[0]?.n),
    );
    expect(events).to.equal(runs);
    const found = await pairsIn(store);
    const lost = [...acknowledged].filter(([event, run]) => found.get(event) !== run);
    expect(lost).to.deep.equal([]);
    expect(found.size).to.equal(runs);
  });
});

/** Reads acknowledgements, kills the process after so many, and reads what it had printed until then. */
async function acknowledgedBy({ lines, kill }: Holder, killAfter: number): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const [event, run] = line.value.split(" ");
    // The last line may be cut off in the middle.
    if (event?.length === 30 && run?.length === 30) seen.set(event, run);
    if (seen.size === killAfter) void kill();
  }
  return seen;
}
