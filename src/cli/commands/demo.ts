import { type Command, InvalidArgumentError } from "commander";
import type { OpenContext } from "../context.js";
import { wholeNumber } from "../list-options.js";

const highestPort = 65_535;

interface DemoFlags {
  readonly once: boolean;
  readonly port?: number;
  readonly speed: number;
}

/** `demo`: Patchbay at work, on sample orders and a simulated Twilio. */
export function registerDemo(program: Command, open: OpenContext): void {
  program
    .command("demo")
    .description("watch sample orders become texts: no account, no set-up, nothing leaves this machine")
    .option("--once", "send everything at once, show what became of it, and exit", false)
    .option(
      "--port <n>",
      "port of the demo's server; 4000 or the next free one when not given",
      wholeNumber(1, highestPort),
    )
    .option("--speed <factor>", "how fast records are pushed; 2 is twice as fast", toSpeed, 1)
    .action(async (flags: DemoFlags) => {
      const context = await open();
      const { runDemo } = await import("../demo/run-demo.js");
      await runDemo({ once: flags.once, port: flags.port ?? null, speed: flags.speed }, context);
    });
}

function toSpeed(text: string): number {
  const speed = Number(text);
  if (speed >= 0.1 && speed <= 100) return speed;
  throw new InvalidArgumentError("It is a number from 0.1 to 100.");
}
