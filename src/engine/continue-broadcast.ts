import type { Broadcast, BroadcastRecipient, RecipientOutcome } from "../core/broadcast.js";
import type { StoredRecord } from "../core/record.js";
import { isFinished } from "../core/run.js";
import { hasMoved, next } from "./broadcasts.js";
import { cancelRun } from "./cancel-run.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import { type Excluded, type Judged, judgeRecord, type Sending, startOf } from "./judge-recipient.js";
import { noticeOfBroadcast } from "./notify.js";
import { planStart } from "./plan-event.js";
import { newsOfMessage, newsOfRun } from "./plan-recipient-news.js";
import { type Planning, stampOf } from "./planning.js";
import { duplicate } from "./preview-broadcast.js";

/** Recipients started in one commit at most. */
const BATCH = 50;
/** Records read at a time. */
const PAGE = 100;
/** Recipients that are started and not called yet, at most: so many a pause has to keep back, and memory has to hold. */
const MAX_QUEUED = 1_000;
/** Recipients looked at in one go when only those are left that were started. */
const LOOK = 50;

/** How far one go has come. */
export interface Progress {
  /** Recipients started. */
  readonly started: number;
  /** Whether there may be more to do at once. */
  readonly more: boolean;
}

const nothing: Progress = Object.freeze({ started: 0, more: false });

/**
 * Carries a broadcast on by one commit: starts the next recipients, together with its own progress, so that after a crash it
 * goes on behind the last one. When all records were looked at, it ends once everybody's turn has come.
 *
 * @param count How many may be started.
 */
export async function continueBroadcast(id: string, count: number, planning: Planning): Promise<Progress> {
  const broadcast = await planning.parts.store.broadcasts.get(id);
  if (broadcast === null || broadcast.finishedAt !== null) return nothing;
  try {
    if (broadcast.state === "stopped") return await endStopped(broadcast, planning);
    if (broadcast.state !== "running") return nothing;
    return broadcast.walked ? await endWalked(broadcast, planning) : await walkOn(broadcast, count, planning);
  } catch (error) {
    if (hasMoved(error)) return nothing;
    throw error;
  }
}

async function walkOn(broadcast: Broadcast, count: number, planning: Planning): Promise<Progress> {
  const { store } = planning.parts;
  const queued = await store.broadcasts.count(broadcast.id, "queued", MAX_QUEUED);
  if (queued >= MAX_QUEUED) return catchUpAll(await openRecipients(broadcast, planning), planning);
  const room = Math.min(count, BATCH, MAX_QUEUED - queued);
  if (room <= 0) return nothing;
  const version = broadcast.flowHash === null ? null : await store.flows.version(broadcast.flowHash);
  if (version === null) throw new Error(`the flow version of the broadcast ${broadcast.id} is missing`);
  const { dataType, where } = broadcast.audience;
  const page = await store.records.walk({ dataType, where }, { after: broadcast.cursor, limit: PAGE });
  const sending = { broadcast, version };
  const { judged, looked } = await judgePage(page, { sending, room }, planning);
  const walked = looked === page.length && page.length < PAGE;
  await commitBatch(sending, { judged, looked: page.slice(0, looked), walked }, planning);
  const started = judged.filter(({ excluded }) => excluded === null).length;
  return { started, more: !walked };
}

interface JudgedPage {
  readonly judged: readonly Judged[];
  /** How many records of the page were looked at. */
  readonly looked: number;
}

async function judgePage(
  page: readonly StoredRecord[],
  { sending, room }: { sending: Sending; room: number },
  planning: Planning,
): Promise<JudgedPage> {
  const judged: Judged[] = [];
  const persons = new Set<string>();
  let started = 0;
  let looked = 0;
  for (const record of page) {
    if (started >= room) break;
    looked++;
    if (!(await isNew(record, sending, planning))) continue;
    const one = await judgeRecord(sending, record, planning);
    if (one === null) continue;
    const excluded = one.excluded ?? (await duplicateOf(one, { sending, persons }, planning));
    judged.push({ ...one, excluded });
    if (excluded !== null) continue;
    started++;
    if (one.recipient !== null) persons.add(one.recipient);
  }
  return { judged, looked };
}

/**
 * A record that was changed since the start may have had its turn: changed records come again at the end of the walk. One that
 * was made since was not in the audience that somebody confirmed.
 */
async function isNew(
  { key, version, updatedAt }: StoredRecord,
  { broadcast }: Sending,
  { parts }: Planning,
): Promise<boolean> {
  if (broadcast.startedAt === null || updatedAt <= broadcast.startedAt) return true;
  return version > 1 && (await parts.store.broadcasts.ofRecord(broadcast.id, key)) === null;
}

async function duplicateOf(
  { recipient }: Judged,
  { sending, persons }: { sending: Sending; persons: ReadonlySet<string> },
  { parts }: Planning,
): Promise<Excluded | null> {
  if (recipient === null) return null;
  const isSecond =
    persons.has(recipient) || (await parts.store.broadcasts.ofPerson(sending.broadcast.id, recipient)) !== null;
  return isSecond ? duplicate(recipient) : null;
}

async function commitBatch(
  sending: Sending,
  { judged, looked, walked }: { judged: readonly Judged[]; looked: readonly StoredRecord[]; walked: boolean },
  planning: Planning,
): Promise<void> {
  const { broadcast } = sending;
  const at = new Date(planning.parts.now());
  const excluded = { ...broadcast.excluded };
  for (const one of judged) {
    const reason = one.excluded?.exclusion;
    if (reason !== undefined) excluded[reason] = (excluded[reason] ?? 0) + 1;
  }
  const moved: Broadcast = {
    ...next(broadcast, at),
    cursor: looked.at(-1)?.eventId ?? broadcast.cursor,
    walked,
    examined: broadcast.examined + looked.length,
    started: broadcast.started + judged.filter((one) => one.excluded === null).length,
    excluded,
  };
  const plan = async (draft: Draft): Promise<void> => {
    draft.changes.push({ kind: "broadcast-moved", broadcast: moved });
    for (const one of judged) await planRecipient(draft, { sending, judged: one }, planning);
  };
  await commitPlan(planning, plan, true);
}

async function planRecipient(
  draft: Draft,
  { sending, judged }: { sending: Sending; judged: Judged },
  planning: Planning,
): Promise<void> {
  const { parts } = planning;
  const { record, excluded, recipient } = judged;
  const event = excluded === null ? await planStart(draft, startOf(sending, record), planning) : null;
  const at = new Date(parts.now());
  const added: BroadcastRecipient = {
    id: parts.newId("rcp"),
    broadcastId: sending.broadcast.id,
    key: record.key,
    recipient,
    runId: event?.decisions[0]?.runId ?? null,
    outcome: excluded === null ? "queued" : "excluded",
    exclusion: excluded?.exclusion ?? null,
    reason: excluded?.reason ?? null,
    code: excluded?.code ?? null,
    createdAt: at,
    updatedAt: at,
  };
  draft.changes.push({ kind: "recipient-added", recipient: added });
}

/** Ends a broadcast whose records were all looked at, once nobody is left who was started and has not been called. */
async function endWalked(broadcast: Broadcast, planning: Planning): Promise<Progress> {
  const open = await openRecipients(broadcast, planning);
  if (open.length === 0) {
    await end(broadcast, { state: "done", word: "is done" }, planning);
    return nothing;
  }
  return catchUpAll(open, planning);
}

async function catchUpAll(recipients: readonly BroadcastRecipient[], planning: Planning): Promise<Progress> {
  for (const { runId } of recipients) if (runId !== null) await catchUp(runId, planning);
  return nothing;
}

/** Ends the runs that a stopped broadcast has started and that have not called, and then the broadcast. */
async function endStopped(broadcast: Broadcast, planning: Planning): Promise<Progress> {
  const open = await openRecipients(broadcast, planning);
  if (open.length === 0) {
    await end(broadcast, { state: "stopped", word: "was stopped" }, planning);
    return nothing;
  }
  for (const { runId } of open) if (runId !== null) await callOff(runId, broadcast, planning);
  return { started: 0, more: true };
}

/** The last of those who were started and have not been called. */
async function openRecipients({ id }: Broadcast, { parts }: Planning): Promise<readonly BroadcastRecipient[]> {
  const of = async (outcome: RecipientOutcome): Promise<readonly BroadcastRecipient[]> =>
    (await parts.store.broadcasts.recipients(id, { outcome }, { limit: LOOK })).items;
  const queued = await of("queued");
  return queued.length > 0 ? queued : of("waiting");
}

async function callOff(runId: string, { name }: Broadcast, planning: Planning): Promise<void> {
  const run = await planning.parts.store.runs.get(runId);
  if (run === null || isFinished(run.status)) return catchUp(runId, planning);
  await cancelRun(runId, { reason: `the broadcast "${name}" was stopped`, level: "info" }, planning);
  await catchUp(runId, planning);
}

/**
 * Says once more what a run and its message have come to: news may have been stored by a process that was about to lose the run,
 * and of a run that is gone nothing more will be heard.
 */
async function catchUp(runId: string, { parts }: Planning): Promise<void> {
  const { store } = parts;
  const run = await store.runs.get(runId);
  const { items } = await store.messages.list({ runId }, { limit: 10 });
  const at = new Date(parts.now());
  const gone = { runId, outcome: "not-sent", reason: "its run is no longer kept", code: null, at } as const;
  const news = [...items.flatMap(newsOfMessage), ...(run === null ? [gone] : newsOfRun(run))];
  if (news.length > 0) await store.commit(news.map((one) => ({ kind: "recipient-moved", news: one })));
}

async function end(
  broadcast: Broadcast,
  { state, word }: { state: "done" | "stopped"; word: string },
  planning: Planning,
): Promise<void> {
  const { parts } = planning;
  const counts = await parts.store.broadcasts.counts(broadcast.id);
  const at = new Date(parts.now());
  const ended: Broadcast = { ...next(broadcast, at), state, finishedAt: at };
  const said = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  const title = `The broadcast "${broadcast.name}" ${word}: ${said.length === 0 ? "nobody was in it" : said.join(", ")}`;
  const cause = `${broadcast.examined} records were looked at. Who got what: patchbay broadcast show ${broadcast.id} --recipients`;
  await commitPlan(planning, async (draft) => {
    draft.changes.push({ kind: "broadcast-moved", broadcast: ended });
    draft.changes.push(noticeOfBroadcast(broadcast, { level: "notice", title, cause }, stampOf(parts)));
  });
}
