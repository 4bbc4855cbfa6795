import type { RecipientNews, RecipientOutcome } from "../core/broadcast.js";
import type { Change } from "../core/change.js";
import type { Message } from "../core/message.js";
import type { Run } from "../core/run.js";
import type { Draft } from "./draft.js";

/**
 * Adds what a draft means for recipients of broadcasts. All their runs are in marketing's lane, so that what the others do costs
 * nothing here.
 */
export function planRecipientNews({ changes }: Draft): void {
  const runs = new Map<string, Run>();
  for (const change of changes) {
    if ("run" in change && "lane" in change.run && change.run.lane === "marketing") runs.set(change.run.id, change.run);
  }
  if (runs.size === 0) return;
  const news: RecipientNews[] = [];
  for (const change of changes) {
    if (change.kind === "message-recorded" && runs.has(change.message.runId))
      news.push(...newsOfMessage(change.message));
  }
  for (const run of runs.values()) news.push(...newsOfRun(run));
  changes.push(...news.map((one) => ({ kind: "recipient-moved", news: one }) as const));
}

/** Gives what a vendor's report about a message means for a recipient of a broadcast. */
export function newsOfReport(
  { lane }: Pick<Run, "lane">,
  { message, cause }: { message: Message; cause: string | null },
): readonly Change[] {
  if (lane !== "marketing") return [];
  return newsOfMessage(message).map((news) => ({ kind: "recipient-moved", news: { ...news, reason: cause } }));
}

/** Gives what a message's status means for the recipient whose run sent it; nothing before it has left. */
export function newsOfMessage(message: Message): readonly RecipientNews[] {
  const outcome = outcomeOfMessage(message);
  if (outcome === null) return [];
  const { runId, errorCode, updatedAt } = message;
  return [{ runId, outcome, reason: null, code: errorCode, at: updatedAt }];
}

function outcomeOfMessage({ status, vendorId }: Message): RecipientOutcome | null {
  switch (status) {
    case "pending":
      return null;
    case "delivered":
    case "read":
    case "suppressed":
    case "unknown":
      return status;
    case "undelivered":
    case "failed":
      // Without the vendor's id it never left; why, the run tells better.
      return vendorId === null ? null : "undelivered";
    case "canceled":
      return vendorId === null ? null : "stopped";
    default:
      return "sent";
  }
}

/** Gives what a run's state means for the recipient whose run it is; nothing while it goes on. */
export function newsOfRun(run: Run): readonly RecipientNews[] {
  const { id: runId, updatedAt: at, failure, stopReason } = run;
  switch (run.status) {
    case "waiting": {
      const isLong = run.wait?.kind === "quiet-hours" || run.wait?.kind === "daily-cap";
      return isLong ? [{ runId, outcome: "waiting", reason: null, code: null, at }] : [];
    }
    case "failed":
      return [
        { runId, outcome: failedOutcome(run), reason: failure?.message ?? null, code: failure?.code ?? null, at },
      ];
    case "cancelled":
      return [{ runId, outcome: "stopped", reason: stopReason, code: null, at }];
    case "succeeded":
      return [{ runId, outcome: endedOutcome(run), reason: stopReason, code: null, at }];
    default:
      return [];
  }
}

function failedOutcome({ failure }: Run): RecipientOutcome {
  return failure?.code === "ENDPOINT_OUTCOME_UNKNOWN" ? "unknown" : "failed";
}

/** What a run that ended well means when nothing it sent has been heard of. */
function endedOutcome({ steps }: Run): RecipientOutcome {
  if (steps.some(({ failure }) => failure?.code === "ENDPOINT_OUTCOME_UNKNOWN")) return "unknown";
  return steps.some(({ outcome }) => outcome === "suppressed") ? "suppressed" : "not-sent";
}
