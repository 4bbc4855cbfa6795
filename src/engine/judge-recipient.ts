import type { Broadcast, ExclusionReason } from "../core/broadcast.js";
import { startKey } from "../core/broadcast.js";
import { type PatchbayError, toPatchbayError } from "../core/errors.js";
import type { FlowVersion } from "../core/flow.js";
import type { StoredRecord } from "../core/record.js";
import type { Failure, Run } from "../core/run.js";
import { truthOf } from "../translation/chain-task.js";
import { newDraft } from "./draft.js";
import type { MetCall } from "./met-call.js";
import { planStart } from "./plan-event.js";
import type { FlowStart, Planning } from "./planning.js";

/** A broadcast with the version of its flow that all of it uses. */
export interface Sending {
  readonly broadcast: Broadcast;
  readonly version: FlowVersion;
}

/** Why a record of the audience gets nothing. */
export interface Excluded {
  readonly exclusion: ExclusionReason;
  readonly reason: string;
  readonly code: string | null;
}

/** What the flow comes to for one record, up to its first call. */
export interface Judged {
  readonly record: StoredRecord;
  /** Null when it would be started. */
  readonly excluded: Excluded | null;
  /** Null when it is not known, or not yet: the flow waits before it calls. */
  readonly recipient: string | null;
  /** Null when it comes to no call. */
  readonly call: MetCall | null;
}

/** Gives how the flow is started for a record. */
export function startOf({ broadcast, version }: Sending, { dataType, key, document }: StoredRecord): FlowStart {
  const { id, name } = broadcast;
  const reason = `broadcast "${name}" (${id})`;
  const about = { record: { dataType, key }, payload: document, reason, dedupeKey: startKey(id, key) };
  return { kind: "flow.started", version, causedBy: null, ...about };
}

/**
 * Plans the flow for one record up to its first call, for real, and says what that comes to; nothing is stored.
 *
 * @returns Null when the record is not in the audience.
 */
export async function judgeRecord(sending: Sending, record: StoredRecord, planning: Planning): Promise<Judged | null> {
  try {
    if (!(await isInAudience(sending, record, planning))) return null;
    const draft = newDraft(false);
    await planStart(draft, startOf(sending, record), { ...planning, preview: true });
    const run = draft.changes.findLast((change) => change.kind === "run-created")?.run ?? null;
    return { record, ...verdictOf(draft.met[0] ?? null, run) };
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    if (error.code === "STORE_UNAVAILABLE" || error.code === "SERVER_STOPPING") throw error;
    return { record, excluded: excludedBy(error), recipient: null, call: null };
  }
}

async function isInAudience(
  { broadcast, version }: Sending,
  { document }: StoredRecord,
  { parts, catalog }: Planning,
): Promise<boolean> {
  const { when } = broadcast.audience;
  if (when === null) return true;
  const bindings = { record: document, params: catalog.parameters(version.collection) };
  return (await parts.translation.evaluate(truthOf(when), { input: document, bindings })) === true;
}

function verdictOf(call: MetCall | null, run: Run | null): Omit<Judged, "record"> {
  const recipient = call?.recipient ?? null;
  if (call?.verdict === "suppressed") {
    const reason = run?.stopReason ?? `${recipient ?? "The recipient"} has opted out`;
    return { recipient, call, excluded: { exclusion: "opted-out", reason, code: "RECIPIENT_OPTED_OUT" } };
  }
  if (call !== null) return { recipient, call, excluded: null };
  if (run?.status === "failed" && run.failure !== null) return { recipient, call, excluded: excludedBy(run.failure) };
  if (run?.status === "succeeded" || run?.status === "cancelled") {
    const reason = run.stopReason ?? "the flow ends without calling anything";
    return { recipient, call, excluded: { exclusion: "nothing-to-send", reason, code: null } };
  }
  return { recipient, call, excluded: null };
}

function excludedBy({ code, message }: Failure | PatchbayError): Excluded {
  return { exclusion: exclusions.get(code) ?? "failed", reason: message, code };
}

const exclusions: ReadonlyMap<string, ExclusionReason> = new Map([
  ["PHONE_MISSING", "phone-missing"],
  ["PHONE_INVALID", "phone-invalid"],
  ["RECIPIENT_OPTED_OUT", "opted-out"],
]);
