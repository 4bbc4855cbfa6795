import { type ConsentEntry, describeScope } from "../../core/consent.js";
import type { Effect } from "../../core/effect.js";
import type { Decision, Event } from "../../core/event.js";
import type { JsonObject } from "../../core/json.js";
import type { Message } from "../../core/message.js";
import type { Run, StepResult } from "../../core/run.js";
import { describeWait } from "../wait-words.js";

/** Gives a flow's title in quotation marks, or its name when it is not installed any more. */
export type NameFlow = (flow: string) => string;

const statusWords: Readonly<Record<string, string>> = {
  accepted: "was accepted by the vendor",
  scheduled: "is scheduled at the vendor",
  queued: "is in the vendor's queue",
  sending: "is being sent",
  sent: "was handed to the phone network",
  delivered: "was delivered",
  undelivered: "was not delivered",
  failed: "could not be sent",
  canceled: "was cancelled at the vendor",
  unknown: "was scheduled, and nobody can ask any more what became of it",
  read: "was read",
  suppressed: "was not sent: the recipient has opted out",
};

/** Says what happened. */
export function describeEvent(
  { kind, dataType, key, version, causedByRun, payload, decisions }: Event,
  name: NameFlow,
): string {
  const [noun, word = ""] = kind.split(".");
  const about = dataType === null ? "" : `${dataType} ${key ?? ""}`.trim();
  if (noun === "record") {
    const times = version === null || word === "created" ? "" : ` (version ${version})`;
    return `${about} was ${word}${times}${causedByRun === null ? "" : " by a flow"}`;
  }
  if (noun === "webhook") return describeDelivery(kind.slice("webhook.".length), payload);
  if (noun === "notification") return `Flows were told of the notification (${word})`;
  const flow = startedFlow({ payload, decisions }, name);
  if (kind === "schedule.due") return `The schedule of ${flow} was due`;
  if (kind === "silence.noticed") return `Nothing had come for as long as ${flow} waits`;
  return describeStart({ causedByRun, decisions }, { flow, about });
}

/** Says what another system handed over, and by which connection. */
function describeDelivery(topic: string, payload: JsonObject): string {
  const by = wordOf(payload, "connection");
  const unreadable = wordOf(payload, "unreadable");
  const came = `${topic} came${by === null ? "" : ` by ${by}`}`;
  return unreadable === null ? came : `${came} and could not be read: ${unreadable}`;
}

function describeStart(
  { causedByRun, decisions }: Pick<Event, "causedByRun" | "decisions">,
  { flow, about }: { flow: string; about: string },
): string {
  const what = about === "" ? "" : ` for ${about}`;
  const reason = decisions[0]?.reason ?? "";
  if (reason.startsWith("broadcast ")) return `The ${reason} started ${flow}${what}`;
  return `${flow} was started ${causedByRun === null ? "by hand" : "by another flow"}${what}`;
}

/** The flow that an event of its own started: its decision names it. */
function startedFlow({ payload, decisions }: Pick<Event, "payload" | "decisions">, name: NameFlow): string {
  const flow = decisions[0]?.flow ?? payload.flow;
  return typeof flow === "string" ? name(flow) : "a flow";
}

/** Says what a vendor reported about a message. */
export function describeReport({ kind, payload }: Pick<Event, "kind" | "payload">): string {
  const status = kind.slice("message.".length);
  const to = wordOf(payload, "to");
  const code = wordOf(payload, "errorCode");
  const cause = wordOf(payload, "cause");
  const why = [code === null ? "" : ` (${code})`, cause === null ? "" : `: ${cause}`].join("");
  const isEmail = payload.channel === "email";
  if (isEmail && status === "sent") return `The e-mail to ${to} was taken over by the mail server`;
  return `The ${isEmail ? "e-mail" : "text"}${to === null ? "" : ` to ${to}`} ${statusWords[status] ?? `is ${status}`}${why}`;
}

/** Says that flows were told of a contact's opting out or in. */
export function describeConsentEvent(payload: JsonObject): string {
  const done = payload.state === "opted-in" ? "opted in" : "opted out";
  return `Flows were told that ${wordOf(payload, "contact") ?? "somebody"} has ${done}`;
}

/** Says what somebody wants, and how that is known. */
export function describeConsent({ contact, state, scope, channel, how, word, by, reason }: ConsentEntry): string {
  const what = `${contact} ${state === "opted-in" ? "opted in to" : "opted out of"} ${channel} from ${describeScope(scope)}`;
  const known = {
    keyword: `texted ${word ?? "so"}`,
    "vendor-report": `the vendor reported ${word ?? "so"}`,
    operator: `recorded by ${by ?? "an operator"}`,
    import: "from a list",
  }[how];
  return `${what}: ${known}${reason === null ? "" : ` (${reason})`}`;
}

/** Says what a customer wrote. */
export function describeReceived(payload: JsonObject): string {
  const from = wordOf(payload, "from") ?? "Somebody";
  const body = wordOf(payload, "body");
  if (body !== null) return `${from} wrote: ${body}`;
  return `${from} sent ${Array.isArray(payload.media) ? payload.media.length : 0} media`;
}

function wordOf(payload: JsonObject, name: string): string | null {
  const value = payload[name];
  return typeof value === "string" && value !== "" ? value : null;
}

/** Says why a flow did or did not start. */
export function describeDecision({ flow, verdict, reason }: Decision, name: NameFlow): string {
  if (verdict === "fired") return `${name(flow)} starts: ${reason}`;
  if (verdict === "failed") return `Whether ${name(flow)} starts could not be decided: ${reason}`;
  return `${name(flow)} does not start: ${reason}`;
}

/** Says that a run began. */
export function describeBeginning({ flow, path }: Run, name: NameFlow): string {
  return `${name(flow)} began${path === "" ? "" : ` for ${path}`}`;
}

/** Says how a run ended, or what it rests for; null when there is nothing to say yet. */
export function describeState({ flow, path, status, wait, failure, stopReason }: Run, name: NameFlow): string | null {
  const subject = `${name(flow)}${path === "" ? "" : ` for ${path}`}`;
  if (status === "failed") return `${subject} failed${failure === null ? "" : `: ${failure.message}`}`;
  if (status === "cancelled") return `${subject} was cancelled${stopReason === null ? "" : `: ${stopReason}`}`;
  if (status === "succeeded") {
    return stopReason === null ? `${subject} succeeded` : `${subject} ended early: ${stopReason}`;
  }
  return wait === null ? null : `${subject} waits for ${describeWait(wait)}`;
}

/** Says that a run was taken up again after it had ended. */
export function describeRetry({ flow, path }: Run, name: NameFlow): string {
  return `${name(flow)}${path === "" ? "" : ` for ${path}`} was taken up again`;
}

/** Says what became of a step. */
export function describeStep({ id, outcome, failure }: StepResult): string {
  if (outcome === "failed") return `Step "${id}" failed${failure === null ? "" : `: ${failure.message}`}`;
  if (outcome === "suppressed") return `Step "${id}" was not done${failure === null ? "" : `: ${failure.message}`}`;
  return outcome === "skipped" ? `Step "${id}" was skipped` : `Step "${id}" was done`;
}

/** Says that a call was made, or is about to be. */
export function describeRequest({ endpoint, recipient, startedAt, attempts, state, session }: Effect): string {
  const to = recipient === null ? "" : ` for ${recipient}`;
  if (startedAt === null) return `${endpoint} ${state === "refused" ? "was" : "is"} to be called${to}`;
  const picked = session?.picked ? `: ${session.picked.why}` : "";
  return `${endpoint} was called${to}${attempts > 1 ? ` (attempt ${attempts})` : ""}${picked}`;
}

/** Says that the attempts at a call began. */
export function describeFirst({ endpoint, recipient }: Effect): string {
  return `${endpoint} was called${recipient === null ? "" : ` for ${recipient}`} for the first time`;
}

/** Says how a call ended; null while nobody has answered. */
export function describeResponse({ endpoint, state, vendorId, failure }: Effect): string | null {
  const why = failure === null ? "" : `: ${failure.message}`;
  if (state === "done") return `${endpoint} took it${vendorId === null ? "" : ` (${vendorId})`}`;
  if (state === "refused") return `The call took no effect${why}`;
  return state === "unknown" ? `Nobody knows whether the call took effect${why}` : null;
}

/** Says what was written to whom. */
export function describeMessage({ channel, to, body, media }: Message): string {
  if (channel === "email") return `An e-mail to ${to}: ${body}`;
  if (body === "") return `A message with ${media.length} media to ${to}`;
  return `A text to ${to}: ${body}`;
}
