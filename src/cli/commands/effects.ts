import { type Command, Option } from "commander";
import { PatchbayError } from "../../core/errors.js";
import type { Settlement } from "../../engine/engine.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface SettleFlags {
  readonly sent: boolean;
  readonly notSent: boolean;
  readonly sendAgain: boolean;
}

const states = ["intended", "started", "done", "refused", "unknown"];

/** `effects list|settle`: the ledger of calls that change the world outside. */
export function registerEffects(program: Command, open: OpenContext): void {
  const effects = program.command("effects").description("look at the ledger of calls, and decide unknown outcomes");
  effects
    .command("list")
    .description("list calls, newest first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(states))
    .action(async ({ limit, state }: { limit: number; state?: string }) => {
      const context = await open();
      const { listEffects } = await import("../effect/effects.js");
      await listEffects({ limit, state }, context);
    });
  effects
    .command("settle")
    .description("say what became of a call whose outcome nobody knows")
    .argument("<id>", "the effect's id, eff_…")
    .option("--sent", "it was sent: the run goes on behind it, unless it is cancelled", false)
    .option("--not-sent", "it was not sent: the run is failed until you retry it", false)
    .option(
      "--send-again",
      "whatever became of it, it is made again as soon as the connection takes calls: the customer may get it twice",
      false,
    )
    .action(async (id: string, flags: SettleFlags) => {
      const settlement = toSettlement(flags);
      const context = await open();
      const { settleEffect } = await import("../effect/effects.js");
      await settleEffect(id, settlement, context);
    });
}

function toSettlement({ sent, notSent, sendAgain }: SettleFlags): Settlement {
  const said: Settlement[] = [
    ...(sent ? (["sent"] as const) : []),
    ...(notSent ? (["not-sent"] as const) : []),
    ...(sendAgain ? (["send-again"] as const) : []),
  ];
  const [only] = said;
  if (only !== undefined && said.length === 1) return only;
  throw new PatchbayError("COMMAND_INVALID", "Say one of --sent, --not-sent and --send-again");
}
