import type { OpenConnection } from "../core/catalog.js";
import type { PreparedCall } from "../core/connector.js";
import type { Effect } from "../core/effect.js";
import type { CallStep } from "../core/flow.js";
import type { Message, MessageDraft } from "../core/message.js";
import type { Run } from "../core/run.js";
import type { EngineParts } from "./engine-parts.js";
import { keptSession } from "./session.js";

/** What a run does about a call that is in the ledger already. */
export type LedgerAnswer =
  /** It took effect: its answer is the step's result. */
  | "reuse"
  /** It certainly took none yet: make the (next) attempt. */
  | "attempt"
  /** Another run is about to make it. */
  | "wait"
  /** Nobody can tell. */
  | "unknown";

/**
 * Reads the ledger for a run that has come to a call. The same key is never performed twice: what is done is reused, what
 * another run has in hand is waited for, and what may have happened is not repeated unless a repetition does no harm.
 *
 * @param ownerOpen Whether the run that the row belongs to is another one and has not ended.
 */
export function readLedger(known: Effect, runId: string, ownerOpen: boolean): LedgerAnswer {
  const others = known.runId !== runId && ownerOpen;
  switch (known.state) {
    case "done":
      return "reuse";
    case "refused":
      return "attempt";
    case "intended":
      return others ? "wait" : "attempt";
    case "started":
      if (others) return "wait";
      return known.onRepeat === "duplicate" ? "unknown" : "attempt";
    case "unknown":
      if (others) return "wait";
      return known.onRepeat === "duplicate" ? "unknown" : "attempt";
  }
}

interface NewEffect {
  readonly key: string;
  readonly step: CallStep;
  readonly run: Run;
  readonly prepared: PreparedCall;
  readonly open: OpenConnection;
}

/** Makes a ledger row that nobody has attempted yet. */
export function newEffect({ key, step, run, prepared, open }: NewEffect, parts: EngineParts): Effect {
  const now = parts.now();
  const described = open.connector.endpoints.find(({ key: name }) => name === endpointKey(step.endpoint));
  return {
    id: parts.newId("eff"),
    shard: run.shard,
    key,
    runId: run.id,
    stepId: step.id,
    connection: step.connection,
    endpoint: step.endpoint,
    onRepeat: prepared.onRepeat ?? described?.onRepeat ?? "duplicate",
    recipient: prepared.recipient,
    request: prepared.request,
    state: "intended",
    vendorId: null,
    response: null,
    failure: null,
    attempts: 0,
    intendedAt: new Date(now),
    expiresAt: prepared.validForMs === null ? null : new Date(now + prepared.validForMs),
    firstAttemptAt: null,
    startedAt: null,
    settledAt: null,
    ...keptSession(prepared),
  };
}

/** Makes the message of an effect, which nobody has sent yet. */
export function newMessage(
  draft: MessageDraft,
  { effect, run }: { effect: Effect; run: Run },
  parts: EngineParts,
): Message {
  const at = new Date(parts.now());
  return {
    channel: draft.channel,
    from: draft.from,
    service: draft.service,
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
    price: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** Gives the endpoint's key without its connector: `twilio/send-message` is `send-message`. */
export function endpointKey(endpoint: string): string {
  return endpoint.slice(endpoint.indexOf("/") + 1);
}

/** Whether the vendor can be asked what became of a call. */
export function isFindable(open: OpenConnection, endpoint: string): boolean {
  return open.connector.endpoints.some(({ key, findable }) => findable && key === endpointKey(endpoint));
}
