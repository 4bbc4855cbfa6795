import { PatchbayError } from "../core/errors.js";
import { allSteps, type Step, type WaitStep } from "../core/flow.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import { messageStatuses } from "../core/message.js";
import type { Run } from "../core/run.js";
import { truthOf } from "../translation/chain-task.js";
import type { Scope } from "../translation/translation.js";
import { lookAtMessage } from "./plan-wait.js";
import type { Planning } from "./planning.js";
import { toReply } from "./received-view.js";
import type { Rehearsal } from "./rehearsal.js";

/** What a call can be supposed to end with. */
export const supposableErrors = [
  "ENDPOINT_REFUSED",
  "ENDPOINT_UNREACHABLE",
  "ENDPOINT_OUTCOME_UNKNOWN",
  "RECIPIENT_OPTED_OUT",
] as const;

type Supposing = Pick<Rehearsal, "version" | "supposed">;

/**
 * Refuses suppositions that say nothing to the flow: a dry run that heeds them in part would tell something else than what was asked.
 * @throws REQUEST_INVALID
 */
export function requireSupposable({ version, supposed }: Supposing): void {
  const steps = new Map(allSteps(version.flow.steps).map((step) => [step.id, step]));
  for (const [id, given] of Object.entries(supposed)) {
    const step = steps.get(id);
    if (step === undefined) throw invalid(id, `there is no such step; there are ${[...steps.keys()].join(", ")}`);
    const fault = faultOf(step, given);
    if (fault !== null) throw invalid(id, fault);
  }
}

function faultOf(step: Step, given: Json | undefined): string | null {
  if (step.kind === "call") return faultOfCall(given);
  if (step.kind === "wait") return saysOutcome(given) ? null : faultOfWait(step, isJsonObject(given) ? given : {});
  return step.kind === "start" ? null : "only the outcome of call, wait and start can be supposed";
}

function faultOfCall(given: Json | undefined): string | null {
  const error = isJsonObject(given) && isJsonObject(given.error) ? given.error : {};
  if (error.code === undefined || isOneOf(supposableErrors, error.code)) return null;
  return `error.code must be one of ${supposableErrors.join(", ")}`;
}

function faultOfWait({ awaited }: WaitStep, { status, reply }: JsonObject): string | null {
  if (awaited.kind === "message" && status !== undefined)
    return isOneOf(messageStatuses, status) ? null : `status must be one of ${messageStatuses.join(", ")}`;
  if (awaited.kind === "reply" && typeof reply === "string") return null;
  return 'say { "outcome": … }, or { "status": … } of a message, or { "reply": … } of a customer';
}

function isOneOf(words: readonly string[], word: Json): boolean {
  return typeof word === "string" && words.includes(word);
}

function saysOutcome(given: Json | undefined): boolean {
  return isJsonObject(given) && given.outcome !== undefined;
}

function invalid(id: string, why: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", `suppose/${id.slice(0, 100)}: ${why}`);
}

/** Fails as a call is supposed to. @throws one of `supposableErrors` */
export function failAsSupposed(given: Json | undefined): void {
  const error = isJsonObject(given) && isJsonObject(given.error) ? given.error : null;
  if (error === null) return;
  const code = supposableErrors.find((one) => one === error.code) ?? "ENDPOINT_REFUSED";
  throw new PatchbayError(code, String(error.message ?? "supposed to be so"));
}

/**
 * Gives the result of a wait as it is supposed: what becomes of the message or what the customer writes is looked at the way a run
 * looks at it; what says its outcome itself is that.
 */
export async function supposedWait(
  { awaited }: WaitStep,
  given: Json,
  { run, scope, rehearsal, planning }: { run: Run; scope: Scope; rehearsal: Supposing; planning: Planning },
): Promise<Json> {
  if (!isJsonObject(given) || saysOutcome(given)) return given;
  if (awaited.kind === "message") {
    const { status, errorCode = null } = given;
    const seen = { status: messageStatuses.find((one) => one === status) ?? "sent", vendorId: null };
    return lookAtMessage(awaited, { ...seen, errorCode: errorCode === null ? null : String(errorCode) }) ?? timeout;
  }
  if (awaited.kind !== "reply") return given;
  const sent = run.steps.find(({ id }) => id === awaited.stepId)?.output;
  const call = allSteps(rehearsal.version.flow.steps).find(({ id }) => id === awaited.stepId);
  const connection = call?.kind === "call" ? call.connection : "";
  const at = new Date(planning.parts.now());
  const reply = replyOf(String(given.reply), { sent: isJsonObject(sent) ? sent : {}, connection, at });
  const { when } = awaited;
  const fits = { input: reply, bindings: { ...scope.bindings, reply } };
  const isMeant = when === null || (await planning.parts.translation.evaluate(truthOf(when), fits)) === true;
  return isMeant ? { outcome: "happened", reply } : timeout;
}

const timeout: JsonObject = Object.freeze({ outcome: "timeout" });

function replyOf(
  body: string,
  { sent, connection, at }: { sent: JsonObject; connection: string; at: Date },
): JsonObject {
  return toReply({
    ...{ id: "rcv_supposed", vendorId: `SM${"0".repeat(32)}`, conversationId: "cnv_supposed", connection },
    ...{
      channel: "sms",
      contact: textOr(sent.to),
      to: textOr(sent.from),
      body,
      media: [],
      optOut: null,
      receivedAt: at,
    },
  });
}

function textOr(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
