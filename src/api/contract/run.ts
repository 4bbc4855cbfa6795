import type { Effect } from "../../core/effect.js";
import type { Message } from "../../core/message.js";
import { type Run, type RunWait, runStatuses } from "../../core/run.js";
import { lanes } from "../../core/sending.js";
import { describeWait } from "../wait-words.js";
import { message, toMessageView } from "./message.js";
import {
  anyJson,
  anyObject,
  array,
  described,
  flag,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
  toOptionalInstant,
} from "./schema.js";

export const failure = named("Failure", object({ code: text(), message: text(), remedy: text() }));

const step = named(
  "StepResult",
  object({
    id: text(),
    outcome: oneOf(["done", "skipped", "failed", "suppressed"]),
    output: described("`{ noLongerKept: true }` when it has gone by its age.", anyJson),
    failure: nullable(failure),
    finishedAt: instant,
  }),
);

const parent = named(
  "RunParent",
  object({ runId: text(), stepId: text(), index: described("Of the item, from 0.", integer({ minimum: 0 })) }),
);

const wait = named(
  "RunWait",
  object(
    {
      kind: oneOf([
        "retry",
        "connection",
        "quiet-hours",
        "daily-cap",
        "broadcast",
        "turn",
        "outcome",
        "awaited",
        "items",
      ]),
      summary: described("In plain words.", text()),
    },
    {
      effectId: text(),
      connection: text(),
      reason: text(),
      placeAt: described("Its place in the pace that processes share; null when it has none.", nullable(text())),
      off: described("Given when the connection is switched off.", flag()),
      behind: described("The run or the effect that comes first.", text()),
      asked: described("How often the vendor was asked.", integer({ minimum: 0 })),
      stepId: text(),
      since: text(),
      until: text(),
      timeZone: described("Whose quiet hours.", text()),
      of: described("Whose daily cap: a sender's or a connection's.", text()),
      most: described("The daily cap.", integer({ minimum: 1 })),
      record: nullable(object({ dataType: text(), key: text(), version: integer({ minimum: 0 }) })),
      total: described("How many items there are.", integer({ minimum: 0 })),
      next: described("The first item that has no run yet.", integer({ minimum: 0 })),
    },
  ),
);

const runEnd = named(
  "RunEnd",
  object({
    status: oneOf(["succeeded", "failed", "cancelled"]),
    failure: nullable(failure),
    stopReason: nullable(text()),
    endedAt: instant,
    retriedAt: instant,
  }),
);

const runMembers = {
  id: text(),
  flow: text(),
  flowHash: described("The flow version it is pinned to.", text()),
  eventId: text(),
  dataType: nullable(text()),
  key: nullable(text()),
  parent: described("Null unless it is the run of one item of an `each` step.", nullable(parent)),
  path: described("Where in the flow its steps are: empty, or `lines[3]` for the fourth item of `lines`.", text()),
  item: described("What `$item` is; null when there is none.", anyJson),
  status: oneOf(runStatuses),
  wait: described("What it rests for; null when it does not.", nullable(wait)),
  dueAt: described("When it goes on; null when it is finished.", nullable(instant)),
  attempts: integer({ minimum: 0 }),
  steps: array(step),
  failure: nullable(failure),
  stopReason: nullable(text()),
  earlier: described("How it ended before it was taken up again, oldest first; the newest 20 at most.", array(runEnd)),
  depth: integer({ minimum: 0 }),
  lane: described("Workers take transactional runs first.", oneOf(lanes)),
  createdAt: instant,
  updatedAt: instant,
  finishedAt: nullable(instant),
};

/** One execution of one flow for one event. */
export const run = named("Run", object(runMembers));

/** What a row of the ledger can be. */
export const effectStateWord = oneOf(["intended", "started", "done", "refused", "unknown"]);

/** One row of the ledger. */
export const effect = named(
  "Effect",
  object({
    id: text(),
    key: text(),
    runId: text(),
    stepId: text(),
    connection: text(),
    endpoint: text(),
    onRepeat: oneOf(["none", "same", "duplicate"]),
    recipient: nullable(text()),
    request: described("`{ noLongerKept: true }` when it has gone by its age, as the response then.", anyObject),
    picked: described(
      "Which of the call's two requests was sent, and why; null for a call that has only one.",
      nullable(object({ which: oneOf(["inside", "outside"]), why: text() })),
    ),
    state: effectStateWord,
    vendorId: nullable(text()),
    response: nullable(anyObject),
    failure: nullable(failure),
    attempts: integer({ minimum: 0 }),
    intendedAt: instant,
    expiresAt: described("After this it is not sent any more; null for no such time.", nullable(instant)),
    firstAttemptAt: described("When the first of the attempts began; null before any.", nullable(instant)),
    startedAt: described("When the newest attempt began.", nullable(instant)),
    settledAt: nullable(instant),
  }),
);

/** A run with what it did outside. */
export const runDetail = named(
  "RunDetail",
  object({ ...runMembers, effects: array(effect), messages: array(message) }),
);

/** Takes a run up again. */
export const retryRequest = named(
  "Retry",
  object(
    {},
    {
      version: described(
        "The flow version it is pinned to (the default), or the one installed now.",
        oneOf(["pinned", "newest"]),
      ),
    },
  ),
);

/** Cancels a run. */
export const cancelRequest = named(
  "Cancellation",
  object({}, { reason: described("Why, for whoever reads it later.", text({ minLength: 1, maxLength: 500 })) }),
);

/** What a person says about a call whose outcome nobody knows. */
export const settlementRequest = named(
  "Settlement",
  object({
    settlement: described(
      "`sent`: the run goes on behind it. `not-sent`: the run is failed until it is retried. `send-again`: the call is made again as soon as the connection takes calls. A cancelled run stays cancelled.",
      oneOf(["sent", "not-sent", "send-again"]),
    ),
  }),
);

/** The schemas that only a run is made of, for the list of named ones. */
export const runParts = [failure, step, parent, wait, runEnd];

export type RunView = Static<typeof run>;
export type EffectView = Static<typeof effect>;
export type RunDetailView = Static<typeof runDetail>;

export function toRunView(stored: Run): RunView {
  const { id, flow, flowHash, eventId, dataType, key, parent, path, item } = stored;
  const { status, attempts, failure, stopReason, depth } = stored;
  return {
    ...{ id, flow, flowHash, eventId, dataType, key, parent, path, item },
    ...{ status, attempts, failure, stopReason, depth, lane: stored.lane },
    wait: stored.wait === null ? null : toWaitView(stored.wait),
    dueAt: toOptionalInstant(stored.dueAt),
    earlier: stored.earlier.map((end) => ({
      ...end,
      endedAt: toInstant(end.endedAt),
      retriedAt: toInstant(end.retriedAt),
    })),
    steps: stored.steps.map((result) => ({ ...result, finishedAt: toInstant(result.finishedAt) })),
    createdAt: toInstant(stored.createdAt),
    updatedAt: toInstant(stored.updatedAt),
    finishedAt: toOptionalInstant(stored.finishedAt),
  };
}

function toWaitView(rest: RunWait): NonNullable<RunView["wait"]> {
  const summary = describeWait(rest);
  if (rest.kind === "connection") {
    const { kind, connection, reason, since, off } = rest;
    return { kind, summary, connection, reason, ...(since && { since }), ...(off && { off }) };
  }
  if (rest.kind !== "items") return { ...rest, summary };
  const { kind, stepId, total, next } = rest;
  return { kind, summary, stepId, total, next };
}

export function toEffectView(stored: Effect): EffectView {
  const { shard: _shard, session, ...shown } = stored;
  return {
    ...shown,
    picked: session?.picked ?? null,
    intendedAt: toInstant(stored.intendedAt),
    expiresAt: toOptionalInstant(stored.expiresAt),
    firstAttemptAt: toOptionalInstant(stored.firstAttemptAt),
    startedAt: toOptionalInstant(stored.startedAt),
    settledAt: toOptionalInstant(stored.settledAt),
  };
}

export function toRunDetailView(
  stored: Run,
  { effects, messages }: { effects: readonly Effect[]; messages: readonly Message[] },
): RunDetailView {
  return { ...toRunView(stored), effects: effects.map(toEffectView), messages: messages.map(toMessageView) };
}
