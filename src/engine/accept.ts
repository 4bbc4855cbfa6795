import { indexedValues } from "../core/data-type.js";
import { PatchbayError } from "../core/errors.js";
import type { Event } from "../core/event.js";
import { canonicalJson, isJsonObject, type JsonObject, mergePatch } from "../core/json.js";
import { isNoLongerKept } from "../core/retention.js";
import { shardOf } from "../core/shard.js";
import { commitPlan } from "./commit.js";
import type { Draft, PendingCall } from "./draft.js";
import type { Accepted, Push } from "./engine.js";
import { planRecord } from "./plan-event.js";
import { type CheckedRecord, checkRecord } from "./plan-save.js";
import type { Planning } from "./planning.js";

/** What accepting gives: the answer for the store, and the calls to make now that it is durable. */
export interface AcceptedDraft {
  readonly accepted: Accepted;
  readonly calls: readonly PendingCall[];
  /** Whether runs were left in the queue. */
  readonly queued: boolean;
}

/** How a record is written: given the version before (null for none), the new document. */
interface Writing {
  readonly dataType: string;
  readonly key: string;
  readonly write: (before: JsonObject | null) => CheckedRecord;
  readonly deleted: boolean;
  /** Whether what is written does not depend on the version before. */
  readonly isWhole: boolean;
  readonly queueRuns: boolean;
  /** Names the push; absent for one without a name. */
  readonly dedupeKey?: string | null | undefined;
  /** Refuses, by throwing, what must not replace the version before; asked only when there is something to write. */
  readonly judge?: ((before: Before) => Promise<void>) | undefined;
  /** What else is to be in the same commit. */
  readonly also?: ((draft: Draft, event: Event | null) => void) | undefined;
}

/** Checks a pushed record; everything that is wrong with it is found before anything is read or written. */
export function checkPush({ dataType, document }: Push, planning: Planning): CheckedRecord {
  return checkRecord({ name: dataType, document, newKey: () => planning.parts.newId("rec") }, planning);
}

/**
 * Creates or replaces a record that has been checked.
 *
 * @param judge Refuses, by throwing, what must not replace the version before.
 * @param also What else is to be in the same commit; told the event, null when the record is as it was.
 */
export function acceptRecord(
  checked: CheckedRecord,
  { queueRuns, judge, also, dedupeKey }: Pick<Writing, "queueRuns" | "judge" | "also" | "dedupeKey">,
  planning: Planning,
): Promise<AcceptedDraft> {
  const { dataType, key } = checked;
  const whole = { write: () => checked, deleted: false, isWhole: true };
  return writeRecord({ dataType: dataType.name, key, dedupeKey, queueRuns, judge, also, ...whole }, planning);
}

/** Changes a record by a merge patch. @throws RECORD_UNKNOWN, RECORD_INVALID */
export function acceptPatch(
  { dataType, key, patch, queueRuns }: { dataType: string; key: string; patch: JsonObject; queueRuns: boolean },
  planning: Planning,
): Promise<AcceptedDraft> {
  const write = (before: JsonObject | null): CheckedRecord => {
    const document = mergePatch(requireRecord(before, dataType, key), patch);
    const newKey = (): string => planning.parts.newId("rec");
    const checked = checkRecord({ name: dataType, document: isJsonObject(document) ? document : {}, newKey }, planning);
    if (checked.key === key) return checked;
    throw new PatchbayError("RECORD_INVALID", `A patch cannot change the key of ${dataType} ${key}`, {
      problems: [{ path: `/${checked.dataType.key[0] ?? ""}`, message: `must stay ${key}` }],
    });
  };
  return writeRecord({ dataType, key, write, deleted: false, isWhole: false, queueRuns }, planning);
}

/** Deletes a record. @throws RECORD_UNKNOWN */
export function acceptRemoval(
  { dataType, key, queueRuns }: { dataType: string; key: string; queueRuns: boolean },
  planning: Planning,
): Promise<AcceptedDraft> {
  const write = (before: JsonObject | null): CheckedRecord => {
    const type = planning.catalog.dataType(dataType);
    const document = requireRecord(before, dataType, key);
    if (type === null) throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${dataType}`);
    return { dataType: type, key, document };
  };
  return writeRecord({ dataType, key, write, deleted: true, isWhole: false, queueRuns }, planning);
}

function requireRecord(before: JsonObject | null, dataType: string, key: string): JsonObject {
  if (before !== null) return before;
  throw new PatchbayError("RECORD_UNKNOWN", `There is no ${dataType} with the key ${key}`);
}

async function writeRecord(writing: Writing, planning: Planning): Promise<AcceptedDraft> {
  let accepted: Accepted | null = null;
  const draft = await commitPlan(
    planning,
    (drafted, again) =>
      planWriting(drafted, { writing, again }, planning).then((planned) => {
        accepted = planned;
      }),
    writing.queueRuns,
  );
  if (accepted === null) throw new Error("a draft was committed without being planned");
  const queued = draft.queueRuns && draft.changes.some(({ kind }) => kind === "run-created");
  return { accepted, calls: draft.calls, queued };
}

async function planWriting(
  draft: Draft,
  { writing, again }: { writing: Writing; again: boolean },
  planning: Planning,
): Promise<Accepted> {
  const { dataType, key, deleted } = writing;
  const known = await acceptedBefore(writing, planning);
  if (known !== null) return known;
  const looked = again || !mayBeTakenAsNew(writing, planning);
  const before = looked ? await versionBefore(writing, again, planning) : newRecord;
  planning.novelty.learn(dataType, before.version === 0);
  const next = writing.write(before.document);
  const about = { dataType, key, quarantineId: null, problems: [] };
  if (!deleted && before.document !== null && canonicalJson(before.document) === canonicalJson(next.document)) {
    writing.also?.(draft, null);
    return { ...about, verdict: "unchanged", version: before.version, eventId: null, decisions: [] };
  }
  await writing.judge?.(before);
  const event = await planNext(draft, { writing, before, next }, planning);
  writing.also?.(draft, event);
  const verdict = deleted ? "deleted" : before.document === null ? "created" : "updated";
  return { verdict, version: before.version + 1, eventId: event.id, decisions: event.decisions, ...about };
}

/**
 * What became of a push that came before under the same name: its answer may have got lost with the process that gave it.
 *
 * @throws IDEMPOTENCY_KEY_REUSED when it was another one
 */
async function acceptedBefore(
  { dataType, key, dedupeKey, write }: Writing,
  { parts }: Planning,
): Promise<Accepted | null> {
  if (dedupeKey === undefined || dedupeKey === null) return null;
  const event = await parts.store.events.getByDedupeKey(dedupeKey);
  if (event === null) return null;
  const { id, version, payload, decisions, kind } = event;
  const isSame =
    event.dataType === dataType &&
    event.key === key &&
    (isNoLongerKept(payload) || canonicalJson(payload) === canonicalJson(write(null).document));
  if (!isSame) throw keyReused();
  const verdict = kind === "record.created" ? "created" : "updated";
  const about = { dataType, key, quarantineId: null, problems: [] };
  return { verdict, version: version ?? 0, eventId: id, decisions, ...about };
}

/** @returns what is said of a name that was given to something else */
export function keyReused(): PatchbayError {
  return new PatchbayError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
}

function planNext(
  draft: Draft,
  { writing, before, next }: { writing: Writing; before: Before; next: CheckedRecord },
  planning: Planning,
): Promise<Event> {
  const { dataType, key } = writing;
  return planRecord(
    draft,
    {
      dataType,
      key,
      shard: shardOf(dataType, key),
      indexed: indexedValues(next.dataType, next.document),
      previous: before.document,
      document: next.document,
      version: before.version + 1,
      deleted: writing.deleted,
      causedBy: null,
      startFlows: true,
      dedupeKey: writing.dedupeKey ?? null,
    },
    planning,
  );
}

/** Only for whole documents that replace whatever there is: who changes or judges what there is has to see it. */
function mayBeTakenAsNew({ dataType, deleted, isWhole, judge }: Writing, { novelty }: Planning): boolean {
  return isWhole && !deleted && judge === undefined && novelty.expects(dataType);
}

/** The version that there is; without a document when there is none, or it was deleted. */
export interface Before {
  readonly version: number;
  readonly document: JsonObject | null;
}

/** A record that is not found is first taken to be new; only after a conflict is a deleted one looked for. */
async function versionBefore({ dataType, key }: Writing, again: boolean, { parts }: Planning): Promise<Before> {
  const stored = await parts.store.records.get(dataType, key);
  if (stored !== null) return { version: stored.version, document: stored.document };
  return again ? { version: await parts.store.records.version(dataType, key), document: null } : newRecord;
}

const newRecord: Before = { version: 0, document: null };
