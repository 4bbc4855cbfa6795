import { keyOf } from "../core/data-type.js";
import { describeProblems, PatchbayError, type Problem } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { QuarantinedRecord } from "../core/quarantine.js";
import { shardOf } from "../core/shard.js";
import { type AcceptedDraft, acceptRecord, checkPush } from "./accept.js";
import { commitPlan } from "./commit.js";
import type { Accepted, Push } from "./engine.js";
import { noticeOfQuarantine } from "./notify.js";
import type { Planning } from "./planning.js";

/**
 * Keeps a pushed record that does not fit, and tells the operator.
 *
 * @returns Null when the data type has no quarantine, or it is not the record that is wrong.
 */
export async function quarantine(push: Push, error: PatchbayError, planning: Planning): Promise<Accepted | null> {
  const dataType = planning.catalog.dataType(push.dataType);
  if (error.code !== "RECORD_INVALID" || dataType?.quarantine !== true) return null;
  const { parts } = planning;
  const at = new Date(parts.now());
  const id = parts.newId("qua");
  const key = keyOf(dataType, push.document);
  const problems = problemsOf(error);
  const record: QuarantinedRecord = {
    id,
    shard: shardOf(dataType.name, key ?? id),
    dataType: dataType.name,
    key,
    document: push.document,
    problems,
    state: "held",
    eventId: null,
    createdAt: at,
    updatedAt: at,
  };
  await commitPlan(planning, async (draft) => {
    draft.changes.push({ kind: "record-quarantined", record });
    draft.changes.push(noticeOfQuarantine(record, describeProblems(problems), { id: notificationOf(id), at }));
  });
  const { name } = dataType;
  return {
    ...{ verdict: "quarantined", dataType: name, key: key ?? "", version: 0, eventId: null, decisions: [] },
    quarantineId: id,
    problems,
  };
}

function problemsOf({ details, message }: PatchbayError): readonly Problem[] {
  return Array.isArray(details.problems) ? details.problems : [{ path: "", message }];
}

/** A quarantined record and the notification about it share the part of their ids that makes them unique. */
function notificationOf(quarantineId: string): string {
  return quarantineId.replace(/^qua_/, "ntf_");
}

/** Pushes a held record, corrected or as it was. @throws QUARANTINE_UNKNOWN, QUARANTINE_LEFT, RECORD_INVALID (also for another key) */
export async function releaseRecord(
  id: string,
  document: JsonObject | null,
  { planning, queueRuns }: { planning: Planning; queueRuns: boolean },
): Promise<AcceptedDraft> {
  const held = await requireHeld(id, planning);
  const checked = checkPush({ dataType: held.dataType, document: document ?? held.document }, planning);
  if (document !== null) requireSameKey(held, checked.key);
  const at = new Date(planning.parts.now());
  return acceptRecord(
    checked,
    {
      queueRuns,
      also: (draft, event) => {
        const released = { ...held, document: checked.document, problems: [], updatedAt: at };
        const record = { ...released, state: "released", key: checked.key, eventId: event?.id ?? null } as const;
        draft.changes.push({ kind: "quarantine-moved", record });
        draft.changes.push({ kind: "notification-moved", id: notificationOf(id), state: "resolved", at });
      },
    },
    planning,
  );
}

/** A corrected record that is another one would leave the held one out, and nobody would notice. */
function requireSameKey({ id, dataType, key: before }: QuarantinedRecord, key: string): void {
  if (before === null || before === key) return;
  const message = `The corrected record's key is ${key.slice(0, 200)}, but ${id} holds ${dataType} ${before.slice(0, 200)}`;
  throw new PatchbayError("RECORD_INVALID", message, {
    remedy: "Keep the key as it was; or push the corrected record by itself, and discard the held one.",
  });
}

/** Lets go of a held record without pushing it. @throws QUARANTINE_UNKNOWN, QUARANTINE_LEFT */
export async function discardRecord(id: string, planning: Planning): Promise<QuarantinedRecord> {
  const held = await requireHeld(id, planning);
  const at = new Date(planning.parts.now());
  const record = { ...held, state: "discarded", updatedAt: at } as const;
  await planning.parts.store.commit([
    { kind: "quarantine-moved", record },
    { kind: "notification-moved", id: notificationOf(id), state: "resolved", at },
  ]);
  return record;
}

async function requireHeld(id: string, { parts }: Planning): Promise<QuarantinedRecord> {
  const record = await parts.store.quarantine.get(id);
  if (record === null) {
    throw new PatchbayError("QUARANTINE_UNKNOWN", `There is no record ${id.slice(0, 100)} in quarantine`);
  }
  if (record.state === "held") return record;
  throw new PatchbayError("QUARANTINE_LEFT", `The record ${id} was ${record.state} already`);
}
