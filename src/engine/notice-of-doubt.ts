import type { Change } from "../core/change.js";
import type { Effect } from "../core/effect.js";
import type { Run } from "../core/run.js";
import { toFailure } from "./end-run.js";
import { noticeOfRun } from "./notify.js";
import { unknownOutcome } from "./plan-find.js";
import { type Planning, stampOf } from "./planning.js";

/** Tells the operator about a call of unknown outcome that no run looks after any more. */
export async function noticeOfDoubt(run: Run, effect: Effect, { parts }: Pick<Planning, "parts">): Promise<Change> {
  const error = unknownOutcome(effect, ": its run has ended");
  const title = `${effect.endpoint} to ${effect.recipient}: ${error.title}`;
  const message = await parts.store.messages.getByEffect(effect.id);
  const about = { messageId: message?.id ?? null, failure: toFailure(error) };
  return noticeOfRun(run, { level: "error", title, ...about }, stampOf(parts));
}

/** Resolves what was told about the unknown outcome of a call, now that it is known. */
export async function doubtResolved(run: Run, effect: Effect, { parts }: Pick<Planning, "parts">): Promise<Change> {
  const message = await parts.store.messages.getByEffect(effect.id);
  const at = new Date(parts.now());
  return { kind: "notifications-resolved", runId: run.id, eventId: run.eventId, doubtOf: message?.id ?? null, at };
}
