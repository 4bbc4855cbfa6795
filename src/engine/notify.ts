import type { Broadcast } from "../core/broadcast.js";
import type { Change } from "../core/change.js";
import type { ErrorCode } from "../core/error-catalogue.js";
import { type Concern, type ConnectionSwitch, nameOfConcern } from "../core/inspection.js";
import type { JsonObject } from "../core/json.js";
import type { Message, MessageReport } from "../core/message.js";
import type { Notification, NotificationLevel } from "../core/notification.js";
import type { QuarantinedRecord } from "../core/quarantine.js";
import type { Failure, Run } from "../core/run.js";
import { shardOf } from "../core/shard.js";

/** What a notification is about, besides its run. */
export interface Notice {
  readonly level: NotificationLevel;
  readonly title: string;
  readonly failure?: Failure | null;
  /** Longer text when there is no failure to explain. */
  readonly cause?: string | null;
  readonly messageId?: string | null;
  readonly request?: JsonObject | null;
  readonly response?: JsonObject | null;
  /** The ledger row that has the same request and response, and keeps them; absent for none. */
  readonly keptBy?: string | null;
}

/** What every notification needs: its id and its instant. */
export interface Stamp {
  readonly id: string;
  readonly at: Date;
}

/** Raises a notification about a run. */
export function noticeOfRun(run: Run, notice: Notice, stamp: Stamp): Change {
  const { id, shard, flow, eventId, dataType, key, attempts } = run;
  return raise({ shard, flow, runId: id, eventId, dataType, key, retries: Math.max(0, attempts - 1) }, notice, stamp);
}

/** Raises a notification about an event that no run stands for: a predicate that failed, flows in a circle, a webhook that leads to nothing. */
export function noticeOfEvent(
  event: { id: string; shard: number; dataType: string | null; key: string | null },
  { flow, fingerprint, ...notice }: Notice & { flow: string | null; fingerprint?: string },
  stamp: Stamp,
): Change {
  const subject = { flow, runId: null, eventId: event.id, dataType: event.dataType, key: event.key };
  const equal = fingerprint === undefined ? {} : { fingerprint };
  return raise({ ...subject, shard: event.shard, retries: 0, ...equal }, notice, stamp);
}

/** Raises a notification about a message that was not delivered. */
export function noticeOfMessage(
  message: Message,
  { report, eventId }: { report: MessageReport; eventId: string },
  stamp: Stamp,
): Change {
  const code: ErrorCode = report.optedOut ? "RECIPIENT_OPTED_OUT" : "MESSAGE_NOT_DELIVERED";
  const why = report.errorCode === null ? "" : ` (${report.errorCode})`;
  const failure: Failure = {
    code,
    message: report.cause ?? `The vendor gave no reason${why}`,
    remedy: report.remedy ?? "Check the number, then try another channel.",
  };
  const subject = { flow: message.flow, runId: message.runId, eventId, dataType: message.dataType, key: message.key };
  return raise(
    { ...subject, shard: message.shard, retries: 0 },
    {
      // That somebody has opted out is no error: it is heeded from now on.
      level: report.optedOut ? "info" : "error",
      title: `Message to ${message.to} ${report.status}${why}`,
      failure,
      messageId: message.id,
      response: report.raw,
    },
    stamp,
  );
}

/** Raises a notification about a message of which no report tells. */
export function noticeAboutMessage(message: Message, notice: Notice, stamp: Stamp): Change {
  const { shard, flow, dataType, key, id: messageId } = message;
  const subject = { shard, flow, runId: message.runId, eventId: null, dataType, key, retries: 0 };
  return raise(subject, { ...notice, messageId }, stamp);
}

/** Raises a notification about a pushed record that does not fit its data type and is kept. */
export function noticeOfQuarantine(record: QuarantinedRecord, problems: string, stamp: Stamp): Change {
  const { id, shard, dataType, key } = record;
  const failure: Failure = {
    code: "RECORD_INVALID",
    message: problems,
    remedy: `Correct it and release it: patchbay quarantine release ${id} --file corrected.json`,
  };
  const subject = { shard, flow: null, runId: null, eventId: null, dataType, key, retries: 0 };
  const title = `A ${dataType} is in quarantine${key === null ? "" : `: ${key}`}`;
  return raise(subject, { level: "error", title, failure, request: { quarantineId: id } }, stamp);
}

/** Raises a notification about a second message of one call: what must not happen, so somebody has to know. */
export function noticeOfDouble(
  message: Message,
  { report, eventId }: { report: MessageReport; eventId: string },
  stamp: Stamp,
): Change {
  const failure: Failure = {
    code: "MESSAGE_DUPLICATED",
    message: `The vendor reports ${report.vendorId} for a call that made ${message.vendorId}`,
    remedy: "Tell the customer, and raise RECONCILE_AFTER_MS: the vendor's list may show messages later than that.",
  };
  const subject = { flow: message.flow, runId: message.runId, eventId, dataType: message.dataType, key: message.key };
  const title = `Two messages to ${message.to} for one call`;
  const notice = { level: "error", title, failure, messageId: message.id, response: report.raw } as const;
  return raise({ ...subject, shard: message.shard, retries: 0 }, notice, stamp);
}

/** A connection that takes no calls because it did not answer. */
export interface Outage {
  readonly connection: string;
  /** Milliseconds since 1970, as is `until`: when the next call is tried. */
  readonly since: number;
  readonly until: number;
  /** What became of the last call; null when that is not known. */
  readonly why: string | null;
}

/** Raises a notification about a connection that does not answer. */
export function noticeOfOutage({ connection, since, until, why }: Outage, stamp: Stamp): Change {
  const [from, next] = [since, until].map((at) => new Date(at).toISOString());
  const failure: Failure = {
    code: "CONNECTION_SILENT",
    message: `Calls have not been answered, the last one at ${from}${why === null ? "" : `: ${why}`}. The next is tried at ${next}.`,
    remedy: `Nothing is lost: calls wait, and go out when ${connection} answers again. If it lasts, look at the vendor's status page and at the network; patchbay runs list --status waiting shows what waits.`,
  };
  const subject = { shard: shardOf("connection", connection), flow: null, runId: null, eventId: null };
  const title = `${connection} does not answer${why === null ? "" : `: ${why}`}`;
  return raise(
    { ...subject, dataType: null, key: null, retries: 0, fingerprint: outageFingerprint(connection) },
    { level: "error", title, failure },
    stamp,
  );
}

/** Raises a notification that a sender, or a connection, has sent what it may on one day. */
export function noticeOfCap(
  { subject, name, most, until }: { subject: string; name: string; most: number; until: number },
  shard: number,
  stamp: Stamp,
): Change {
  const failure: Failure = {
    code: "DAILY_CAP_REACHED",
    message: `${name} may send ${most} a day; what is left goes out from ${new Date(until).toISOString()} on. The last tenth is kept for transactional messages.`,
    remedy:
      "Nothing is lost. If the vendor allows more, raise the dailyCap in the connection's settings; patchbay runs list --status waiting shows what waits.",
  };
  const about = { shard, flow: null, runId: null, eventId: null, dataType: null, key: null, retries: 0 };
  const fingerprint = `${subject}:DAILY_CAP_REACHED`;
  return raise(
    { ...about, fingerprint },
    { level: "warning", title: `${name} has sent what it may today`, failure },
    stamp,
  );
}

/** Raises a notification about a broadcast as a whole. */
export function noticeOfBroadcast({ id, flow }: Pick<Broadcast, "id" | "flow">, notice: Notice, stamp: Stamp): Change {
  const subject = { shard: shardOf("broadcast", id), flow, runId: null, eventId: null, dataType: null, key: null };
  return raise({ ...subject, retries: 0, fingerprint: `broadcast:${notice.level}` }, notice, stamp);
}

/** Names the issue of a connection's outages. */
export function outageFingerprint(connection: string): string {
  return `${connection}:CONNECTION_SILENT`;
}

/** Raises a notification about what an operator should know of a connection's account. */
export function noticeOfConcern(connection: string, concern: Concern, stamp: Stamp): Change {
  const { level, message, remedy } = concern;
  const failure: Failure = { code: "CONNECTION_UNHEALTHY", message, remedy };
  const notice = {
    level: level === "problem" ? "error" : "warning",
    title: `${connection}: ${message}`,
    failure,
  } as const;
  const fingerprint = unhealthyFingerprint(connection, nameOfConcern(concern));
  return noticeOfConnection({ connection, fingerprint }, notice, stamp);
}

/** Names the issue of one concern of a connection. */
export function unhealthyFingerprint(connection: string, concern: string): string {
  return `${connection}:CONNECTION_UNHEALTHY:${concern}`;
}

/** Says who has switched a connection off, or on again. */
export function noticeOfSwitch({ connection, active, by, reason }: ConnectionSwitch, stamp: Stamp): Change {
  const who = by === null ? "" : ` by ${by}`;
  const title = `${connection} was ${active ? "activated" : "deactivated"}${who}${reason === null ? "" : `: ${reason}`}`;
  return noticeOfConnection({ connection }, { level: "notice", title }, stamp);
}

/** Raises a notification about a connection. */
export function noticeOfConnection(
  { connection, fingerprint }: { readonly connection: string; readonly fingerprint?: string },
  notice: Notice,
  stamp: Stamp,
): Change {
  const subject = { shard: shardOf("connection", connection), flow: null, runId: null, eventId: null, dataType: null };
  const equal = fingerprint ?? `${connection}:${notice.level}`;
  return raise({ ...subject, key: null, retries: 0, fingerprint: equal }, notice, stamp);
}

type Subject = Pick<Notification, "shard" | "flow" | "runId" | "eventId" | "dataType" | "key" | "retries"> & {
  /** When it is not the flow or the data type that makes failures equal. */
  readonly fingerprint?: string;
};

/** What is spread comes last: V8 makes a new shape for each member behind it, which took 10 µs for each notification. */
function raise(subject: Subject, notice: Notice, { id, at }: Stamp): Change {
  const failure = notice.failure ?? null;
  const notification: Notification = {
    id,
    level: notice.level,
    state: "new",
    title: notice.title,
    cause: failure?.message ?? notice.cause ?? null,
    remedy: failure?.remedy ?? null,
    code: failure?.code ?? null,
    fingerprint: subject.fingerprint ?? `${subject.flow ?? subject.dataType ?? "-"}:${failure?.code ?? notice.level}`,
    messageId: notice.messageId ?? null,
    request: notice.request ?? null,
    response: notice.response ?? null,
    createdAt: at,
    updatedAt: at,
    ...subject,
  };
  return { kind: "notification-raised", notification, keptBy: notice.keptBy ?? null };
}
