import { type Command, Option } from "commander";
import { notificationLevels, notificationStates } from "../../core/notification.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface IssueFlags {
  readonly limit: number;
  readonly state?: string;
  readonly level?: string;
}

/** `issues list|acknowledge|resolve`: equal warnings and errors, counted as one. */
export function registerIssues(program: Command, open: OpenContext): void {
  const issues = program.command("issues").description("look at warnings and errors, equal ones counted as one");
  issues
    .command("list")
    .description("list issues, last seen first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(notificationStates))
    .addOption(new Option("--level <level>", "of this level only").choices(notificationLevels))
    .action(async ({ limit, state, level }: IssueFlags) => {
      const context = await open();
      const { listIssues } = await import("../issue/issues.js");
      await listIssues({ limit, state, level }, context);
    });
  registerMove(issues, "acknowledge", open);
  registerMove(issues, "resolve", open);
}

function registerMove(issues: Command, verb: "acknowledge" | "resolve", open: OpenContext): void {
  issues
    .command(verb)
    .description(verb === "resolve" ? "say that it is done with" : "say that somebody looks after it")
    .argument("<fingerprint>", "as the list shows it")
    .action(async (fingerprint: string) => {
      const context = await open();
      const { moveIssue } = await import("../issue/issues.js");
      await moveIssue(fingerprint, verb, context);
    });
}
