import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import type { ProcessRole } from "../src/core/crew.js";
import { freePort } from "../testing/free-port.js";
import { nowMs } from "./clock.js";
import type { Child, Household } from "./household.js";

/** What `npm start` starts; made by `npm run build`. */
const MAIN = fileURLToPath(new URL("../server/main.js", import.meta.url));
const READY_MS = 20_000;

/**
 * As in `npm start`: a larger nursery for short-lived objects, larger from the beginning and after each rest, collected by one
 * thread instead of five that wait for each other, lowers what collecting garbage costs.
 */
const START_OPTIONS = ["--max-semi-space-size=32", "--min-semi-space-size=8", "--no-parallel-scavenge"];

/** What Patchbay is started with for the bench. */
export interface ProcessPlan {
  readonly household: Household;
  /** The only port of this machine that it may call, besides its database. */
  readonly stubPort: number;
  readonly databaseUrl: string;
  readonly role: ProcessRole;
  /** Whether the vendor is told where to report what becomes of texts: here. */
  readonly callbacks?: boolean;
  /** More options for node itself, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
}

/** A process of Patchbay that was started, whether it answers yet or not. */
export interface PatchbayProcess {
  readonly role: ProcessRole;
  readonly child: Child;
  /** Such as `http://127.0.0.1:4000`. */
  readonly origin: string;
}

/** Starts one process of Patchbay in a folder of its own. */
export async function launchPatchbay(plan: ProcessPlan): Promise<PatchbayProcess> {
  const { household, stubPort, databaseUrl, role, nodeOptions = [] } = plan;
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = household.start({
    title: role === "all" ? "Patchbay" : `Patchbay (${role})`,
    script: MAIN,
    args: ["start", "--role", role],
    nodeOptions: [...START_OPTIONS, ...nodeOptions],
    folder: household.makeFolder(),
    environment: {
      DATABASE_URL: databaseUrl,
      PATCHBAY_SECRET: "the secret of the bench",
      PORT: String(port),
      OUTBOUND_ALLOW: `127.0.0.1:${stubPort}`,
      LOG_LEVEL: "warn",
      ...(plan.callbacks ? { PUBLIC_URL: origin } : {}),
    },
  });
  return { role, child, origin };
}

/** Waits until a process answers that it can work. */
export async function untilReady(household: Household, origin: string): Promise<void> {
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

/** Measures how long the command line takes to say what it can do. */
export async function measureHelp(household: Household): Promise<number> {
  const startedAtMs = nowMs();
  const child = household.start({ title: "patchbay --help", script: MAIN, args: ["--help"], endsItself: true });
  await household.within(READY_MS, child.ended, "patchbay --help");
  return nowMs() - startedAtMs;
}
