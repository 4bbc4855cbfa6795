import type { Change } from "../core/change.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Event } from "../core/event.js";
import type { Operation, OperationWork } from "../core/operation.js";
import type { Run } from "../core/run.js";
import type { Span } from "../core/store-filters.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import type { OperationOrder, OperationPreview, PreviewedCall } from "./engine.js";
import { isReplayable } from "./kept-events.js";
import { spanOf } from "./operation-pace.js";
import type { Planning } from "./planning.js";
import { planReplay, previewEvent } from "./replay.js";
import { planRetry } from "./retry-run.js";

/** How many events or runs a preview looks at. */
const PREVIEW_LIMIT = 500;

/** One event to replay, or one run to retry. */
type Unit = Event | Run;

/** Begins a bulk operation; the clock carries it on. */
export async function startOperation({ work, perSecond }: OperationOrder, { parts }: Planning): Promise<Operation> {
  const at = new Date(parts.now());
  const operation: Operation = {
    id: parts.newId("opr"),
    work,
    state: "running",
    perSecond,
    cursor: null,
    examined: 0,
    started: 0,
    createdAt: at,
    updatedAt: at,
    finishedAt: null,
  };
  await parts.store.commit([{ kind: "operation-begun", operation }]);
  return operation;
}

/** How often a stop is tried while the operation moves on. */
const MAX_STOPS = 10;

/** @throws OPERATION_UNKNOWN, OPERATION_MOVED when it moves on again and again */
export async function stopOperation(id: string, { parts }: Planning): Promise<Operation> {
  for (let tries = 1; ; tries++) {
    const operation = await parts.store.operations.get(id);
    if (operation === null) throw new PatchbayError("OPERATION_UNKNOWN", `There is no operation ${id.slice(0, 100)}`);
    if (operation.state !== "running") return operation;
    const at = new Date(parts.now());
    const stopped: Operation = { ...operation, state: "stopped", updatedAt: at, finishedAt: at };
    try {
      await parts.store.commit([{ kind: "operation-moved", operation: stopped, examined: operation.examined }]);
      return stopped;
    } catch (error) {
      if (!hasMoved(error) || tries >= MAX_STOPS) throw error;
    }
  }
}

/** Whether another process has carried the operation on, or stopped it. */
function hasMoved(error: unknown): boolean {
  return error instanceof PatchbayError && error.code === "OPERATION_MOVED";
}

/**
 * Does the next unit of an operation in one commit with the operation's own progress: after a crash it goes on behind the
 * last one that was done. The runs are queued. A unit that cannot be done is passed over, so that the rest are.
 *
 * @returns Whether a unit was done or passed over; false when the operation has ended.
 */
export async function continueOperation(id: string, planning: Planning): Promise<boolean> {
  const { store } = planning.parts;
  const operation = await store.operations.get(id);
  if (operation === null || operation.state !== "running") return false;
  const { units } = await unitsOf(operation.work, { after: operation.cursor, limit: 2 }, planning);
  const [unit, following] = units;
  const progress = progressOf(operation, { unit, isLast: following === undefined }, planning);
  try {
    if (unit === undefined) await store.commit([moved(operation, progress)]);
    else await doOrPassOver(operation, { unit, progress }, planning);
    return unit !== undefined;
  } catch (error) {
    if (hasMoved(error)) return false;
    throw error;
  }
}

function moved({ examined }: Operation, operation: Operation): Change {
  return { kind: "operation-moved", operation, examined };
}

async function doOrPassOver(
  operation: Operation,
  { unit, progress }: { unit: Unit; progress: Operation },
  planning: Planning,
): Promise<void> {
  const { store, log } = planning.parts;
  try {
    await doUnit(operation, { unit, progress }, planning);
  } catch (thrown) {
    const { code, message } = toPatchbayError(thrown);
    if (code === "STORE_UNAVAILABLE" || code === "OPERATION_MOVED") throw thrown;
    log.error(
      { code, problem: message, operation: operation.id, unit: unit.id },
      "an operation passes over what it cannot do",
    );
    await store.commit([moved(operation, progress)]);
  }
}

/** Gives the operation behind a unit, so far without the runs that it starts. */
function progressOf(
  operation: Operation,
  { unit, isLast }: { unit: Unit | undefined; isLast: boolean },
  { parts }: Planning,
): Operation {
  const at = new Date(parts.now());
  const done = unit === undefined ? {} : { cursor: unit.id, examined: operation.examined + 1 };
  const ended = isLast ? ({ state: "done", finishedAt: at } as const) : {};
  return { ...operation, ...done, ...ended, updatedAt: at };
}

async function doUnit(
  operation: Operation,
  { unit, progress }: { unit: Unit; progress: Operation },
  planning: Planning,
): Promise<void> {
  await commitPlan(
    planning,
    async (drafted) => {
      const started = isWanted(operation.work, unit) ? await planUnit(drafted, { operation, unit }, planning) : 0;
      const saved = { ...progress, started: operation.started + started };
      drafted.changes.push(moved(operation, saved));
    },
    true,
  );
}

/** @returns How many runs it starts or takes up. */
async function planUnit(
  draft: Draft,
  { operation, unit }: { operation: Operation; unit: Unit },
  planning: Planning,
): Promise<number> {
  if (!(await isReplayable(eventOf(unit), planning.parts.store))) return 0;
  if ("decisions" in unit) {
    const decisions = await planReplay(draft, unit, planning);
    return decisions.filter(({ verdict }) => verdict === "fired").length;
  }
  const run = await planning.parts.store.runs.get(unit.id);
  if (run?.status !== "failed" || operation.work.kind !== "retry") return 0;
  try {
    planRetry(draft, { run, version: operation.work.version }, planning);
    return 1;
  } catch (error) {
    // A flow that is not installed any more: its runs stay as they are.
    if (error instanceof PatchbayError && error.code === "FLOW_UNKNOWN") return 0;
    throw error;
  }
}

function eventOf(unit: Unit): string {
  return "decisions" in unit ? unit.id : unit.eventId;
}

/** What an operation does with the first events or runs of its span. */
export async function previewOperation(work: OperationWork, planning: Planning): Promise<OperationPreview> {
  const { units, last } = await unitsOf(work, { after: null, limit: PREVIEW_LIMIT }, planning);
  const calls: Record<PreviewedCall["verdict"], number> = {
    "would-send": 0,
    suppressed: 0,
    "already-sent": 0,
    "under-way": 0,
    unknown: 0,
  };
  let runs = 0;
  for (const unit of units) {
    if (!isWanted(work, unit) || !(await isReplayable(eventOf(unit), planning.parts.store))) continue;
    if (!("decisions" in unit)) {
      runs++;
      continue;
    }
    const preview = await previewEvent(unit, planning);
    runs += preview.decisions.filter(({ verdict }) => verdict === "fired").length;
    for (const { verdict } of preview.calls) calls[verdict]++;
  }
  return { examined: units.length, more: !last, runs, calls };
}

async function unitsOf(
  work: OperationWork,
  { after, limit }: Pick<Span, "after" | "limit">,
  { parts }: Planning,
): Promise<{ units: readonly Unit[]; last: boolean }> {
  const span = spanOf(work, { after, limit });
  const units =
    work.kind === "replay"
      ? await parts.store.events.between(work.dataType, span)
      : await parts.store.runs.failedBetween(span);
  return { units, last: units.length < limit };
}

function isWanted(work: OperationWork, unit: Unit): boolean {
  if (work.kind === "replay") {
    if (!("decisions" in unit)) return false;
    return work.eventKind === null ? unit.kind.startsWith("record.") : unit.kind === work.eventKind;
  }
  if ("decisions" in unit) return false;
  if (work.flow !== null && unit.flow !== work.flow) return false;
  return work.code === null || unit.failure?.code === work.code;
}
