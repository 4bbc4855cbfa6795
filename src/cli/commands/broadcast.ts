import { type Command, InvalidArgumentError, Option } from "commander";
import { broadcastStates, exclusionReasons, recipientOutcomes } from "../../core/broadcast.js";
import type { OpenContext } from "../context.js";
import { limitOption, wholeNumber } from "../list-options.js";

const fastest = 1_000;
const standardPace = 10;
const idText = "the broadcast's id";

/** `broadcast create|preview|start|pause|resume|stop|list|show`: one flow for each record of an audience. */
export function registerBroadcast(program: Command, open: OpenContext): void {
  const broadcast = program
    .command("broadcast")
    .description("send to many: one flow for each record of an audience, previewed, paced and stoppable");
  registerCreate(broadcast, open);
  registerStart(broadcast, open);
  registerMoves(broadcast, open);
  registerLooks(broadcast, open);
}

interface CreateFlags {
  readonly flow: string;
  readonly dataType: string;
  readonly where: Readonly<Record<string, string>>;
  readonly when?: string;
  readonly perSecond: number;
}

function registerCreate(broadcast: Command, open: OpenContext): void {
  broadcast
    .command("create")
    .description("keep a draft; nothing is sent")
    .argument("<name>", "what people call it")
    .requiredOption("--flow <flow>", "namespace/name of the flow that is started for each record")
    .requiredOption("--data-type <type>", "namespace/Type of the records")
    .option("--where <field=value>", "only records with this value of an indexed field; may be repeated", toWhere, {})
    .option("--when <expression>", "JSONata over the record: only records for which it is true")
    .addOption(
      new Option("--per-second <n>", "recipients started a second, at most")
        .default(standardPace)
        .argParser(wholeNumber(1, fastest)),
    )
    .action(async (name: string, flags: CreateFlags) => {
      const context = await open();
      const { createBroadcast } = await import("../broadcast/create-broadcast.js");
      await createBroadcast({ name, ...flags }, context);
    });
}

function toWhere(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write field=value, such as --where city=Boston.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function registerStart(broadcast: Command, open: OpenContext): void {
  broadcast
    .command("preview")
    .description("tell who would get a draft, who would not and why, and what it would say; nothing is sent")
    .argument("<id>", idText)
    .action(async (id: string) => {
      const context = await open();
      const { showPreview } = await import("../broadcast/preview-words.js");
      await showPreview(id, context);
    });
  broadcast
    .command("start")
    .description("preview a draft, ask, start it and watch it; it goes on when you stop watching")
    .argument("<id>", idText)
    .option("--yes", "do not ask", false)
    .option("--no-watch", "do not wait for its end")
    .action(async (id: string, flags: { yes: boolean; watch: boolean }) => {
      const context = await open();
      const { startBroadcast } = await import("../broadcast/start-broadcast.js");
      await startBroadcast(id, flags, context);
    });
}

const moves = {
  pause: "call nobody more until it is resumed",
  resume: "go on with a paused broadcast where it was",
  stop: "stop a broadcast for good; who was started and has not been called gets nothing",
} as const;

function registerMoves(broadcast: Command, open: OpenContext): void {
  for (const move of ["pause", "resume", "stop"] as const) {
    broadcast
      .command(move)
      .description(moves[move])
      .argument("<id>", idText)
      .action(async (id: string) => {
        const context = await open();
        const { moveBroadcast } = await import("../broadcast/move-broadcast.js");
        await moveBroadcast(id, move, context);
      });
  }
}

function registerLooks(broadcast: Command, open: OpenContext): void {
  broadcast
    .command("list")
    .description("list broadcasts, newest first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(broadcastStates))
    .action(async (filter: { limit: number; state?: string }) => {
      const context = await open();
      const { listBroadcasts } = await import("../broadcast/show-broadcasts.js");
      await listBroadcasts(filter, context);
    });
  broadcast
    .command("show")
    .description("show a broadcast, and what has become of everybody in it")
    .argument("<id>", idText)
    .option("--recipients", "list them, last looked at first", false)
    .addOption(new Option("--outcome <outcome>", "list those with this outcome").choices(recipientOutcomes))
    .addOption(new Option("--exclusion <reason>", "list those left out for this reason").choices(exclusionReasons))
    .addOption(limitOption())
    .action(async (id: string, flags: { recipients: boolean; outcome?: string; exclusion?: string; limit: number }) => {
      const context = await open();
      const { showBroadcast } = await import("../broadcast/show-broadcasts.js");
      await showBroadcast(id, flags, context);
    });
}
