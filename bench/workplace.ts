import type { Household } from "./household.js";
import type { Options } from "./options.js";
import { type OrderBook, openOrderBook } from "./order.js";
import { type PatchbayPlan, type PatchbaySystem, preparePatchbay } from "./patchbay-system.js";
import { startPostgresStorage } from "./postgres-storage.js";
import { type Storage, type StorageName, sqliteStorage } from "./storage.js";
import { type Stub, startStub } from "./stub.js";

/** What orders are measured with. */
export interface Workplace {
  readonly household: Household;
  readonly storage: Storage;
  readonly stub: Stub;
  readonly book: OrderBook;
}

/** What a run of the bench has to say: to people, and to programs. */
export interface Report {
  readonly table: string;
  readonly json: Record<string, unknown>;
}

const SERVER_MS = 30_000;

/** Sets up all that runs beside the system under test. */
export async function openWorkplace({ store }: Options, household: Household): Promise<Workplace> {
  const storage = await openStorage(store, household);
  return { household, storage, stub: await startStub(household), book: openOrderBook() };
}

/** A server ends with this process, and its folder goes with it. */
export async function openStorage(name: StorageName, household: Household): Promise<Storage> {
  if (name === "sqlite") return sqliteStorage(household);
  return household.within(SERVER_MS, startPostgresStorage(), "Starting a PostgreSQL server");
}

/** Patchbay as the options ask for it. */
export function patchbayPlan({ workers, callbacks }: Options, { stub, ...place }: Workplace): PatchbayPlan {
  return { ...place, stubPort: stub.port, workers, callbacks };
}

/** Installs Patchbay as the options ask for it. */
export function openPatchbay(options: Options, place: Workplace): Promise<PatchbaySystem> {
  return preparePatchbay(patchbayPlan(options, place));
}

/** How warm a process is made before it is measured; see {@link WarmUp}. */
export function warmUpOf({ quick }: Options) {
  return quick ? { orders: 3_000, leastMs: 1_000, mostMs: 5_000 } : { orders: 6_000, leastMs: 3_000, mostMs: 15_000 };
}
