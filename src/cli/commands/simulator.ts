import type { Command } from "commander";
import type { OpenContext } from "../context.js";
import { wholeNumber } from "../list-options.js";

const standardPort = 4010;
const highestPort = 65_535;

/** `simulator`: runs a Twilio look-alike on this machine. */
export function registerSimulator(program: Command, open: OpenContext): void {
  program
    .command("simulator")
    .description("start a Twilio look-alike on this machine, until Ctrl-C")
    .option("--port <n>", "port to listen on; 0 for any", wholeNumber(0, highestPort), standardPort)
    .option("--bare", "only count messages and answer at once: for measuring speed", false)
    .option("--inbound-url <url>", "webhook to which texts of virtual phones go; `patchbay doctor` shows it")
    .action(async (flags: { port: number; bare: boolean; inboundUrl?: string }) => {
      const context = await open();
      const { runSimulator } = await import("../server/run-simulator.js");
      await runSimulator(flags, context);
    });
}
