import { PatchbayError } from "../core/errors.js";
import type { EachStep } from "../core/flow.js";
import type { ItemCounts } from "../core/items.js";
import type { Json } from "../core/json.js";
import type { Run, RunWait } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { Draft } from "./draft.js";
import type { RunPlanning, RunToPlan, StepOutcome } from "./planning.js";
import { reopened } from "./reopen.js";
import { planRest } from "./rest.js";
import { stepOutputs } from "./step-outputs.js";

const MAX_ITEMS = 10_000;

/** Item runs made in one commit, and how many of one step may be queued or under way before no more are made. */
const BATCH = 100;

/** How soon a run that has just made items looks again, and how often otherwise when no item wakes it. */
const NEXT_BATCH_MS = 250;
const LOOK_AGAIN_MS = 30_000;

type ItemsWait = Extract<RunWait, { kind: "items" }>;

/**
 * Gives every item of a list a run of its own, a batch at a time, and rests until all have ended. What each item came to
 * is its own run, so one that fails stops no other, and a crash loses none.
 *
 * @param items What the step's expression gave; not looked at when the run rests here already.
 * @throws FLOW_ITEMS_INVALID, FLOW_ITEMS_FAILED
 */
export async function planEach(
  draft: Draft,
  { step, items, toPlan }: { step: EachStep; items: Json | undefined; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { run } = toPlan;
  if (planning.preview) return previewItems(draft, { step, items: toList(step, items), toPlan }, planning);
  const of = { parentRunId: run.id, stepId: step.id };
  const resting = run.wait?.kind === "items" && run.wait.stepId === step.id ? run.wait : null;
  const counts = toPlan.isFirst ? none : await planning.parts.store.runs.countItems(of);
  const before = resting ?? (await enter(draft, { step, items, counts, toPlan }, planning));
  if (before === null) return result(step, none);
  if (resting !== null && isOver(resting, counts)) return result(step, counts);
  const wait = counts.active < BATCH ? await nextBatch(draft, { step, wait: before, toPlan }, planning) : before;
  const more = wait !== before && (wait.again !== null || wait.next < wait.total);
  const dueAt = new Date(planning.parts.now() + (more ? NEXT_BATCH_MS : LOOK_AGAIN_MS));
  planRest(draft, { toPlan, wait, dueAt, topics: [topics.items(run.id)] }, planning);
  return { kind: "left" };
}

function isOver({ next, total, again }: ItemsWait, counts: ItemCounts): boolean {
  return again === null && next >= total && counts.succeeded + counts.failed + counts.cancelled >= counts.total;
}

const none: ItemCounts = { total: 0, active: 0, succeeded: 0, failed: 0, cancelled: 0 };

/** A list, a single item (JSONata gives a list of one as its item), or nothing. */
function toList({ id }: EachStep, items: Json | undefined): readonly Json[] {
  const list = Array.isArray(items) ? items : items === undefined || items === null ? [] : [items];
  if (list.length <= MAX_ITEMS) return list;
  throw new PatchbayError(
    "FLOW_ITEMS_INVALID",
    `The step ${id} was given ${list.length} items; ${MAX_ITEMS} are allowed`,
  );
}

/**
 * Begins with the first item, and keeps the list; or, when the run was taken up again, with those that have not succeeded,
 * of the list that was kept.
 *
 * @returns null when the list is empty.
 */
async function enter(
  draft: Draft,
  { step, items, counts, toPlan }: { step: EachStep; items: Json | undefined; counts: ItemCounts; toPlan: RunToPlan },
  { parts }: RunPlanning,
): Promise<ItemsWait | null> {
  const { run, isFirst } = toPlan;
  const kept = isFirst ? null : await parts.store.runs.keptItems({ parentRunId: run.id, stepId: step.id }, 0);
  const again = counts.failed + counts.cancelled > 0 ? new Date(parts.now()).toISOString() : null;
  const wait = { kind: "items", stepId: step.id, next: counts.total, again } as const;
  if (kept !== null) return { ...wait, total: kept.total };
  const list = toList(step, items);
  if (list.length === 0) return null;
  const batches = Array.from({ length: Math.ceil(list.length / BATCH) }, (_, batch) =>
    list.slice(batch * BATCH, (batch + 1) * BATCH),
  );
  draft.changes.push({ kind: "items-kept", runId: run.id, stepId: step.id, batches });
  return { ...wait, total: list.length };
}

/** Takes up again the next items that have ended badly; or, when there are none left, makes the runs of the next items. */
async function nextBatch(
  draft: Draft,
  { step, wait, toPlan }: { step: EachStep; wait: ItemsWait; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<ItemsWait> {
  if (wait.again === null) return createItems(draft, { step, wait, toPlan }, planning);
  const { parts } = planning;
  const { id, flowHash } = toPlan.run;
  const bad = await parts.store.runs.badItems({ parentRunId: id, stepId: step.id }, new Date(wait.again), BATCH);
  const how = { at: new Date(parts.now()), version: { hash: flowHash } };
  for (const run of bad) draft.changes.push({ kind: "run-reopened", run: reopened(run, how) });
  return { ...wait, again: bad.length < BATCH ? null : wait.again };
}

/** Goes through the runs of a step's items, newest first. */
export async function* itemRuns(
  parentRunId: string,
  stepId: string | null,
  store: RunPlanning["parts"]["store"],
): AsyncGenerator<Run> {
  for (let cursor: string | undefined; ; ) {
    const page = await store.runs.list({ parentRunId }, { cursor, limit: 200 });
    for (const run of page.items) if (stepId === null || run.parent?.stepId === stepId) yield run;
    if (page.next === null) return;
    cursor = page.next;
  }
}

/** Looks at what the first batch of items would come to. */
async function previewItems(
  draft: Draft,
  { step, items, toPlan }: { step: EachStep; items: readonly Json[]; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const inherited = { ...toPlan.inherited, ...stepOutputs(toPlan.run) };
  for (const [index, item] of items.slice(0, BATCH).entries()) {
    const run = itemRun(toPlan.run, { step, index, item }, planning.parts);
    await planning.planRun(draft, { ...toPlan, run, inherited, isNew: true, ahead: new Map() }, planning);
  }
  return { kind: "left" };
}

/** Adds the runs of the next items. */
async function createItems(
  draft: Draft,
  { step, wait, toPlan }: { step: EachStep; wait: ItemsWait; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<ItemsWait> {
  if (wait.next >= wait.total) return wait;
  const items = await batchAt(draft, { step, wait, toPlan }, planning);
  for (const [offset, item] of items.entries()) {
    const run = itemRun(toPlan.run, { step, index: wait.next + offset, item }, planning.parts);
    draft.changes.push({ kind: "run-created", run });
  }
  return { ...wait, next: wait.next + items.length };
}

/** Gives the items of the next batch, from the store or, when the list is only just kept, from the draft. */
async function batchAt(
  draft: Draft,
  { step, wait, toPlan }: { step: EachStep; wait: ItemsWait; toPlan: RunToPlan },
  { parts }: RunPlanning,
): Promise<readonly Json[]> {
  const { id } = toPlan.run;
  const batch = Math.floor(wait.next / BATCH);
  const drafted = draft.changes.find(
    (change) => change.kind === "items-kept" && change.runId === id && change.stepId === step.id,
  );
  if (drafted?.kind === "items-kept") return drafted.batches[batch] ?? [];
  const kept = await parts.store.runs.keptItems({ parentRunId: id, stepId: step.id }, batch);
  if (kept !== null) return kept.items;
  throw new Error(`batch ${batch} of the items of ${step.id} in ${id} was never kept`);
}

function itemRun(
  around: Run,
  { step, index, item }: { step: EachStep; index: number; item: Json },
  parts: RunPlanning["parts"],
): Run {
  const at = new Date(parts.now());
  return {
    ...around,
    id: parts.newId("run"),
    parent: { runId: around.id, stepId: step.id, index },
    path: `${around.path === "" ? "" : `${around.path}.`}${step.id}[${index}]`,
    item,
    status: "queued",
    wait: null,
    dueAt: at,
    leasedBy: null,
    fence: 0,
    wakes: 0,
    attempts: 0,
    steps: [],
    failure: null,
    earlier: [],
    createdAt: at,
    updatedAt: at,
  };
}

function result({ id }: EachStep, { total, succeeded, failed, cancelled }: ItemCounts): StepOutcome {
  if (failed > 0) {
    const message = `${failed} of the ${total} items of ${id} failed; each has a run of its own that says why`;
    throw new PatchbayError("FLOW_ITEMS_FAILED", message, { total, succeeded, failed, cancelled });
  }
  const output = { total, succeeded, failed, cancelled };
  return { kind: "done", output, summary: `${succeeded} of ${total} items done` };
}
