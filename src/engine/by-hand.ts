import type { FlowVersion } from "../core/flow.js";
import { keyReused } from "./accept.js";
import { commitPlan } from "./commit.js";
import type { PendingCall } from "./draft.js";
import type { FlowStartByHand } from "./engine.js";
import { requireFlow } from "./known.js";
import { planStart } from "./plan-event.js";
import type { Planning } from "./planning.js";

/**
 * Starts a flow because a person asks for it: the installed one of this name, or this version, which need not be installed and is kept
 * with its run. One that was started under the same name before is not started again.
 *
 * @throws FLOW_UNKNOWN, IDEMPOTENCY_KEY_REUSED
 */
export async function startByHand(
  {
    flow,
    payload,
    record,
    queueRuns,
    dedupeKey = null,
  }: FlowStartByHand & { flow: string | FlowVersion; queueRuns: boolean },
  planning: Planning,
): Promise<{ readonly runId: string; readonly eventId: string; readonly calls: readonly PendingCall[] }> {
  const version = typeof flow === "string" ? requireFlow(flow, planning) : flow;
  const start = { kind: "flow.started", version, payload, reason: "started by hand", causedBy: null, record } as const;
  let started = { runId: "", eventId: "" };
  const draft = await commitPlan(
    planning,
    async (drafted) => {
      const known = dedupeKey === null ? null : await planning.parts.store.events.getByDedupeKey(dedupeKey);
      if (known !== null && known.decisions[0]?.flow !== version.flow.name) throw keyReused();
      if (typeof flow !== "string") drafted.changes.push({ kind: "flow-version-kept", version });
      const event = known ?? (await planStart(drafted, { ...start, dedupeKey }, planning));
      started = { runId: event.decisions[0]?.runId ?? "", eventId: event.id };
    },
    queueRuns,
  );
  return { ...started, calls: draft.calls };
}
