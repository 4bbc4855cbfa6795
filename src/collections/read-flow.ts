import type { RecordEventName } from "../core/event.js";
import type { FlowDefinition, Step, Trigger } from "../core/flow.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import type { MessageStatus } from "../core/message.js";
import type { NotificationLevel } from "../core/notification.js";
import { defaultRetryPolicy, type RetryPolicy } from "../core/retry-policy.js";
import type { Grammar, GrammarPart } from "./grammar.js";
import { type ProblemList, pointerPart } from "./problem-list.js";

/** A flow's file after the grammar accepted it. */
interface FlowFile {
  readonly name: string;
  readonly title: string;
  readonly summary?: string;
  readonly on: TriggerFile;
  readonly steps: readonly StepFile[];
}

interface TriggerFile {
  readonly record?: string;
  readonly events?: readonly RecordEventName[];
  readonly changed?: readonly string[];
  readonly when?: string;
  readonly mode?: "becomes-true" | "while-true";
  readonly message?: readonly MessageStatus[];
}

interface StepFile {
  readonly id: string;
  readonly when?: string;
  readonly onError?: "fail" | "continue";
  readonly translate?: string;
  readonly input?: Json;
  readonly call?: string;
  readonly connection?: string;
  readonly with?: Json;
  readonly retry?: Partial<RetryPolicy>;
  readonly save?: string;
  readonly emitEvents?: boolean;
  readonly notify?: string;
  readonly message?: string;
  readonly stop?: string;
  readonly level?: NotificationLevel;
}

const triggerParts: Readonly<Record<string, GrammarPart>> = {
  record: "flow#/$defs/recordTrigger",
  message: "flow#/$defs/messageTrigger",
};
const stepParts: Readonly<Record<string, GrammarPart>> = {
  translate: "flow#/$defs/translateStep",
  call: "flow#/$defs/callStep",
  save: "flow#/$defs/saveStep",
  notify: "flow#/$defs/notifyStep",
  stop: "flow#/$defs/stopStep",
};
const REMEDY = "See docs/flows.md for what a flow may have.";

/** What a flow file is read with. */
export interface FlowReading {
  readonly file: string;
  readonly namespace: string;
  readonly grammar: Grammar;
  readonly problems: ProblemList;
}

/** Reads one parsed flow file; null when the grammar does not accept it (the list says why). */
export function readFlow(document: Json, { file, namespace, grammar, problems }: FlowReading): FlowDefinition | null {
  problems.errors({ file, path: "" }, grammar.check("flow", document), REMEDY);
  if (!isJsonObject(document)) return null;
  const check = (value: Json | undefined, path: string, parts: typeof stepParts): void => {
    if (!isJsonObject(value)) return;
    const kinds = Object.keys(parts).filter((kind) => Object.hasOwn(value, kind));
    const part = kinds.length === 1 ? parts[kinds[0] ?? ""] : undefined;
    if (part) problems.errors({ file, path }, grammar.check(part, value), REMEDY);
    else problems.error({ file, path }, `must have exactly one of ${Object.keys(parts).join(", ")}`, REMEDY);
  };
  check(document.on, "/on", triggerParts);
  const steps = Array.isArray(document.steps) ? document.steps : [];
  for (const [index, step] of steps.entries()) check(step, `/steps${pointerPart(index)}`, stepParts);
  if (problems.failed(file)) return null;
  return toFlow(document as unknown as FlowFile, namespace); // JSON boundary: the grammar has just checked the shape
}

/** Gives a name its collection: `order-to-sms` in `twilio` is `twilio/order-to-sms`. */
export function qualified(name: string, namespace: string): string {
  return name.includes("/") ? name : `${namespace}/${name}`;
}

function toFlow(flow: FlowFile, namespace: string): FlowDefinition {
  return {
    name: qualified(flow.name, namespace),
    title: flow.title,
    summary: flow.summary ?? null,
    on: toTrigger(flow.on, namespace),
    steps: flow.steps.map((step) => toStep(step, namespace)),
  };
}

function toTrigger(trigger: TriggerFile, namespace: string): Trigger {
  const when = trigger.when ?? null;
  if (trigger.message) return { kind: "message", statuses: trigger.message, when };
  return {
    kind: "record",
    dataType: qualified(trigger.record ?? "", namespace),
    events: trigger.events ?? ["created"],
    changed: trigger.changed ?? [],
    when,
    mode: trigger.mode ?? (when === null ? "while-true" : "becomes-true"),
  };
}

function toStep(step: StepFile, namespace: string): Step {
  const base = { id: step.id, when: step.when ?? null, onError: step.onError ?? "fail" } as const;
  const level = step.level ?? "notice";
  if (step.translate !== undefined) {
    return { ...base, kind: "translate", translator: qualified(step.translate, namespace), input: step.input ?? null };
  }
  if (step.call !== undefined) {
    return {
      ...base,
      kind: "call",
      endpoint: step.call,
      connection: qualified(step.connection ?? "", namespace),
      with: step.with as JsonObject, // the grammar requires an object
      retry: { ...defaultRetryPolicy, ...step.retry },
    };
  }
  if (step.save !== undefined) {
    const dataType = qualified(step.save, namespace);
    return { ...base, kind: "save", dataType, with: step.with ?? null, emitEvents: step.emitEvents ?? true };
  }
  if (step.notify !== undefined) {
    return { ...base, kind: "notify", level, title: step.notify, message: step.message ?? null };
  }
  return { ...base, kind: "stop", reason: step.stop ?? "", level };
}
