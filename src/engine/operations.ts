import { PatchbayError } from "../core/errors.js";
import type { Event } from "../core/event.js";
import type { Operation, OperationWork } from "../core/operation.js";
import type { Run } from "../core/run.js";
import type { Span } from "../core/store.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import type { OperationOrder, OperationPreview, PreviewedCall } from "./engine.js";
import { spanOf } from "./item-plan.js";
import { planRetry } from "./operate.js";
import type { Planning } from "./planning.js";
import { planReplay, previewEvent } from "./replay.js";

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
  await parts.store.commit([{ kind: "operation-saved", operation }]);
  return operation;
}

/** @throws OPERATION_UNKNOWN */
export async function stopOperation(id: string, { parts }: Planning): Promise<Operation> {
  const operation = await parts.store.operations.get(id);
  if (operation === null) throw new PatchbayError("OPERATION_UNKNOWN", `There is no operation ${id.slice(0, 100)}`);
  if (operation.state !== "running") return operation;
  const at = new Date(parts.now());
  const stopped: Operation = { ...operation, state: "stopped", updatedAt: at, finishedAt: at };
  await parts.store.commit([{ kind: "operation-saved", operation: stopped }]);
  return stopped;
}

/**
 * Does the next `count` units of an operation, each in one commit with the operation's own progress: after a crash it goes
 * on behind the last one that was done. The runs are queued.
 *
 * @returns How many units were done.
 */
export async function continueOperation(id: string, count: number, planning: Planning): Promise<number> {
  const { store } = planning.parts;
  let operation = await store.operations.get(id);
  if (operation === null || operation.state !== "running") return 0;
  const { units, last } = await unitsOf(operation.work, { after: operation.cursor, limit: count }, planning);
  for (const unit of units) operation = await doUnit(operation, unit, planning);
  const at = new Date(planning.parts.now());
  if (last) {
    await store.commit([
      { kind: "operation-saved", operation: { ...operation, state: "done", updatedAt: at, finishedAt: at } },
    ]);
  }
  return units.length;
}

async function doUnit(operation: Operation, unit: Unit, planning: Planning): Promise<Operation> {
  let progress = operation;
  await commitPlan(
    planning,
    async (drafted) => {
      const started = isWanted(operation.work, unit) ? await planUnit(drafted, { operation, unit }, planning) : 0;
      progress = {
        ...operation,
        cursor: unit.id,
        examined: operation.examined + 1,
        started: operation.started + started,
        updatedAt: new Date(planning.parts.now()),
      };
      drafted.changes.push({ kind: "operation-saved", operation: progress });
    },
    true,
  );
  return progress;
}

/** @returns How many runs it starts or takes up. */
async function planUnit(
  draft: Draft,
  { operation, unit }: { operation: Operation; unit: Unit },
  planning: Planning,
): Promise<number> {
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

/** What an operation does with the first events or runs of its span. */
export async function previewOperation(work: OperationWork, planning: Planning): Promise<OperationPreview> {
  const { units, last } = await unitsOf(work, { after: null, limit: PREVIEW_LIMIT }, planning);
  const calls: Record<PreviewedCall["verdict"], number> = {
    "would-send": 0,
    "already-sent": 0,
    "under-way": 0,
    unknown: 0,
  };
  let runs = 0;
  for (const unit of units) {
    if (!isWanted(work, unit)) continue;
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
