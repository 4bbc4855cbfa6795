import { createHash } from "node:crypto";
import type { Change } from "../core/change.js";
import { type DataType, keyOf } from "../core/data-type.js";
import { describeProblems, PatchbayError, type Problem } from "../core/errors.js";
import { canonicalJson, type JsonObject } from "../core/json.js";
import type { QuarantinedRecord } from "../core/quarantine.js";
import { shardOf } from "../core/shard.js";
import { type AcceptedDraft, acceptRecord, type Before, checkPush } from "./accept.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import type { Accepted, Push, Release } from "./engine.js";
import { noticeOfQuarantine } from "./notify.js";
import type { Planning } from "./planning.js";

/**
 * Keeps a pushed record that does not fit, and tells the operator. The same bad push again is the same held record: it is
 * replaced by what came last, and what the operator was told is counted once more instead of being told again.
 *
 * @returns Null when the data type has no quarantine, or it is not the record that is wrong.
 */
export async function quarantine(push: Push, error: PatchbayError, planning: Planning): Promise<Accepted | null> {
  const dataType = planning.catalog.dataType(push.dataType);
  if (error.code !== "RECORD_INVALID" || dataType?.quarantine !== true) return null;
  const problems = problemsOf(error);
  let kept = "";
  await commitPlan(planning, async (draft) => {
    kept = await planKeeping(draft, { dataType, document: push.document, problems }, planning);
  });
  const { name } = dataType;
  const key = keyOf(dataType, push.document) ?? "";
  return {
    ...{ verdict: "quarantined", dataType: name, key, version: 0, eventId: null, decisions: [] },
    quarantineId: kept,
    problems,
  };
}

/** A pushed document that does not fit. */
interface BadPush {
  readonly dataType: DataType;
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
}

/** @returns The id of the held record. */
async function planKeeping(draft: Draft, push: BadPush, { parts }: Planning): Promise<string> {
  const { dataType, document, problems } = push;
  const { store, newId, now } = parts;
  const at = new Date(now());
  const key = keyOf(dataType, document);
  const identity = identityOf(key, document);
  const recordVersion = key === null ? null : await store.records.version(dataType.name, key);
  const held = await store.quarantine.held(dataType.name, identity);
  const cause = describeProblems(problems);
  if (held !== null) {
    const repeated = { ...held, key, recordVersion, document, problems, updatedAt: at };
    draft.changes.push({ kind: "quarantine-repeated", record: repeated }, repeatedNotice(repeated, cause));
    return held.id;
  }
  const id = newId("qua");
  const record: QuarantinedRecord = {
    ...{ id, shard: shardOf(dataType.name, key ?? id), dataType: dataType.name, key, identity, recordVersion },
    ...{ document, problems, state: "held", eventId: null, count: 1, createdAt: at, updatedAt: at },
  };
  draft.changes.push({ kind: "record-quarantined", record });
  draft.changes.push(noticeOfQuarantine(record, cause, { id: notificationOf(id), at }));
  return id;
}

/** Two bad pushes are the same when they have the same key; without one, when they are the same document. */
function identityOf(key: string | null, document: JsonObject): string {
  if (key !== null) return `key ${key}`;
  return `document ${createHash("sha256").update(canonicalJson(document)).digest("hex")}`;
}

/** What was told about a held record has happened again. */
function repeatedNotice(record: QuarantinedRecord, cause: string): Change {
  const { id, dataType, updatedAt: at } = record;
  return {
    kind: "notification-repeated",
    id: notificationOf(id),
    fingerprint: `${dataType}:RECORD_INVALID`,
    cause,
    at,
  };
}

function problemsOf({ details, message }: PatchbayError): readonly Problem[] {
  return Array.isArray(details.problems) ? details.problems : [{ path: "", message }];
}

/** A quarantined record and the notification about it share the part of their ids that makes them unique. */
function notificationOf(quarantineId: string): string {
  return quarantineId.replace(/^qua_/, "ntf_");
}

/**
 * Pushes a held record, corrected or as it was.
 *
 * @throws QUARANTINE_UNKNOWN, QUARANTINE_LEFT, RECORD_INVALID (also for another key), QUARANTINE_SUPERSEDED
 */
export async function releaseRecord(
  id: string,
  { document, force }: Release,
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
      judge: async (before) => {
        await requireUnchanged(held, planning);
        if (!force) await requireNewest(held, { key: checked.key, before }, planning);
      },
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

/** What was pushed again while it is being released has not been looked at. @throws QUARANTINE_LEFT, QUARANTINE_SUPERSEDED */
async function requireUnchanged(held: QuarantinedRecord, planning: Planning): Promise<void> {
  const { id, count, updatedAt } = await requireHeld(held.id, planning);
  if (count === held.count) return;
  const message = `The record ${id} was pushed again at ${updatedAt.toISOString()}, while it was being released`;
  const remedy = "Nothing was released: look at it again, then release it.";
  throw new PatchbayError("QUARANTINE_SUPERSEDED", message, { remedy });
}

/** An older document must not replace a newer one without being told to. @throws QUARANTINE_SUPERSEDED */
async function requireNewest(
  held: QuarantinedRecord,
  { key, before }: { key: string; before: Before },
  { parts }: Planning,
): Promise<void> {
  const { id, dataType, recordVersion, updatedAt } = held;
  if (before.version <= (recordVersion ?? 0)) return;
  const event = await parts.store.events.ofVersion(dataType, key, before.version);
  const newest = event?.createdAt ?? null;
  // Nobody knows which version there was: the clock has to tell.
  if (recordVersion === null && newest !== null && newest <= updatedAt) return;
  const when = newest === null ? "" : ` at ${newest.toISOString()}`;
  const what = before.document === null ? "was deleted" : `got version ${before.version}`;
  const message = `${dataType} ${key.slice(0, 200)} ${what}${when}, after ${id} was pushed at ${updatedAt.toISOString()}`;
  throw new PatchbayError("QUARANTINE_SUPERSEDED", message, { version: before.version });
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
  const { parts } = planning;
  await commitPlan(planning, async (draft) => {
    const held = await requireHeld(id, planning);
    const at = new Date(parts.now());
    draft.changes.push(
      { kind: "quarantine-moved", record: { ...held, state: "discarded", updatedAt: at } },
      { kind: "notification-moved", id: notificationOf(id), state: "resolved", at },
    );
  });
  return requireKnown(id, planning);
}

async function requireHeld(id: string, planning: Planning): Promise<QuarantinedRecord> {
  const record = await requireKnown(id, planning);
  if (record.state === "held") return record;
  throw new PatchbayError("QUARANTINE_LEFT", `The record ${id} was ${record.state} already`);
}

async function requireKnown(id: string, { parts }: Planning): Promise<QuarantinedRecord> {
  const record = await parts.store.quarantine.get(id);
  if (record !== null) return record;
  throw new PatchbayError("QUARANTINE_UNKNOWN", `There is no record ${id.slice(0, 100)} in quarantine`);
}
