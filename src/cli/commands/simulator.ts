import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { wholeNumber } from "../list-options.js";
import type { Terminal } from "../terminal.js";

const standardPort = 4010;
const highestPort = 65_535;

/** What the simulator works with: it is no part of the server, and none of the server's settings are asked for. */
interface Surroundings extends Pick<CommandContext, "stop"> {
  /** Opened when the command is run: only then is it known whether JSON is wanted. */
  readonly terminal: () => Terminal;
}

/** `simulator`: runs a Twilio look-alike on this machine. */
export function registerSimulator(program: Command, { terminal, stop }: Surroundings): void {
  program
    .command("simulator")
    .description("start a Twilio look-alike on this machine, until Ctrl-C")
    .option("--port <n>", "port to listen on; 0 for any", wholeNumber(0, highestPort), standardPort)
    .option("--bare", "only count messages and answer at once: for measuring speed", false)
    .option("--inbound-url <url>", "webhook to which texts of virtual phones go; `patchbay doctor` shows it")
    .action(async (flags: { port: number; bare: boolean; inboundUrl?: string }) => {
      const { runSimulator } = await import("../server/run-simulator.js");
      await runSimulator(flags, { terminal: terminal(), stop });
    });
}
