import type { OpenConnection } from "../core/catalog.js";
import type { PreparedCall } from "../core/connector.js";
import { type Effect, effectKey } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { CallStep } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { Message, MessageDraft } from "../core/message.js";
import type { Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import type { RunPlanning, RunToPlan } from "./planning.js";

/** What planning a call comes to: the call is in the draft, or it was made before and this is its answer. */
export type PlannedCall =
  | { readonly kind: "called" }
  | { readonly kind: "done"; readonly output: Json; readonly summary: string };

/**
 * Puts a call into the ledger as `started` and into the draft, to be made once the draft is committed.
 *
 * The ledger is asked first when the run has a past: a call that was made is not made again, and one whose outcome is
 * unknown is never repeated by itself unless the endpoint says that a repetition does no harm.
 *
 * @throws ENDPOINT_OUTCOME_UNKNOWN, CONNECTION_UNKNOWN, ENDPOINT_UNKNOWN and what the connection's `prepare` throws
 */
export async function planCall(
  draft: Draft,
  { step, payload, toPlan }: { step: CallStep; payload: Json | undefined; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<PlannedCall> {
  const { parts } = planning;
  const { run } = toPlan;
  const open = requireConnection(step, planning);
  const key = effectKey({ flow: run.flow, eventId: run.eventId, stepId: step.id });
  const known = toPlan.isNew ? null : await parts.store.effects.getByKey(key);
  if (known === null) {
    const prepared = prepareCall(step, payload, open);
    const effect = newEffect({ key, step, run, prepared, open }, planning);
    const message = prepared.message === null ? null : newMessage(prepared.message, { effect, run }, planning);
    draft.changes.push({ kind: "effect-intended", effect });
    addCall(draft, { step, toPlan, open, effect, message }, planning);
    return { kind: "called" };
  }
  if (known.state === "done") {
    return {
      kind: "done",
      output: known.response,
      summary: `${step.endpoint} was done before (${known.vendorId ?? known.id})`,
    };
  }
  if (known.state === "refused" && known.failure) throw new PatchbayError(known.failure.code, known.failure.message);
  if (mustNotRepeat(known)) {
    markUnknown(draft, known, planning);
    throw new PatchbayError(
      "ENDPOINT_OUTCOME_UNKNOWN",
      `The call to ${step.endpoint} was under way when Patchbay stopped, so it may have taken effect; it is not repeated by itself`,
      { effect: known.id },
    );
  }
  const effect: Effect = {
    ...known,
    state: "started",
    attempts: known.attempts + 1,
    startedAt: new Date(parts.now()),
    failure: null,
  };
  draft.changes.push({ kind: "effect-moved", effect });
  addCall(draft, { step, toPlan, open, effect, message: await parts.store.messages.getByEffect(effect.id) }, planning);
  return { kind: "called" };
}

function mustNotRepeat({ state, onRepeat }: Effect): boolean {
  return (state === "started" || state === "unknown") && onRepeat === "duplicate";
}

function markUnknown(draft: Draft, effect: Effect, { parts }: RunPlanning): void {
  if (effect.state === "unknown") return;
  draft.changes.push({
    kind: "effect-moved",
    effect: { ...effect, state: "unknown", settledAt: new Date(parts.now()) },
  });
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

/** Gives the endpoint's key without its connector: `twilio/send-message` is `send-message`. */
export function endpointKey(endpoint: string): string {
  return endpoint.slice(endpoint.indexOf("/") + 1);
}

function prepareCall(step: CallStep, payload: Json | undefined, open: OpenConnection): PreparedCall {
  if (!isJsonObject(payload)) {
    throw new PatchbayError("PAYLOAD_INVALID", `The \`with\` of step ${step.id} must give an object`);
  }
  return open.connection.prepare(endpointKey(step.endpoint), payload);
}

function newEffect(
  {
    key,
    step,
    run,
    prepared,
    open,
  }: { key: string; step: CallStep; run: Run; prepared: PreparedCall; open: OpenConnection },
  { parts }: RunPlanning,
): Effect {
  const at = new Date(parts.now());
  const described = open.connector.endpoints.find(({ key: name }) => name === endpointKey(step.endpoint));
  return {
    id: parts.newId("eff"),
    shard: run.shard,
    key,
    runId: run.id,
    stepId: step.id,
    connection: step.connection,
    endpoint: step.endpoint,
    onRepeat: described?.onRepeat ?? "duplicate",
    recipient: prepared.recipient,
    request: prepared.request,
    state: "started",
    vendorId: null,
    response: null,
    failure: null,
    attempts: 1,
    intendedAt: at,
    startedAt: at,
    settledAt: null,
  };
}

function newMessage(
  draft: MessageDraft,
  { effect, run }: { effect: Effect; run: Run },
  { parts }: RunPlanning,
): Message {
  const at = new Date(parts.now());
  return {
    channel: draft.channel,
    from: draft.from,
    to: draft.to,
    body: draft.body,
    segments: draft.segments,
    media: draft.media,
    id: parts.newId("msg"),
    shard: run.shard,
    effectId: effect.id,
    runId: run.id,
    flow: run.flow,
    connection: effect.connection,
    dataType: run.dataType,
    key: run.key,
    vendorId: null,
    status: "pending",
    errorCode: null,
    createdAt: at,
    updatedAt: at,
  };
}

function addCall(
  draft: Draft,
  call: { step: CallStep; toPlan: RunToPlan; open: OpenConnection; effect: Effect; message: Message | null },
  { parts, worker }: RunPlanning,
): void {
  const { toPlan, effect, message } = call;
  const now = parts.now();
  const run: Run = {
    ...toPlan.run,
    status: "running",
    dueAt: new Date(now + parts.limits.leaseMs),
    leasedBy: worker,
    attempts: effect.attempts,
    failure: null,
    updatedAt: new Date(now),
  };
  if (message !== null && effect.attempts === 1) draft.changes.push({ kind: "message-recorded", message });
  draft.changes.push(toPlan.isNew ? { kind: "run-created", run } : { kind: "run-advanced", run });
  draft.calls.push({ ...call, run, occasion: toPlan.occasion, version: toPlan.version });
}
