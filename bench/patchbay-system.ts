import { request } from "undici";
import type { ProcessRole } from "../src/core/crew.js";
import { nowMs } from "./clock.js";
import type { Household } from "./household.js";
import type { OrderBook } from "./order.js";
import { launchPatchbay, type PatchbayProcess, untilReady } from "./patchbay-process.js";
import type { Storage, StorageCopy } from "./storage.js";
import { type Part, partOf, postFirstOrder, type System } from "./system.js";

const FLOW = "twilio/send-sms-for-new-order";

/** What Patchbay is measured with. */
export interface PatchbayPlan {
  readonly household: Household;
  readonly stubPort: number;
  readonly book: OrderBook;
  readonly storage: Storage;
  /** One does everything in one process; more than one have an API process beside them. */
  readonly workers: number;
  /** Options for node itself, such as `--cpu-prof`; those of `npm start` when absent. */
  readonly nodeOptions?: readonly string[];
}

/**
 * Installs the collections and switches the flow on, through the API as a user would, in a database that is then copied
 * for every round: each round begins with a restart on the same small database.
 */
export async function preparePatchbay(plan: PatchbayPlan): Promise<System> {
  const { household, book, storage, workers } = plan;
  await installPatchbay(plan);
  return {
    name: "Patchbay",
    start: async () => {
      const copy = await storage.copy();
      const startedAtMs = nowMs();
      const processes = await Promise.all(rolesOf(workers).map((role) => launch(plan, copy.url, role)));
      const target = { origin: originOf(processes), path: "/api/v1/records/ecommerce/Order" };
      const acceptedAtMs = await postFirstOrder(household, book, target);
      return {
        parts: [...processes.map(({ role, child }) => partOf(nameOf(role), child)), ...databasePart(storage)],
        target,
        startMs: acceptedAtMs - startedAtMs,
        stop: () => stopAll(processes, copy),
      };
    },
  };
}

function rolesOf(workers: number): readonly ProcessRole[] {
  return workers === 1 ? ["all"] : ["api", ...Array<ProcessRole>(workers).fill("worker")];
}

function nameOf(role: ProcessRole): string {
  return role === "all" ? "Patchbay" : role;
}

/** The process that takes orders is the first. */
function originOf([first]: readonly PatchbayProcess[]): string {
  if (first === undefined) throw new Error("no process was started");
  return first.origin;
}

/** A database server's memory is not counted: most of it is shared between its processes. */
function databasePart({ shared, cpuMs }: Storage): readonly Part[] {
  return shared ? [{ kind: "database", cpuMs, rssMb: () => 0 }] : [];
}

/** Whoever takes orders stops first, so that nothing is accepted that nobody carries on. */
async function stopAll(processes: readonly PatchbayProcess[], copy: StorageCopy): Promise<void> {
  for (const { child } of processes) await child.stop();
  await copy.remove();
}

function launch(plan: PatchbayPlan, databaseUrl: string, role: ProcessRole): Promise<PatchbayProcess> {
  return launchPatchbay({ ...plan, databaseUrl, role });
}

/** Installs the collections and switches the flow on, in the database that is to be prepared. */
export async function installPatchbay(plan: Pick<PatchbayPlan, "household" | "storage" | "stubPort">): Promise<void> {
  const { household, storage, stubPort } = plan;
  const { child, origin } = await launchPatchbay({ ...plan, databaseUrl: storage.preparedUrl, role: "all" });
  await untilReady(household, origin);
  await setUp(origin, stubPort);
  await child.stop();
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
