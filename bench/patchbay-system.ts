import { cpSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { nowMs } from "./clock.js";
import type { Child, Household } from "./household.js";
import type { OrderBook } from "./order.js";
import { postFirstOrder, type System } from "./system.js";

/** Compiled entry of the server. */
const MAIN = fileURLToPath(new URL("../src/main.js", import.meta.url));
const FLOW = "twilio/send-sms-for-new-order";
const READY_MS = 20_000;

/** As in `npm start`: a larger nursery for short-lived objects lowers what collecting garbage costs. */
const START_OPTIONS = ["--max-semi-space-size=32"];

/** What Patchbay is started with for the bench. */
export interface PatchbayPlan {
  readonly household: Household;
  readonly stubPort: number;
  readonly book: OrderBook;
  /** Options for node itself, such as `--cpu-prof`; those of `npm start` when absent. */
  readonly nodeOptions?: readonly string[];
}

/**
 * Installs the collections and switches the flow on, through the API as a user would, in a folder that is then copied
 * for every round: each round begins with a restart on the same small database.
 */
export async function preparePatchbay(plan: PatchbayPlan): Promise<System> {
  const { household, book } = plan;
  const prepared = household.makeFolder();
  const { child, origin } = await launch(plan, prepared);
  await untilReady(household, origin);
  await setUp(origin, plan.stubPort);
  await child.stop();
  return {
    name: "Patchbay",
    start: async () => {
      const folder = household.makeFolder();
      cpSync(prepared, folder, { recursive: true });
      const startedAtMs = nowMs();
      const { child, origin } = await launch(plan, folder);
      const target = { origin, path: "/api/v1/records/ecommerce/Order" };
      const acceptedAtMs = await postFirstOrder(household, book, target);
      const stop = async (): Promise<void> => {
        await child.stop();
        household.removeFolder(folder);
      };
      return { child, target, startMs: acceptedAtMs - startedAtMs, stop };
    },
  };
}

/** Measures how long the command line takes to say what it can do. */
export async function measureHelp(household: Household): Promise<number> {
  const startedAtMs = nowMs();
  const child = household.start({ title: "patchbay --help", script: MAIN, args: ["--help"], endsItself: true });
  await household.within(READY_MS, child.ended, "patchbay --help");
  return nowMs() - startedAtMs;
}

async function launch(plan: PatchbayPlan, folder: string): Promise<{ child: Child; origin: string }> {
  const port = await freePort();
  const child = plan.household.start({
    title: "Patchbay",
    script: MAIN,
    args: ["start"],
    nodeOptions: plan.nodeOptions ?? START_OPTIONS,
    folder,
    environment: {
      DATABASE_URL: `sqlite:${join(folder, "patchbay.db")}`,
      PORT: String(port),
      OUTBOUND_ALLOW: `127.0.0.1:${plan.stubPort}`,
      LOG_LEVEL: "warn",
    },
  });
  return { child, origin: `http://127.0.0.1:${port}` };
}

async function untilReady(household: Household, origin: string): Promise<void> {
  const ready = async (): Promise<void> => {
    for (;;) {
      household.signal.throwIfAborted();
      const answer = await request(`${origin}/readyz`).catch(() => null);
      await answer?.body.dump();
      if (answer?.statusCode === 200) return;
      await delay(20);
    }
  };
  await household.within(READY_MS, ready(), "Starting Patchbay");
}

async function setUp(origin: string, stubPort: number): Promise<void> {
  const parameters = {
    accountSid: "AC00000000000000000000000000000000",
    authToken: "00000000000000000000000000000000",
    from: "+15005550006",
    defaultCountry: "US",
    apiUrl: `http://127.0.0.1:${stubPort}`,
  };
  for (const name of ["ecommerce", "communication"])
    await send("POST", `${origin}/api/v1/collections/install`, { name });
  await send("POST", `${origin}/api/v1/collections/install`, { name: "twilio", parameters });
  await send("PATCH", `${origin}/api/v1/flows/${FLOW}`, { active: true });
}

async function send(method: "POST" | "PATCH", url: string, body: object): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const answer = await request(url, { method, headers, body: JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode >= 300)
    throw new Error(`${method} ${url} answered ${answer.statusCode}: ${text.slice(0, 1000)}`);
}

/** A port nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
