import { effectKey } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { StartStep } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import type { RunPlanning, StepOutcome } from "./planning.js";

/**
 * Starts another flow from a step, once: a retry or a replay finds what was started.
 *
 * @throws FLOW_UNKNOWN, PAYLOAD_INVALID
 */
export async function planStartStep(
  draft: Draft,
  { step, payload, run }: { step: StartStep; payload: Json | undefined; run: Run },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const target = planning.catalog.flow(step.flow);
  if (target === null)
    throw new PatchbayError("FLOW_UNKNOWN", `The step ${step.id} starts ${step.flow}, which is not installed`);
  if (!isJsonObject(payload)) {
    throw new PatchbayError("PAYLOAD_INVALID", `The \`with\` of step ${step.id} must give an object`);
  }
  const dedupeKey = `start:${effectKey(run, step.id)}`;
  const before = await planning.parts.store.events.getByDedupeKey(dedupeKey);
  const event =
    before ??
    (await planning.planStart(
      draft,
      {
        kind: "flow.started",
        version: target.version,
        payload,
        reason: `started by ${run.flow}, step ${step.id}`,
        causedBy: run,
        dedupeKey,
      },
      planning,
    ));
  const runId = event.decisions.find(({ flow }) => flow === step.flow)?.runId ?? null;
  return { kind: "done", output: { runId, eventId: event.id }, summary: `started ${step.flow}` };
}
