import { createHash, randomBytes } from "node:crypto";
import type { Attachment } from "../../src/core/attachment.js";
import type { Broadcast, BroadcastRecipient } from "../../src/core/broadcast.js";
import type { Change } from "../../src/core/change.js";
import type { ConsentEntry } from "../../src/core/consent.js";
import type { Conversation } from "../../src/core/conversation.js";
import type { Effect } from "../../src/core/effect.js";
import type { ErrorCode } from "../../src/core/error-catalogue.js";
import type { Event } from "../../src/core/event.js";
import type { FlowVersion } from "../../src/core/flow.js";
import { createNewId, idOfFact } from "../../src/core/id.js";
import type { JsonObject } from "../../src/core/json.js";
import type { Message } from "../../src/core/message.js";
import type { Notification } from "../../src/core/notification.js";
import type { Operation } from "../../src/core/operation.js";
import type { Page } from "../../src/core/paging.js";
import type { QuarantinedRecord } from "../../src/core/quarantine.js";
import type { ReceivedMessage } from "../../src/core/received-message.js";
import type { Failure, Run } from "../../src/core/run.js";
import { shardOf } from "../../src/core/shard.js";

/** The instant that samples are made at. */
export const start = new Date("2026-01-02T03:04:05.678Z");

/** So many seconds after `start`. */
export function at(seconds: number): Date {
  return new Date(start.getTime() + seconds * 1_000);
}

/** Ascending ids, as one process makes them. */
export const newId = createNewId(() => start.getTime(), randomBytes);

const dataType = "shop/Order";

/** Members that a sample does not leave as they are. */
export type More<T> = Partial<T>;

export function sampleEvent(more: More<Event> = {}): Event {
  const event: Event = {
    id: newId("evt"),
    shard: 0,
    kind: "record.created",
    dataType,
    key: "R1",
    version: 1,
    payload: { id: "R1" },
    causedByRun: null,
    depth: 0,
    dedupeKey: null,
    decisions: [],
    createdAt: start,
    ...more,
  };
  return { ...event, shard: shardOf(event.dataType ?? "", event.key ?? "") };
}

/** A run that is due at `start`. */
export function sampleRun(more: More<Run> = {}): Run {
  return {
    id: newId("run"),
    shard: 7,
    flow: "shop/thank",
    flowHash: "a1b2",
    eventId: "evt_none",
    dataType,
    key: "R1",
    parent: null,
    path: "",
    item: null,
    status: "queued",
    wait: null,
    dueAt: start,
    leasedBy: null,
    fence: 0,
    wakes: 0,
    attempts: 0,
    steps: [],
    failure: null,
    stopReason: null,
    earlier: [],
    depth: 0,
    lane: "transactional",
    createdAt: start,
    updatedAt: start,
    finishedAt: null,
    ...more,
  };
}

/** A run with the event it was started by, as `claim` needs it. */
export function eventAndRun(more: More<Run> = {}): { event: Event; run: Run; changes: Change[] } {
  const event = sampleEvent();
  const run = sampleRun({ eventId: event.id, ...more });
  return { event, run, changes: [recorded(event), created(run)] };
}

/** The run as a worker gives it back when it is through. */
export function finished(run: Run, more: More<Run> = {}): Run {
  return { ...run, status: "succeeded", dueAt: null, leasedBy: null, finishedAt: at(9), updatedAt: at(9), ...more };
}

export function sampleEffect(more: More<Effect> = {}): Effect {
  const id = more.id ?? newId("eff");
  return {
    id,
    shard: 7,
    key: `shop/thank:${id}:send`,
    runId: "run_1",
    stepId: "send",
    connection: "shop/twilio",
    endpoint: "twilio/send-message",
    onRepeat: "duplicate",
    recipient: "+16175551212",
    request: { To: "+16175551212", Body: "Hey!" },
    state: "started",
    vendorId: null,
    response: null,
    failure: null,
    attempts: 1,
    intendedAt: start,
    expiresAt: null,
    firstAttemptAt: start,
    startedAt: start,
    settledAt: null,
    ...more,
  };
}

export function sampleMessage(more: More<Message> = {}): Message {
  return {
    id: newId("msg"),
    shard: 7,
    effectId: newId("eff"),
    runId: "run_1",
    flow: "shop/thank",
    connection: "shop/twilio",
    dataType,
    key: "R1",
    channel: "sms",
    from: "+15005550006",
    service: null,
    to: "+16175551212",
    body: "Hey!",
    segments: 1,
    media: [],
    vendorId: null,
    status: "pending",
    errorCode: null,
    price: null,
    createdAt: start,
    updatedAt: start,
    ...more,
  };
}

/** @param fact What makes it another entry than one of the same instant. */
export function sampleConsent(more: More<ConsentEntry> = {}, fact = ""): ConsentEntry {
  const at = more.at ?? start;
  return {
    id: idOfFact("cns", at, createHash("sha256").update(fact).digest()),
    shard: 3,
    channel: "sms",
    contact: "+16175551212",
    scope: "sender:+15005550006",
    state: "opted-out",
    how: "keyword",
    force: false,
    word: "STOP",
    messageId: "rcv_1",
    reason: null,
    by: null,
    eventId: null,
    at,
    recordedAt: start,
    ...more,
  };
}

export function sampleReceived(more: More<ReceivedMessage> = {}): ReceivedMessage {
  const id = newId("rcv");
  return {
    id,
    shard: 7,
    connection: "shop/twilio",
    channel: "sms",
    contact: "+16175551212",
    to: "+15005550006",
    body: "Yes",
    media: [],
    vendorId: `SM${id}`,
    quotes: null,
    optOut: null,
    conversationId: "cnv_1",
    eventId: "evt_1",
    answers: null,
    raw: { MessageSid: `SM${id}` },
    receivedAt: start,
    ...more,
  };
}

export function sampleAttachment(more: More<Attachment> = {}): Attachment {
  return {
    id: newId("att"),
    shard: 1,
    receivedId: "rcv_1",
    number: 0,
    connection: "test/post",
    channel: "mms",
    url: "https://vendor.example/files/1",
    statedType: "image/png",
    contentType: null,
    bytes: null,
    sha256: null,
    state: "expected",
    vendorCopy: "there",
    attempts: 0,
    dueAt: start,
    failure: null,
    noticeId: null,
    createdAt: start,
    updatedAt: start,
    ...more,
  };
}

export function sampleConversation(more: More<Conversation> = {}): Conversation {
  return {
    id: newId("cnv"),
    shard: 7,
    channel: "sms",
    contact: "+16175551212",
    state: "open",
    beginsAt: start,
    openedAt: start,
    lastReceivedAt: start,
    lastReceivedId: newId("rcv"),
    updatedAt: start,
    closedAt: null,
    ...more,
  };
}

export function sampleNotification(more: More<Notification> = {}): Notification {
  return {
    id: newId("ntf"),
    shard: 7,
    level: "info",
    state: "new",
    title: "Order R1 was confirmed",
    cause: null,
    remedy: null,
    code: null,
    fingerprint: "shop/thank:",
    flow: "shop/thank",
    runId: "run_1",
    eventId: null,
    messageId: null,
    dataType,
    key: "R1",
    retries: 0,
    request: null,
    response: null,
    createdAt: start,
    updatedAt: start,
    ...more,
  };
}

export function sampleQuarantined(more: More<QuarantinedRecord> = {}): QuarantinedRecord {
  return {
    id: newId("qua"),
    shard: 7,
    dataType,
    key: null,
    identity: null,
    recordVersion: null,
    document: { total: "ten" },
    problems: [{ path: "/total", message: "must be number" }],
    state: "held",
    eventId: null,
    count: 1,
    createdAt: start,
    updatedAt: start,
    ...more,
  };
}

export function sampleOperation(more: More<Operation> = {}): Operation {
  const [from, until] = [start.toISOString(), at(60).toISOString()];
  return {
    id: newId("opr"),
    work: { kind: "replay", eventKind: null, dataType, from, until },
    state: "running",
    perSecond: 5,
    cursor: null,
    examined: 0,
    started: 0,
    createdAt: start,
    updatedAt: start,
    finishedAt: null,
    ...more,
  };
}

export function sampleBroadcast(more: More<Broadcast> = {}): Broadcast {
  return {
    id: newId("bct"),
    name: "Spring sale",
    flow: "shop/campaign",
    flowHash: "hash",
    audience: { dataType: "shop/Order", where: { city: "Boston" }, when: "total > 10" },
    perSecond: 10,
    state: "running",
    revision: 1,
    cursor: null,
    walked: false,
    examined: 0,
    started: 0,
    excluded: {},
    estimate: null,
    createdAt: start,
    startedAt: start,
    updatedAt: start,
    finishedAt: null,
    ...more,
  };
}

export function sampleRecipient(more: More<BroadcastRecipient> = {}): BroadcastRecipient {
  const id = newId("rcp");
  return {
    ...{ id, broadcastId: "bct_1", key: id, recipient: `+1 ${id}`, runId: `run of ${id}`, outcome: "queued" },
    ...{ exclusion: null, reason: null, code: null, createdAt: start, updatedAt: start },
    ...more,
  };
}

export function sampleFlowVersion(hash: string): FlowVersion {
  return {
    hash,
    flow: {
      name: "shop/thank",
      title: "Thank",
      summary: null,
      on: { kind: "message", statuses: ["delivered"], when: null },
      steps: [{ id: "end", kind: "stop", reason: "enough", level: "info", when: null, onError: "fail" }],
    },
    translators: { "shop/t": { name: "shop/t", title: "T", from: null, to: null, source: "{}" } },
    collection: null,
  };
}

export const failure: Failure = { code: "ENDPOINT_BUSY", message: "slow down", remedy: "wait" };

/** One version of a record: its event, and the change that makes it the newest. */
export interface Version {
  readonly key: string;
  readonly version: number;
  readonly dataType?: string;
  readonly document?: JsonObject;
  readonly deleted?: boolean;
  readonly indexed?: Readonly<Record<string, string>>;
  readonly at?: Date;
}

/** Writes one version of a record. */
export function recordVersion(version: Version): { event: Event; written: Change; changes: Change[] } {
  const { key, deleted = false, document = { id: key, version: version.version } } = version;
  const type = version.dataType ?? dataType;
  const event = sampleEvent({
    kind: deleted ? "record.deleted" : version.version === 1 ? "record.created" : "record.updated",
    dataType: type,
    key,
    version: version.version,
    payload: document,
  });
  const written: Change = {
    kind: "record-written",
    dataType: type,
    key,
    shard: event.shard,
    version: version.version,
    eventId: event.id,
    deleted,
    indexed: version.indexed ?? {},
    at: version.at ?? start,
  };
  return { event, written, changes: [written, recorded(event)] };
}

export function recorded(event: Event): Change {
  return { kind: "event-recorded", event };
}

export function created(run: Run): Change {
  return { kind: "run-created", run };
}

export function advanced(run: Run): Change {
  return { kind: "run-advanced", run };
}

export function intended(effect: Effect): Change {
  return { kind: "effect-intended", effect };
}

export function moved(effect: Effect): Change {
  return { kind: "effect-moved", effect };
}

export function told(message: Message): Change {
  return { kind: "message-recorded", message };
}

export function raised(notification: Notification): Change {
  return { kind: "notification-raised", notification };
}

/** The error code of each promise in turn, null for one that was kept. */
export async function codes(promises: readonly Promise<unknown>[]): Promise<(ErrorCode | null)[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => (outcome.status === "fulfilled" ? null : outcome.reason.code));
}

/** Walks a list page by page, and gives the pages. */
export async function walk<T>(list: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | undefined;
  for (let count = 0; count < 50; count++) {
    const { items, next } = await list(cursor);
    pages.push([...items]);
    if (next === null) return pages;
    cursor = next;
  }
  throw new Error("the list has no end");
}
