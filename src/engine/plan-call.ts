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
import { endpointKey, newEffect, newMessage, readLedger } from "./ledger.js";
import { meet, planAttempt, restBehind } from "./plan-attempt.js";
import { planFind, proven } from "./plan-find.js";
import type { CallToPlan, RunPlanning, RunToPlan, StepOutcome } from "./planning.js";
import { planRest } from "./rest.js";

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
export async function planCall(
  draft: Draft,
  { step, payload, toPlan }: { step: CallStep; payload: Json | undefined; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { parts } = planning;
  const key = effectKey(toPlan.run, step.id);
  const known = toPlan.isFirst ? null : await parts.store.effects.getByKey(key);
  if (known !== null) return meetKnown(draft, { step, toPlan, known, payload }, planning);
  const open = requireConnection(step, planning);
  const call: CallToPlan = { step, toPlan, open };
  const prepared = prepareCall(step, payload, open);
  const effect = newEffect({ key, step, run: toPlan.run, prepared, open }, parts);
  const message = prepared.message === null ? null : newMessage(prepared.message, { effect, run: toPlan.run }, parts);
  return planAttempt(draft, { effect, message, from: null, ...call }, planning);
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
  return planAttempt(draft, { ...call, ...again({ ...call, known, message, payload }, planning) }, planning);
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

/** The next attempt sends what the ledger has; only a refused call is prepared anew, since something was put right. */
function again(
  {
    known,
    message,
    payload,
    step,
    open,
    toPlan,
  }: CallToPlan & { known: Effect; message: Message | null; payload: Json | undefined },
  { parts }: RunPlanning,
): Pick<Attempt, "effect" | "message" | "from"> {
  const isOwn = known.runId === toPlan.run.id;
  const mine = { ...known, runId: toPlan.run.id, firstAttemptAt: isOwn ? known.firstAttemptAt : null };
  if (known.state !== "refused") return { effect: mine, message, from: known.state };
  const prepared = prepareCall(step, payload, open);
  const fresh = newEffect({ key: known.key, step, run: toPlan.run, prepared, open }, parts);
  const { request, recipient, expiresAt, onRepeat, connection, endpoint } = fresh;
  const effect = {
    ...mine,
    request,
    recipient,
    expiresAt,
    onRepeat,
    connection,
    endpoint,
    vendorId: null,
    response: null,
  };
  const renewed = prepared.message === null ? null : newMessage(prepared.message, { effect, run: toPlan.run }, parts);
  return { effect, message: renewed === null ? null : { ...renewed, id: message?.id ?? renewed.id }, from: "refused" };
}

function requireConnection(step: CallStep, { catalog }: RunPlanning): OpenConnection {
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

function prepareCall(step: CallStep, payload: Json | undefined, open: OpenConnection): PreparedCall {
  if (!isJsonObject(payload)) {
    throw new PatchbayError("PAYLOAD_INVALID", `The \`with\` of step ${step.id} must give an object`);
  }
  return open.connection.prepare(endpointKey(step.endpoint), payload);
}
