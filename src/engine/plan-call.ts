import type { OpenConnection } from "../core/catalog.js";
import type { PreparedCall } from "../core/connector.js";
import { type Effect, effectKey } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { CallStep } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { Message } from "../core/message.js";
import { isFinished } from "../core/run.js";
import type { Attempt } from "./attempt.js";
import type { Draft } from "./draft.js";
import { findTemplates } from "./known-templates.js";
import { endpointKey, newEffect, newMessage, readLedger } from "./ledger.js";
import { meet, planAttempt, restBehind } from "./plan-attempt.js";
import { planFind, proven } from "./plan-find.js";
import type { CallToPlan, RunPlanning, RunToPlan, StepOutcome } from "./planning.js";
import { planRest } from "./rest.js";
import { keptSession } from "./session.js";

/**
 * Puts a call into the ledger as `started` and into the draft, to be made once the draft is committed; or lets the run rest,
 * when somebody earlier has the recipient or the connection takes no calls.
 *
 * The ledger is asked first when the event has a past: a call that was made is not made again, and one whose outcome is
 * unknown is looked up at the vendor before it is.
 *
 * @throws ENDPOINT_OUTCOME_UNKNOWN, EFFECT_EXPIRED, CONNECTION_UNKNOWN, ENDPOINT_UNKNOWN and what the connection's
 *   `prepare` throws
 */
export function planCall(
  draft: Draft,
  { step, payload, toPlan }: { step: CallStep; payload: Json | undefined; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const key = effectKey(toPlan.run, step.id);
  if (toPlan.isFirst) return planNew(draft, { step, toPlan, key, payload }, planning);
  return planning.parts.store.effects
    .getByKey(key)
    .then((known) =>
      known === null
        ? planNew(draft, { step, toPlan, key, payload }, planning)
        : meetKnown(draft, { step, toPlan, known, payload }, planning),
    );
}

async function planNew(
  draft: Draft,
  { key, payload, step, toPlan }: Omit<CallToPlan, "open"> & { key: string; payload: Json | undefined },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { parts } = planning;
  const open = requireConnection(step, planning);
  const call: CallToPlan = { step, toPlan, open };
  const prepared = await prepareCall(draft, { payload, ...call }, planning);
  if (prepared === null) return { kind: "left" };
  const effect = newEffect({ key, step, run: toPlan.run, prepared, open }, parts);
  const message = prepared.message === null ? null : newMessage(prepared.message, { effect, run: toPlan.run }, parts);
  return planAttempt(draft, { effect, message, price: prepared.price ?? null, from: null, ...call }, planning);
}

async function meetKnown(
  draft: Draft,
  { known, payload, step, toPlan }: Omit<CallToPlan, "open"> & { known: Effect; payload: Json | undefined },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { store } = planning.parts;
  const { run, absentEffectId } = toPlan;
  const owner = known.runId === run.id ? null : await store.runs.get(known.runId);
  const message = await store.messages.getByEffect(known.id);
  const ownerOpen = owner !== null && !isFinished(owner.status);
  const isAbsent = known.id === absentEffectId && known.state === "unknown";
  const answer = isAbsent ? "attempt" : readLedger(known, run.id, ownerOpen);
  if (known.state !== "done" && known.state !== "refused" && message?.vendorId) {
    return proven(draft, { known, message, now: planning.parts.now() });
  }
  if (answer === "reuse") {
    meet(draft, { step, toPlan, effect: known, message }, "already-sent");
    return reused(known);
  }
  const call: CallToPlan = { step, toPlan, open: connectionOf(known, step, planning) };
  if (answer === "wait") {
    meet(draft, { step, toPlan, effect: known, message }, "under-way");
    if (planning.preview) return { kind: "left" };
    planRest(draft, { toPlan, ...restBehind(call, { behind: known.id, owner: known.runId }, planning) }, planning);
    return { kind: "left" };
  }
  if (answer === "unknown") {
    meet(draft, { step, toPlan, effect: known, message }, "unknown");
    return planFind(draft, { ...call, effect: known, message }, planning);
  }
  const isOwn = known.runId === run.id;
  const mine = { ...known, runId: run.id, firstAttemptAt: isOwn ? known.firstAttemptAt : null };
  if (known.state !== "refused") {
    return planAttempt(draft, { ...call, effect: mine, message, from: known.state }, planning);
  }
  const prepared = await prepareCall(draft, { ...call, payload }, planning);
  if (prepared === null) return { kind: "left" };
  return planAttempt(draft, { ...call, ...again({ ...call, mine, message, prepared }, planning) }, planning);
}

/**
 * The connection a call of the ledger belongs to: where it was made, wherever the step points by now. Only what certainly
 * took no effect is prepared anew, for the step's own.
 */
function connectionOf(known: Effect, step: CallStep, planning: RunPlanning): OpenConnection {
  const { state, connection, endpoint } = known;
  return requireConnection(state === "refused" ? step : { ...step, connection, endpoint }, planning);
}

function reused({ endpoint, vendorId, id, response }: Effect): StepOutcome {
  return { kind: "done", output: response, summary: `${endpoint} was done before (${vendorId ?? id})` };
}

/** What was refused is prepared anew, since something was put right; any other attempt sends what the ledger has. */
function again(
  { mine, message, prepared, step, open, toPlan }: CallToPlan & Again,
  { parts }: RunPlanning,
): Pick<Attempt, "effect" | "message" | "from"> {
  const fresh = newEffect({ key: mine.key, step, run: toPlan.run, prepared, open }, parts);
  const { request, recipient, expiresAt, onRepeat, connection, endpoint } = fresh;
  const { session: _before, ...kept } = mine;
  const effect = {
    ...kept,
    request,
    recipient,
    expiresAt,
    onRepeat,
    connection,
    endpoint,
    vendorId: null,
    response: null,
    failure: null,
    ...keptSession(prepared),
  };
  const renewed = prepared.message === null ? null : newMessage(prepared.message, { effect, run: toPlan.run }, parts);
  return { effect, message: renewed === null ? null : { ...renewed, id: message?.id ?? renewed.id }, from: "refused" };
}

interface Again {
  /** The ledger row, as this run's. */
  readonly mine: Effect;
  readonly message: Message | null;
  readonly prepared: PreparedCall;
}

/** @throws CONNECTION_UNKNOWN, ENDPOINT_UNKNOWN */
export function requireConnection(step: CallStep, { catalog }: Pick<RunPlanning, "catalog">): OpenConnection {
  const open = catalog.connection(step.connection);
  if (open === null) {
    throw new PatchbayError(
      "CONNECTION_UNKNOWN",
      `The step ${step.id} uses the connection ${step.connection}, which is not installed`,
    );
  }
  const connector = step.endpoint.split("/")[0];
  if (connector === open.connector.key) return open;
  throw new PatchbayError(
    "ENDPOINT_UNKNOWN",
    `The step ${step.id} calls ${step.endpoint}, but ${step.connection} is a connection of ${open.connector.key}`,
  );
}

/** Prepares a call; null when its run rests, because the template it asks for cannot be looked up yet. */
export async function prepareCall(
  draft: Draft,
  { step, payload, open, toPlan }: CallToPlan & { payload: Json | undefined },
  planning: RunPlanning,
): Promise<PreparedCall | null> {
  if (!isJsonObject(payload)) {
    throw new PatchbayError("PAYLOAD_INVALID", `The \`with\` of step ${step.id} must give an object`);
  }
  const endpoint = endpointKey(step.endpoint);
  const templates = await findTemplates(draft, { open, endpoint, payload }, planning);
  if (templates === undefined) return open.connection.prepare(endpoint, payload);
  if (!("rest" in templates)) return open.connection.prepare(endpoint, payload, templates);
  planRest(draft, { toPlan, ...templates.rest }, planning);
  return null;
}
