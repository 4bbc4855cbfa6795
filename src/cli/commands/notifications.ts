import { type Command, Option } from "commander";
import { notificationLevels, notificationStates } from "../../core/notification.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface NotificationFlags {
  readonly limit: number;
  readonly level?: string;
  readonly state?: string;
  readonly flow?: string;
}

/** `notifications list`: what operators should know. */
export function registerNotifications(program: Command, open: OpenContext): void {
  const notifications = program.command("notifications").description("look at what needs an operator");
  notifications
    .command("list")
    .description("list notifications, newest first")
    .addOption(limitOption())
    .addOption(new Option("--level <level>", "of this level only").choices(notificationLevels))
    .addOption(new Option("--state <state>", "in this state only").choices(notificationStates))
    .option("--flow <flow>", "about this flow only, namespace/name")
    .action(async ({ limit, level, state, flow }: NotificationFlags) => {
      const context = await open();
      const { listNotifications } = await import("../history/notifications.js");
      await listNotifications({ limit, level, state, flow }, context);
    });
}
