import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `doctor`: looks for what is wrong with this installation. */
export function registerDoctor(program: Command, open: OpenContext): void {
  program
    .command("doctor")
    .description("check this installation and say what to do; exit code 1 when there is a problem")
    .action(async () => {
      const context = await open();
      const { examine } = await import("../doctor/examine.js");
      await examine(context);
    });
}
