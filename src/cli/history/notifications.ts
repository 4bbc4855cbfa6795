import type { NotificationView } from "../../api/contract/notification.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, row } from "../table.js";
import type { Terminal } from "../terminal.js";
import { levelCell, recordName } from "./tones.js";

const levelWidth = 7;

/** Filters of the list of notifications. */
export interface NotificationQuery {
  readonly limit: number;
  readonly level: string | undefined;
  readonly state: string | undefined;
  readonly flow: string | undefined;
}

/** Lists notifications, newest first, each with its cause and remedy. */
export async function listNotifications(query: NotificationQuery, { client, terminal }: CommandContext): Promise<void> {
  const notifications = await client.list<NotificationView>("/api/v1/notifications", { ...query });
  terminal.printJson({ items: notifications });
  if (notifications.length === 0) terminal.print("There are no such notifications.");
  for (const notification of notifications) print(notification, terminal);
}

function print(notification: NotificationView, { print, paint }: Terminal): void {
  const { id, createdAt, level, state, title, cause, remedy, dataType, key } = notification;
  const mark = state === "new" ? "" : ` [${state}]`;
  const line = (...cells: readonly Cell[]): string => row(paint, cells, [localTime(createdAt).length, levelWidth]);
  print(line(localTime(createdAt), levelCell(level), `${localInstants(title)}${mark}`));
  print(line("", "", ["faint", [id, recordName(dataType, key)].filter((part) => part !== "").join("  ")]));
  if (cause !== null) print(line("", "", `Cause: ${localInstants(cause)}`));
  if (remedy !== null) print(line("", "", `What to do: ${localInstants(remedy)}`));
}
