import type { MessageStatus } from "../../core/message.js";
import type { NotificationLevel } from "../../core/notification.js";
import type { RunStatus } from "../../core/run.js";
import type { Cell } from "../table.js";
import type { Tone } from "../terminal.js";

/** Gives a run's status with its tone. */
export function runStatusCell(status: RunStatus): Cell {
  if (status === "succeeded") return ["good", status];
  return status === "failed" ? ["bad", status] : ["careful", status];
}

/** Gives a message's status with its tone, and the vendor's error code where there is one. */
export function messageStatusCell(status: MessageStatus, errorCode: string | null): Cell {
  const text = errorCode === null ? status : `${status} (${errorCode})`;
  if (status === "delivered" || status === "read") return ["good", text];
  return status === "failed" || status === "undelivered" ? ["bad", text] : ["careful", text];
}

/** Gives a notification's level with its tone. */
export function levelCell(level: NotificationLevel): readonly [tone: Tone, text: string] {
  if (level === "error") return ["bad", level];
  return level === "info" ? ["faint", level] : ["careful", level];
}

/** Names the record that something is about: `ecommerce/Order R1`; empty for none. */
export function recordName(dataType: string | null, key: string | null): string {
  return dataType === null ? "" : `${dataType} ${key ?? ""}`.trim();
}
