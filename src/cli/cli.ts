import { Command, CommanderError } from "commander";
import { packageVersion } from "../config/package-root.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { registerAttachments } from "./commands/attachments.js";
import { registerAudit } from "./commands/audit.js";
import { registerBackup } from "./commands/backup.js";
import { registerBroadcast } from "./commands/broadcast.js";
import { registerCollection } from "./commands/collection.js";
import { registerCompact } from "./commands/compact.js";
import { registerConnection } from "./commands/connection.js";
import { registerConsent } from "./commands/consent.js";
import { registerContact } from "./commands/contact.js";
import { registerConversations } from "./commands/conversations.js";
import { registerCopy } from "./commands/copy.js";
import { registerDemo } from "./commands/demo.js";
import { registerDoctor } from "./commands/doctor.js";
import { registerEffects } from "./commands/effects.js";
import { registerEvents } from "./commands/events.js";
import { registerFlow } from "./commands/flow.js";
import { registerIssues } from "./commands/issues.js";
import { registerKey } from "./commands/key.js";
import { registerMessages } from "./commands/messages.js";
import { registerMigrate } from "./commands/migrate.js";
import { registerNotifications } from "./commands/notifications.js";
import { registerOperations } from "./commands/operations.js";
import { registerPeople } from "./commands/people.js";
import { registerPush } from "./commands/push.js";
import { registerQuarantine } from "./commands/quarantine.js";
import { registerReplay } from "./commands/replay.js";
import { registerRestore } from "./commands/restore.js";
import { registerRetention } from "./commands/retention.js";
import { registerRuns } from "./commands/runs.js";
import { registerSecret } from "./commands/secret.js";
import { registerSimulator } from "./commands/simulator.js";
import { registerStart } from "./commands/start.js";
import { registerTimeline } from "./commands/timeline.js";
import { registerTranslate } from "./commands/translate.js";
import { registerTwilio } from "./commands/twilio.js";
import { registerUser } from "./commands/user.js";
import type { CommandContext } from "./context.js";
import { type ExitCode, exitCode, exitCodeHelp, exitCodeOf } from "./exit-code.js";
import { reportError } from "./report-error.js";
import { createTerminal, type Streams } from "./terminal.js";

/** What the process gives the command line. */
export interface Surroundings extends Streams {
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Aborted when the process is asked to stop. */
  readonly stop: AbortSignal;
}

interface Outcome {
  failures: boolean;
}

/**
 * Runs one command line and resolves when its work is over. Never throws: what goes wrong is reported and becomes
 * the exit code.
 *
 * @param words Command-line arguments without the program's name.
 */
export async function runCli(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const outcome: Outcome = { failures: false };
  const program = createProgram(surroundings, outcome);
  try {
    await program.parseAsync(words, { from: "user" });
    return outcome.failures ? exitCode.failures : exitCode.ok;
  } catch (thrown) {
    if (surroundings.stop.aborted) return exitCode.interrupted;
    return reportFailure(thrown, words.includes("--json"), surroundings);
  }
}

function createProgram(surroundings: Surroundings, outcome: Outcome): Command {
  const program = new Command("patchbay")
    .description("Patchbay: low-code flows from orders to texts. One order, one message, provable.")
    .option("--json", "print one JSON document (or one per line) on standard output, and nothing else there", false)
    .version(packageVersion(), "-V, --version", "print the version of Patchbay")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      // Usage errors are reported like all others, in `reportFailure`.
      outputError: () => undefined,
    })
    .showHelpAfterError(false)
    .exitOverride()
    .addHelpText("afterAll", exitCodeHelp);
  const open = (): Promise<CommandContext> => openContext(program, surroundings, outcome);
  registerStart(program, open);
  registerDemo(program, open);
  registerSimulator(program, {
    terminal: () => createTerminal(surroundings, { json: program.opts<{ json: boolean }>().json }),
    stop: surroundings.stop,
  });
  registerPush(program, open);
  registerCollection(program, open);
  registerConnection(program, open);
  registerTwilio(program, open);
  registerFlow(program, open);
  registerRuns(program, open);
  registerMessages(program, open);
  registerConversations(program, open);
  registerConsent(program, open);
  registerContact(program, open);
  registerAttachments(program, open);
  registerNotifications(program, open);
  registerIssues(program, open);
  registerTimeline(program, open);
  registerEvents(program, open);
  registerReplay(program, open);
  registerOperations(program, open);
  registerBroadcast(program, open);
  registerQuarantine(program, open);
  registerEffects(program, open);
  registerTranslate(program, open);
  registerKey(program, open);
  registerUser(program, open);
  registerBackup(program, open);
  registerCompact(program, open);
  registerPeople(program, open);
  registerCopy(program, open);
  registerMigrate(program, open);
  registerRestore(program, open);
  registerRetention(program, open);
  registerSecret(program, open);
  registerAudit(program, open);
  registerDoctor(program, open);
  return program;
}

/** Loads what costs time only now, so that `--help` answers at once. */
async function openContext(program: Command, surroundings: Surroundings, outcome: Outcome): Promise<CommandContext> {
  const [{ readConfig }, { createClient }, { findLocalToken }] = await Promise.all([
    import("../config/config.js"),
    import("./client.js"),
    import("./local-token.js"),
  ]);
  const config = readConfig(surroundings.variables);
  const { stop } = surroundings;
  return {
    config,
    client: createClient({ url: config.serverUrl, apiKey: config.apiKey ?? (await findLocalToken(config)), stop }),
    terminal: createTerminal(surroundings, { json: program.opts<{ json: boolean }>().json }),
    variables: surroundings.variables,
    stop,
    reportFailures: () => {
      outcome.failures = true;
    },
  };
}

function reportFailure(thrown: unknown, json: boolean, surroundings: Surroundings): ExitCode {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCode.ok;
  const error = thrown instanceof CommanderError ? toUsageError(thrown) : toPatchbayError(thrown);
  if (error !== null) {
    const debug = surroundings.variables.LOG_LEVEL === "debug";
    reportError(error, createTerminal(surroundings, { json }), { debug });
  }
  return error === null ? exitCode.usage : exitCodeOf(error);
}

/** Gives null when commander has shown the help instead of saying what is wrong. */
function toUsageError({ code, message }: CommanderError): PatchbayError | null {
  if (code === "commander.help") return null;
  // What stands behind an unknown option may be a secret.
  return new PatchbayError("COMMAND_INVALID", message.replace(/^error: /, "").replace(/(--[\w-]+)=[^']*/g, "$1"));
}
