import type { Change } from "../core/change.js";
import type { MessageDesk } from "../core/connector.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { firstIdAt } from "../core/id.js";
import { isReported, type Message, type MessageReport, statusRank } from "../core/message.js";
import type { MessageCheck, WalkedMessage } from "../core/message-check.js";
import { nextDelayMs, type RetryPolicy } from "../core/retry-policy.js";
import type { Failure } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { EngineLimits } from "./engine-parts.js";
import { noticeAboutMessage } from "./notify.js";
import { newsOfMessage } from "./plan-recipient-news.js";
import { type Planning, stampOf } from "./planning.js";
import { isCancelled } from "./taken-back.js";

/** Names how far messages have been gone through that nobody has said the end of. */
const WALK = "unconfirmed messages";

/** Messages gone through at a time, and how often, in milliseconds. */
const WALKED_AT_ONCE = 1_000;
const WALK_MS = 10_000;

/** How much older than the deadline messages may be that are gone through first: an upgrade asks nobody about last year. */
const DAY_MS = 86_400_000;

/** Questions to the vendor at once. */
const AT_ONCE = 8;

/** Ten questions about one message, over about five days: phones that are off for longer stay unconfirmed. */
const asking: RetryPolicy = { maxAttempts: 10, baseMs: 3_600_000, capMs: DAY_MS, deadlineMs: Number.POSITIVE_INFINITY };
const takingBack: RetryPolicy = {
  maxAttempts: 12,
  baseMs: 2_000,
  capMs: 3_600_000,
  deadlineMs: Number.POSITIVE_INFINITY,
};

/** A vendor that does not say what a message has cost will hardly ever say: it cost nothing. */
const askingPrice: RetryPolicy = { ...asking, maxAttempts: 2 };

const policies = { confirm: asking, cancel: takingBack, price: askingPrice } as const;

/** Asks vendors about messages that nobody reports about, and takes back those that nobody wants any more. */
export interface MessageFollower {
  /** Begins with what is due, unless it is at work already. */
  look(planning: Planning): void;
  /** Resolves when it is not at work. */
  idle(): Promise<void>;
}

/** What the follower needs of the engine. */
export interface FollowerPlace {
  /** Takes what the vendor says, as if a webhook had said it. */
  readonly report: (report: MessageReport) => Promise<void>;
  /** Whether the engine is about to end: what was begun is done, and nothing else is begun. */
  readonly stopping: () => boolean;
}

/**
 * Makes the follower of one process; of several processes one is at work at a time.
 *
 * Messages are gone through once, along their primary key, when they are so old that their end should be known: no index
 * is kept for it on a table that every order writes to. Only those without an end are put down and asked about.
 */
export function createMessageFollower(place: FollowerPlace): MessageFollower {
  let work: Promise<void> | null = null;
  let walkedAt = Number.NEGATIVE_INFINITY;
  async function run(planning: Planning): Promise<void> {
    const { store, now, log } = planning.parts;
    try {
      if (Math.abs(now() - walkedAt) >= WALK_MS) {
        walkedAt = now();
        while (!place.stopping() && (await walkOn(planning))) walkedAt = now();
      }
      while (!place.stopping() && planning.hints.checks.isDue(now())) {
        const at = now();
        const due = await store.messages.dueChecks(new Date(at), AT_ONCE);
        if (due.length === 0) return planning.hints.checks.foundNone(at);
        await Promise.all(due.map((check) => handle(check, planning, place)));
      }
    } catch (thrown) {
      const { code, message } = toPatchbayError(thrown);
      log.error({ code, problem: message }, "messages cannot be asked about now; trying again");
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

/** @returns Whether there is more to go through. */
async function walkOn({ parts, hints }: Planning): Promise<boolean> {
  const { store, now, limits } = parts;
  const before = now() - limits.confirmAfterMs;
  const after = (await store.messages.walkPlace(WALK)) ?? firstIdAt("msg", new Date(before - DAY_MS));
  const walked = await store.messages.walk(after, new Date(before), WALKED_AT_ONCE);
  const last = walked.at(-1);
  if (last === undefined) return false;
  const at = new Date(now());
  const open = walked.flatMap((message) => {
    const purpose = purposeOf(message, limits);
    if (purpose === null) return [];
    return [checkDue({ messageId: message.id, purpose, dueAt: at, attempts: 0, noticeId: null, createdAt: at })];
  });
  await store.commit([...open, { kind: "walk-advanced", name: WALK, place: last.id }]);
  if (open.length > 0) hints.checks.expectAt(at.getTime());
  return walked.length === WALKED_AT_ONCE;
}

/** What is to be asked about a message of some age. What a message costs is asked once each, and only where that is wanted. */
function purposeOf(
  { channel, vendorId, statusRank: rank, priced }: WalkedMessage,
  { askPrices }: EngineLimits,
): MessageCheck["purpose"] | null {
  if (vendorId === null || !isReported(channel)) return null;
  if (rank < statusRank.delivered) return "confirm";
  return askPrices && !priced ? "price" : null;
}

function checkDue(check: MessageCheck): Change {
  return { kind: "message-check-due", check };
}

async function handle(check: MessageCheck, planning: Planning, place: FollowerPlace): Promise<void> {
  const { store } = planning.parts;
  const message = await store.messages.get(check.messageId);
  if (message === null || message.vendorId === null || isOver(check, message)) return done(check, planning);
  try {
    const desk = requireDesk(message, planning);
    const report = await (check.purpose === "cancel" ? desk.cancel(message.vendorId) : desk.fetch(message.vendorId));
    if (report !== null) await place.report(report);
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    if (error.code === "STORE_UNAVAILABLE") throw error;
    return again(check, message, { error, planning });
  }
  const now = (await store.messages.get(message.id)) ?? message;
  return isOver(check, now) ? done(check, planning) : again(check, now, { error: null, planning });
}

/** Nothing is left to be asked about a price that is known. Nothing is left to be taken back from a message that has left, and nothing to be asked about one that has ended. */
function isOver({ purpose }: MessageCheck, { status, price }: Message): boolean {
  if (purpose === "price") return price !== null;
  return purpose === "cancel" ? status !== "scheduled" : statusRank[status] >= statusRank.delivered;
}

function requireDesk({ connection }: Message, { catalog }: Planning): MessageDesk {
  const desk = catalog.connection(connection)?.connection.messages;
  if (desk !== undefined) return desk;
  throw new PatchbayError("CONNECTION_UNKNOWN", `The connection ${connection} is not installed, or cannot be asked`);
}

async function done({ messageId, noticeId }: MessageCheck, { parts }: Planning): Promise<void> {
  const at = new Date(parts.now());
  await parts.store.commit([
    { kind: "message-check-done", messageId },
    ...(noticeId === null ? [] : [{ kind: "notification-moved", id: noticeId, state: "resolved", at } as const]),
  ]);
}

async function again(
  check: MessageCheck,
  message: Message,
  { error, planning }: { error: PatchbayError | null; planning: Planning },
): Promise<void> {
  const { store, now, random } = planning.parts;
  const attempts = check.attempts + 1;
  const isRefused = check.purpose === "cancel" && error?.code === "ENDPOINT_REFUSED";
  const policy = policies[check.purpose];
  const isGone = error?.code === "CONNECTION_UNKNOWN";
  // A message that is still scheduled is asked about for as long as it takes, and as there is somebody to ask.
  const counted = message.status === "scheduled" && check.purpose === "confirm" && !isGone ? 1 : attempts;
  const delayMs = isRefused ? null : nextDelayMs(policy, counted, { random: Math.max(0.5, random()) });
  const why = (await isCancelled(message, store)) ? "Its run was cancelled" : "Its recipient has opted out";
  const notice = noticeOf(check, message, { error, isLast: delayMs === null, why, planning });
  const noticeId = notice?.kind === "notification-raised" ? notice.notification.id : check.noticeId;
  const next: Change =
    delayMs === null
      ? { kind: "message-check-done", messageId: check.messageId }
      : checkDue({ ...check, attempts, noticeId, dueAt: new Date(now() + delayMs) });
  const lost = isGone && delayMs === null ? planLost(message, planning) : [];
  await store.commit([next, ...lost, ...(notice === null ? [] : [notice])]);
  if (delayMs !== null) planning.hints.checks.expectAt(now() + delayMs);
}

/** Nobody will say what becomes of a scheduled message whose connection was removed: it does not stay `scheduled` for ever. */
function planLost(message: Message, { parts }: Planning): readonly Change[] {
  if (message.status !== "scheduled") return [];
  const lost = { ...message, status: "unknown", updatedAt: new Date(parts.now()) } as const;
  const news = newsOfMessage(lost).map((news) => ({ kind: "recipient-moved", news }) as const);
  const woken = { kind: "runs-woken", topics: [topics.message(message.effectId)], at: lost.updatedAt } as const;
  return [{ kind: "message-recorded", message: lost }, ...news, woken];
}

/** Once for each message: when the vendor does not know its end either, or when the last question was in vain. */
function noticeOf(
  { purpose, noticeId }: MessageCheck,
  message: Message,
  { error, isLast, why, planning }: { error: PatchbayError | null; isLast: boolean; why: string; planning: Planning },
): Change | null {
  if (noticeId !== null || purpose === "price") return null;
  if (message.status === "scheduled" && purpose === "confirm" && !isLast) return null;
  if (!isLast && (error !== null || purpose === "cancel")) return null;
  const said = error === null ? "" : ` (${error.message})`;
  const failure: Failure =
    purpose === "cancel"
      ? {
          code: "MESSAGE_NOT_CANCELLED",
          message: `${why}, but the message could not be taken back${said}`,
          remedy: `Look at it, and if it is still scheduled: patchbay messages cancel ${message.id}`,
        }
      : {
          code: "MESSAGE_NOT_CONFIRMED",
          message:
            message.status === "scheduled"
              ? `It was scheduled, and nobody can ask what became of it${said}`
              : `It is ${message.status}, and the vendor says no more${said}`,
          remedy:
            message.status === "scheduled"
              ? `It may still leave. Look at it at the vendor, or install ${message.connection} again and take it back: patchbay messages cancel ${message.id}`
              : "Not every carrier confirms. If many are like this, check that PUBLIC_URL is what the vendor can call.",
        };
  const title =
    purpose === "cancel"
      ? `The message to ${message.to} leaves all the same`
      : `No end is known of the message to ${message.to}`;
  return noticeAboutMessage(message, { level: "warning", title, failure }, stampOf(planning.parts));
}
