import type { Trigger } from "../core/flow.js";
import type { TriggerFile } from "./flow-file.js";
import { qualified } from "./qualified-name.js";
import type { MemberReading } from "./read-step.js";

/** Gives the trigger that a file's `on` means, with its defaults. */
export function toTrigger(on: TriggerFile, { namespace, duration }: MemberReading): Trigger {
  const when = on.when ?? null;
  if (on.message === "received") {
    const connection = on.connection === undefined ? null : qualified(on.connection, namespace);
    return { kind: "received", connection, when };
  }
  if (on.message) return { kind: "message", statuses: on.message, when };
  if (on.notification) return { kind: "notification", levels: on.notification, per: on.per ?? "issue", when };
  if (on.webhook !== undefined) return toWebhookTrigger({ ...on, webhook: on.webhook }, namespace);
  if (on.manual) return { kind: "manual", when: null };
  if (on.schedule !== undefined) {
    const { schedule: cron, timeZone = "", missed = "once" } = on;
    return { kind: "schedule", cron, timeZone, missed, when: null };
  }
  if (on.silence !== undefined) {
    const forMs = duration(on.for, "/on/for");
    return { kind: "silence", dataType: qualified(on.silence, namespace), forMs, when: null };
  }
  return toRecordTrigger(on, namespace);
}

function toWebhookTrigger(
  { webhook, topic = [], when }: TriggerFile & { readonly webhook: string },
  namespace: string,
): Trigger {
  const topics = typeof topic === "string" ? [topic] : topic;
  return { kind: "webhook", connection: qualified(webhook, namespace), topics, when: when ?? null };
}

function toRecordTrigger(on: TriggerFile, namespace: string): Trigger {
  const { record = "", events = ["created"], changed = [] } = on;
  const when = on.when ?? null;
  const mode = on.mode ?? (when === null ? "while-true" : "becomes-true");
  return { kind: "record", dataType: qualified(record, namespace), events, changed, when, mode };
}
