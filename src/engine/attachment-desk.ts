import { createHash } from "node:crypto";
import { type Attachment, PIECE_BYTES } from "../core/attachment.js";
import type { Change } from "../core/change.js";
import type { MediaDesk } from "../core/connector.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { nextDelayMs, type RetryPolicy } from "../core/retry-policy.js";
import { toFailure } from "./end-run.js";
import { noticeOfEvent } from "./notify.js";
import { type Planning, stampOf } from "./planning.js";

/** How many files are on their way at once: each may be large, and is in memory. */
const AT_ONCE = 4;

/** Pieces in one commit: three quarters of a megabyte, so that orders do not wait behind a film. */
const PIECES_AT_ONCE = 16;

/** About a day: outlasts an outage of the vendor, and a weekend's Monday morning no wrong password. */
const policy: RetryPolicy = { maxAttempts: 30, baseMs: 5_000, capMs: 3_600_000, deadlineMs: Number.POSITIVE_INFINITY };

/** Fetches the files that came with messages, and deletes them at the vendor where that is wanted. */
export interface AttachmentDesk {
  /** Begins with what is due, unless it is at work already. */
  look(planning: Planning): void;
  /** Resolves when it is not at work. */
  idle(): Promise<void>;
}

/**
 * Makes the desk of one process. Of several processes one is at work at a time; should two be, both fetch the same bytes.
 * A file is repeated until it is here or its tries are used up, which is told once.
 *
 * @param stopping Whether the engine is about to end: what was begun is done, and nothing else is begun.
 */
export function createAttachmentDesk(stopping: () => boolean): AttachmentDesk {
  let work: Promise<void> | null = null;
  async function run(planning: Planning): Promise<void> {
    const { store, now, log } = planning.parts;
    try {
      while (!stopping() && planning.hints.files.isDue(now())) {
        const at = now();
        const due = await store.attachments.due(new Date(at), AT_ONCE);
        if (due.length === 0) return planning.hints.files.foundNone(at);
        await Promise.all(due.map((attachment) => handle(attachment, planning)));
      }
    } catch (thrown) {
      const { code, message } = toPatchbayError(thrown);
      log.error({ code, problem: message }, "files that came with messages cannot be fetched now; trying again");
    }
  }
  return {
    look: (planning) => {
      work ??= run(planning).finally(() => {
        work = null;
      });
    },
    idle: async () => {
      await work;
    },
  };
}

async function handle(attachment: Attachment, planning: Planning): Promise<void> {
  const isHere = attachment.state === "kept";
  try {
    const desk = requireDesk(attachment, planning);
    if (isHere) return await removeCopy(attachment, desk, planning);
    await fetchFile(attachment, desk, planning);
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    if (error.code === "STORE_UNAVAILABLE") throw error;
    await planning.parts.store.commit(await afterFailure(attachment, error, planning));
  }
}

function requireDesk({ connection }: Attachment, { catalog }: Planning): MediaDesk {
  const desk = catalog.connection(connection)?.connection.media;
  if (desk !== undefined) return desk;
  throw new PatchbayError("CONNECTION_UNKNOWN", `The connection ${connection} is not installed`);
}

/** The pieces are durable before the file counts as here; what was kept of an earlier try is replaced. */
async function fetchFile(attachment: Attachment, desk: MediaDesk, { parts, hints }: Planning): Promise<void> {
  const { bytes, contentType } = await desk.fetch(attachment);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = PIECE_BYTES * PIECES_AT_ONCE;
  for (let at = 0; at < file.length; at += step) {
    const pieces: string[] = [];
    for (let from = at; from < Math.min(at + step, file.length); from += PIECE_BYTES) {
      pieces.push(file.toString("base64", from, Math.min(from + PIECE_BYTES, file.length)));
    }
    const first = at / PIECE_BYTES;
    await parts.store.commit([{ kind: "attachment-pieces-kept", attachmentId: attachment.id, first, pieces }]);
  }
  const at = new Date(parts.now());
  const kept: Attachment = {
    ...attachment,
    contentType,
    bytes: file.length,
    sha256: createHash("sha256").update(file).digest("hex"),
    ...{ state: "kept", attempts: 0, dueAt: desk.remove === null ? null : at, failure: null },
    ...{ noticeId: null, updatedAt: at },
  };
  await parts.store.commit([{ kind: "attachment-moved", attachment: kept }, ...resolved(attachment, at)]);
  if (kept.dueAt !== null) hints.files.expectAt(kept.dueAt.getTime());
}

async function removeCopy(attachment: Attachment, desk: MediaDesk, { parts }: Planning): Promise<void> {
  // The setting may have been switched off since.
  await desk.remove?.(attachment.url);
  const at = new Date(parts.now());
  const vendorCopy = desk.remove === null ? "there" : "deleted";
  const done: Attachment = { ...attachment, vendorCopy, attempts: 0, dueAt: null, failure: null, noticeId: null };
  const moved = { kind: "attachment-moved", attachment: { ...done, updatedAt: at } } as const;
  await parts.store.commit([moved, ...resolved(attachment, at)]);
}

function resolved({ noticeId }: Attachment, at: Date): readonly Change[] {
  return noticeId === null ? [] : [{ kind: "notification-moved", id: noticeId, state: "resolved", at }];
}

async function afterFailure(
  attachment: Attachment,
  error: PatchbayError,
  planning: Planning,
): Promise<readonly Change[]> {
  const { parts } = planning;
  const attempts = attachment.attempts + 1;
  const at = new Date(parts.now());
  const delayMs = error.code === "MEDIA_REFUSED" ? null : nextDelayMs(policy, attempts, { random: parts.random() });
  const tried = { ...attachment, attempts, failure: toFailure(error), updatedAt: at };
  if (delayMs !== null) {
    planning.hints.files.expectAt(at.getTime() + delayMs);
    return [{ kind: "attachment-moved", attachment: { ...tried, dueAt: new Date(at.getTime() + delayMs) } }];
  }
  const state = attachment.state === "kept" ? "kept" : "missed";
  const notice = await noticeOf(tried, error, planning);
  const noticeId = notice?.kind === "notification-raised" ? notice.notification.id : null;
  const ended: Attachment = { ...tried, state, dueAt: null, noticeId: noticeId ?? attachment.noticeId };
  return [{ kind: "attachment-moved", attachment: ended }, ...(notice === null ? [] : [notice])];
}

/** Null when somebody has been told already: an operator has had it tried again, and it failed again. */
async function noticeOf(attachment: Attachment, error: PatchbayError, planning: Planning): Promise<Change | null> {
  const { store } = planning.parts;
  const { id, noticeId, receivedId, attempts, state } = attachment;
  if (noticeId !== null) return null;
  const received = await store.received.get(receivedId);
  if (received === null) return null;
  const times = attempts === 1 ? "" : ` (${attempts} times)`;
  const command = `patchbay attachments fetch ${id}`;
  const [code, title, remedy] =
    state === "kept"
      ? (["MEDIA_NOT_DELETED", "could not be deleted at the vendor", error.remedy] as const)
      : error.code === "MEDIA_REFUSED"
        ? (["MEDIA_REFUSED", "is not fetched", `${error.remedy} Then: ${command}`] as const)
        : (["MEDIA_NOT_FETCHED", "could not be fetched", `Correct what the message names, then: ${command}`] as const);
  const event = { id: received.eventId, shard: received.shard, dataType: null, key: null };
  const failure = { code, message: `${error.message}${times}`, remedy };
  const notice = { level: "warning", title: `A file from ${received.contact} ${title}`, failure, flow: null } as const;
  return noticeOfEvent(event, notice, stampOf(planning.parts));
}

/** Has a file fetched that could not be. @throws ATTACHMENT_UNKNOWN, ATTACHMENT_NOT_KEPT when it is no longer kept */
export async function fetchAgain(id: string, { parts, hints }: Planning): Promise<Attachment> {
  const { store, now } = parts;
  const found = await store.attachments.get(id);
  if (found === null) throw new PatchbayError("ATTACHMENT_UNKNOWN", `There is no attachment ${id.slice(0, 100)}`);
  if (found.state === "kept") return found;
  if (found.state === "gone") {
    throw new PatchbayError(
      "ATTACHMENT_NOT_KEPT",
      `The attachment ${id} is no longer kept, here or at an address that is known`,
    );
  }
  const at = new Date(now());
  const attachment: Attachment = { ...found, state: "expected", attempts: 0, dueAt: at, updatedAt: at };
  await store.commit([{ kind: "attachment-moved", attachment }]);
  hints.files.expectAt(at.getTime());
  return attachment;
}
