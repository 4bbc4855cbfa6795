import {
  type ErasedRows,
  type ErasedTable,
  type ErasureStage,
  type ErasureStepped,
  type ErasureWaits,
  erasedTables,
  erasureStages,
  type Spellings,
} from "../core/erasure.js";
import { PatchbayError } from "../core/errors.js";
import type { ApiDeps } from "./api-deps.js";

type Deps = Pick<ApiDeps, "store" | "engine">;

/** What is asked for. */
export interface Erasing {
  readonly contact: Spellings;
  readonly pseudonym: string;
  readonly dryRun: boolean;
}

/** What was found, or erased. */
export interface Erasure {
  readonly at: Date;
  readonly counts: Readonly<Partial<Record<ErasedTable, number>>>;
  /** Runs that were cancelled, or would be. */
  readonly cancelled: number;
  /** Opt-outs that stay. */
  readonly keptOptOuts: number;
}

/** How often everything is looked through: what came while it was, is found by the next time. */
const MAX_PASSES = 3;

interface Tally {
  readonly rows: Map<ErasedTable, Set<string>>;
  readonly cancelled: Set<string>;
  kept: number;
}

/**
 * Erases a contact, or says what that would come to. It is done when a whole pass has found nothing any more.
 *
 * @throws REQUEST_INVALID for who is one of our own senders, who stand in everything
 * @throws ERASURE_WAITS when a call to the contact has an open outcome, a message cannot be taken back, or there is no end of news;
 *   what was erased until then stays so, and asking again goes on.
 */
export async function eraseContact(erasing: Erasing, deps: Deps): Promise<Erasure> {
  if (await deps.store.erasure.isSender(erasing.contact.value)) throw ours();
  const tally: Tally = { rows: new Map(), cancelled: new Set(), kept: 0 };
  const now = new Date(deps.store.now());
  for (let passes = 0; ; passes++) {
    const found = await pass({ ...erasing, now }, { tally, deps });
    if (found === 0 || erasing.dryRun) break;
    if (passes >= MAX_PASSES) throw waitsFor("something about this contact comes in all the time");
  }
  const counts = Object.fromEntries(
    erasedTables.flatMap((table) => {
      const count = tally.rows.get(table)?.size ?? 0;
      return count === 0 ? [] : [[table, count] as const];
    }),
  );
  return { at: now, counts, cancelled: tally.cancelled.size, keptOptOuts: tally.kept };
}

interface Tools {
  readonly tally: Tally;
  readonly deps: Deps;
}

/** @returns How many rows were found. */
async function pass(erasing: Erasing & { readonly now: Date }, tools: Tools): Promise<number> {
  let found = 0;
  for (const stage of erasureStages) {
    for (let after: string | null = null; ; ) {
      const stepped: ErasureStepped = await step({ ...erasing, stage, after }, tools);
      found += count(stepped.rows, tools.tally);
      if (stage === "consent_entries") tools.tally.kept = stepped.kept;
      if (stepped.next === null) break;
      after = stepped.next;
    }
  }
  return found;
}

type Step = Erasing & { readonly now: Date; readonly stage: ErasureStage; readonly after: string | null };

/** Ends what has to end first; the same piece again then has nothing to wait for. */
async function step(asked: Step, { tally, deps }: Tools): Promise<ErasureStepped> {
  for (let tries = 0; ; tries++) {
    const stepped = await deps.store.erasure.step(asked);
    const { runs, calls, scheduled } = stepped.waits;
    if (asked.dryRun) {
      for (const id of runs) tally.cancelled.add(id);
      return stepped;
    }
    if (runs.length + calls.length + scheduled.length === 0) return stepped;
    if (tries >= MAX_ENDINGS) throw stillOpen(stepped.waits);
    await end(stepped.waits, deps, tally);
  }
}

/** A call that is under way has its answer within seconds, or its outcome is unknown. */
const MAX_ENDINGS = 20;
const PAUSE_MS = 250;

async function end({ runs, scheduled, calls }: ErasureWaits, { engine }: Deps, tally: Tally): Promise<void> {
  for (const id of scheduled) await passing(engine.cancelMessage(id), "MESSAGE_NOT_SCHEDULED");
  for (const id of runs) {
    await passing(engine.cancel(id, "The contact is erased"), "RUN_FINISHED");
    tally.cancelled.add(id);
  }
  if (runs.length === 0 && calls.length + scheduled.length > 0) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Somebody else was quicker: that is as good. */
async function passing(work: Promise<unknown>, code: PatchbayError["code"]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof PatchbayError && error.code === code)) throw error;
  }
}

function stillOpen({ runs, calls, scheduled }: ErasureWaits): PatchbayError {
  const [id = ""] = [...calls, ...scheduled, ...runs];
  return waitsFor(calls.length > 0 ? `the outcome of the call ${id} is open` : `${id} has not ended`);
}

function waitsFor(what: string): PatchbayError {
  return new PatchbayError("ERASURE_WAITS", `The contact is not erased entirely: ${what}`);
}

function ours(): PatchbayError {
  const message = "is a sender of this installation, whose name stands in everything that was sent";
  return new PatchbayError("REQUEST_INVALID", `/contact ${message}`, {
    problems: [{ path: "/contact", message }],
    remedy: "Give the number or the e-mail address of the person who is to be erased.",
  });
}

function count(rows: ErasedRows, { rows: all }: Tally): number {
  let found = 0;
  for (const [table, ids] of Object.entries(rows) as [ErasedTable, readonly string[]][]) {
    found += ids.length;
    const there = all.get(table) ?? new Set<string>();
    for (const id of ids) there.add(id);
    all.set(table, there);
  }
  return found;
}
