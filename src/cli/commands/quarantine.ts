import { type Command, Option } from "commander";
import { quarantineStates } from "../../core/quarantine.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface QuarantineFlags {
  readonly limit: number;
  readonly state: string;
  readonly type?: string;
}

/** `quarantine list|show|release|discard`: pushed records that do not fit their data type. */
export function registerQuarantine(program: Command, open: OpenContext): void {
  const quarantine = program.command("quarantine").description("correct and release records that did not fit");
  quarantine
    .command("list")
    .description("list quarantined records, newest first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(quarantineStates).default("held"))
    .option("--type <Type>", "of this data type only, such as ecommerce/Order")
    .action(async ({ limit, state, type }: QuarantineFlags) => {
      const context = await open();
      const { listQuarantine } = await import("../quarantine/quarantine.js");
      await listQuarantine({ limit, state, dataType: type }, context);
    });
  quarantine
    .command("show")
    .description("show a quarantined record, with what is wrong")
    .argument("<id>", "as the list shows it")
    .action(async (id: string) => {
      const context = await open();
      const { showQuarantined } = await import("../quarantine/quarantine.js");
      await showQuarantined(id, context);
    });
  quarantine
    .command("release")
    .description("push a quarantined record, corrected or as it was")
    .argument("<id>", "as the list shows it")
    .option("--file <file>", "the corrected record as JSON; - for standard input")
    .option("--force", "also when it replaces a newer version of the record", false)
    .action(async (id: string, { file, force }: { file?: string; force: boolean }) => {
      const context = await open();
      const { releaseQuarantined } = await import("../quarantine/quarantine.js");
      await releaseQuarantined(id, { file, force }, context);
    });
  quarantine
    .command("discard")
    .description("say that a quarantined record is not wanted")
    .argument("<id>", "as the list shows it")
    .action(async (id: string) => {
      const context = await open();
      const { discardQuarantined } = await import("../quarantine/quarantine.js");
      await discardQuarantined(id, context);
    });
}
