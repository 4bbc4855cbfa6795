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
  if (on.manual) return { kind: "manual", when: null };
  if (on.schedule !== undefined) {
    const { schedule: cron, timeZone = "", missed = "once" } = on;
    return { kind: "schedule", cron, timeZone, missed, when: null };
  }
  if (on.silence !== undefined) {
    const forMs = duration(on.for, "/on/for");
    return { kind: "silence", dataType: qualified(on.silence, namespace), forMs, when: null };
  }
  return {
    kind: "record",
    dataType: qualified(on.record ?? "", namespace),
    events: on.events ?? ["created"],
    changed: on.changed ?? [],
    when,
    mode: on.mode ?? (when === null ? "while-true" : "becomes-true"),
  };
}
