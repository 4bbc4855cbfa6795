import { request } from "undici";
import type { ProcessRole } from "../src/core/crew.js";
import { nowMs } from "./clock.js";
import type { Household } from "./household.js";
import type { OrderBook } from "./order.js";
import { launchPatchbay, type PatchbayProcess, untilReady } from "./patchbay-process.js";
import type { Storage, StorageCopy } from "./storage.js";
import { ACCOUNT, AUTH_TOKEN } from "./stub-protocol.js";
import { type Part, partOf, postFirstOrder, type RunningSystem, type System } from "./system.js";

const FLOW = "twilio/send-sms-for-new-order";

/** What Patchbay is measured with. */
export interface PatchbayPlan {
  readonly household: Household;
  readonly stubPort: number;
  readonly book: OrderBook;
  readonly storage: Storage;
  /** One does everything in one process; more than one have an API process beside them. */
  readonly workers: number;
  /** Whether the vendor is told where to report what becomes of texts. */
  readonly callbacks?: boolean;
  /** More options for node itself, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
}

/** Patchbay as it runs in a round. */
export interface RunningPatchbay extends RunningSystem {
  /** Of the process that takes orders. */
  readonly origin: string;
  readonly pid: number;
  readonly databaseUrl: string;
}

/** Patchbay, installed in a database that every start gets a copy of. */
export interface PatchbaySystem extends System {
  start(): Promise<RunningPatchbay>;
}

/**
 * Installs the collections and switches the flow on, through the API as a user would, in a database that is then copied
 * for every round: each round begins with a restart on the same small database.
 */
export async function preparePatchbay(plan: PatchbayPlan): Promise<PatchbaySystem> {
  await installPatchbay(plan);
  return { name: "Patchbay", start: async () => startPatchbay(plan, await plan.storage.copy()) };
}

/** Starts Patchbay on a database, and waits until it has accepted its first order. */
export async function startPatchbay(plan: PatchbayPlan, copy: StorageCopy): Promise<RunningPatchbay> {
  const { household, book, storage, workers } = plan;
  const startedAtMs = nowMs();
  const processes = await Promise.all(rolesOf(workers).map((role) => launch(plan, copy.url, role)));
  const { origin, child } = firstOf(processes);
  const target = { origin, path: "/api/v1/records/ecommerce/Order" };
  const acceptedAtMs = await postFirstOrder(household, book, target);
  return {
    parts: [...processes.map(({ role, child }) => partOf(nameOf(role), child)), ...databasePart(storage)],
    target,
    origin,
    pid: child.pid,
    databaseUrl: copy.url,
    startMs: acceptedAtMs - startedAtMs,
    stop: () => stopAll(processes, copy),
  };
}

function rolesOf(workers: number): readonly ProcessRole[] {
  return workers === 1 ? ["all"] : ["api", ...Array<ProcessRole>(workers).fill("worker")];
}

function nameOf(role: ProcessRole): string {
  return role === "all" ? "Patchbay" : role;
}

/** The process that takes orders is the first. */
function firstOf([first]: readonly PatchbayProcess[]): PatchbayProcess {
  if (first === undefined) throw new Error("no process was started");
  return first;
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
    accountSid: ACCOUNT,
    authToken: AUTH_TOKEN,
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
