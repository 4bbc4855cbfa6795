import { createClient } from "../client.js";
import type { CommandContext } from "../context.js";
import { untilStopped } from "../until-stopped.js";
import { demoRecords } from "./demo-records.js";
import { startDemoServer } from "./demo-server.js";
import { printEnding, printWhereToLook } from "./ending.js";
import { findPort } from "./free-port.js";
import { play } from "./play.js";
import { setUp } from "./set-up.js";
import { createSetUpReport } from "./set-up-report.js";
import { createStoryTable } from "./story-table.js";

/** How the demo is wished. */
export interface DemoOptions {
  readonly once: boolean;
  readonly port: number | null;
  readonly speed: number;
}

const standardPort = 4000;
/** Time between two records at speed 1: enough to read a line. */
const paceMs = 1_200;

/**
 * Shows Patchbay at work: a simulated Twilio, a real server, sample orders. Everything shown is what the server's
 * API says; without `once` the server stays up until Ctrl-C.
 */
export async function runDemo(options: DemoOptions, context: CommandContext): Promise<void> {
  const { terminal, stop } = context;
  const port = await findPort({ wished: options.port, first: standardPort });
  terminal.print(terminal.paint("strong", "Patchbay demo"), "Nothing leaves this machine: Twilio is simulated.", "");
  if (options.port === null && port !== standardPort) {
    terminal.print(`  Port ${standardPort} is taken, so this demo uses ${port}.`);
  }
  const report = createSetUpReport(terminal);
  const demo = await startDemoServer(port, report);
  try {
    const client = createClient({ url: demo.app.url, apiKey: demo.app.localToken, stop });
    const titles = await setUp({ client, simulator: demo.simulator }, report);
    terminal.print("");
    const table = createStoryTable(terminal, titles);
    const pace = options.once ? 0 : paceMs / options.speed;
    const records = await demoRecords();
    const stories = await play({ client, records, paceMs: pace, stop, show: (all) => table.update(all) });
    table.end(stories);
    const totals = printEnding(stories, demo, terminal);
    if (totals.unexpected > 0) context.reportFailures();
    if (options.once) return;
    printWhereToLook(demo, terminal);
    terminal.print("", "Ctrl-C ends the demo and removes its database.");
    await untilStopped(stop);
  } finally {
    await demo.stop();
  }
}
