import type { Effect } from "../../core/effect.js";
import type { Message } from "../../core/message.js";
import { type Run, runStatuses } from "../../core/run.js";
import { message, toMessageView } from "./message.js";
import {
  anyJson,
  anyObject,
  array,
  described,
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

const failure = named("Failure", object({ code: text(), message: text(), remedy: text() }));

const step = named(
  "StepResult",
  object({
    id: text(),
    outcome: oneOf(["done", "skipped", "failed"]),
    output: anyJson,
    failure: nullable(failure),
    finishedAt: instant,
  }),
);

const runMembers = {
  id: text(),
  flow: text(),
  flowHash: described("The flow version it is pinned to.", text()),
  eventId: text(),
  dataType: nullable(text()),
  key: nullable(text()),
  status: oneOf(runStatuses),
  dueAt: described("When it goes on; null when it is finished.", nullable(instant)),
  attempts: integer({ minimum: 0 }),
  steps: array(step),
  failure: nullable(failure),
  stopReason: nullable(text()),
  depth: integer({ minimum: 0 }),
  createdAt: instant,
  updatedAt: instant,
  finishedAt: nullable(instant),
};

/** One execution of one flow for one event. */
export const run = named("Run", object(runMembers));

/** One row of the ledger. */
export const effect = named(
  "Effect",
  object({
    id: text(),
    key: text(),
    stepId: text(),
    connection: text(),
    endpoint: text(),
    onRepeat: oneOf(["none", "same", "duplicate"]),
    recipient: nullable(text()),
    request: anyObject,
    state: oneOf(["intended", "started", "done", "refused", "unknown"]),
    vendorId: nullable(text()),
    response: nullable(anyObject),
    failure: nullable(failure),
    attempts: integer({ minimum: 0 }),
    intendedAt: instant,
    startedAt: nullable(instant),
    settledAt: nullable(instant),
  }),
);

/** A run with what it did outside. */
export const runDetail = named(
  "RunDetail",
  object({ ...runMembers, effects: array(effect), messages: array(message) }),
);

/** The schemas that only a run is made of, for the list of named ones. */
export const runParts = [failure, step];

export type RunView = Static<typeof run>;
export type EffectView = Static<typeof effect>;
export type RunDetailView = Static<typeof runDetail>;

export function toRunView(stored: Run): RunView {
  const { id, flow, flowHash, eventId, dataType, key, status, attempts, failure, stopReason, depth } = stored;
  return {
    ...{ id, flow, flowHash, eventId, dataType, key, status, attempts, failure, stopReason, depth },
    dueAt: toOptionalInstant(stored.dueAt),
    steps: stored.steps.map((result) => ({ ...result, finishedAt: toInstant(result.finishedAt) })),
    createdAt: toInstant(stored.createdAt),
    updatedAt: toInstant(stored.updatedAt),
    finishedAt: toOptionalInstant(stored.finishedAt),
  };
}

export function toEffectView(stored: Effect): EffectView {
  const { shard: _shard, runId: _runId, ...shown } = stored;
  return {
    ...shown,
    intendedAt: toInstant(stored.intendedAt),
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
