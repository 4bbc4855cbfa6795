import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, startApp } from "../../app.js";
import { type Config, readConfig } from "../../config/config.js";
import { openPhoneDesk, openPhoneReach } from "../../simulator/phone-desk.js";
import { type Simulator, startSimulator } from "../../simulator/start-simulator.js";
import { demoRecords } from "./demo-records.js";
import type { SetUpReport } from "./set-up-report.js";

/** The simulator and the Patchbay of one demo. */
export interface DemoServer {
  readonly app: App;
  readonly simulator: Simulator;
  readonly folder: string;
  /** Stops both and removes the database. */
  stop(): Promise<void>;
}

/** Starts a simulated Twilio, and Patchbay on a fresh database in a temporary folder. */
export async function startDemoServer(port: number, report: SetUpReport): Promise<DemoServer> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const reach = openPhoneReach();
    const simulator = await report.step(
      "Start a simulated Twilio",
      () => startSimulator({ foretell: reach.foretell }),
      ({ url }) => url,
    );
    undo.push(() => simulator.stop());
    const folder = await mkdtemp(join(tmpdir(), "patchbay-demo-"));
    undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const phones = openPhoneDesk({ simulator, reach, samples: await demoRecords() });
    const config = await demoConfig({ port, folder, simulator });
    const where = (): string => `http://127.0.0.1:${port}, database in ${folder}`;
    const app = await report.step("Start Patchbay on SQLite", () => startApp(config, { phones }), where);
    undo.push(() => app.stop());
    return { app, simulator, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Nothing is taken from the environment: the demo is the same on every machine. */
async function demoConfig(demo: { port: number; folder: string; simulator: Simulator }): Promise<Config> {
  const flows = join(demo.folder, "flows");
  await mkdir(flows);
  return readConfig({
    DATABASE_URL: `sqlite:${join(demo.folder, "patchbay.db")}`,
    PORT: String(demo.port),
    PUBLIC_URL: `http://127.0.0.1:${demo.port}`,
    OUTBOUND_ALLOW: new URL(demo.simulator.url).host,
    FLOWS_FOLDER: flows,
    LOG_LEVEL: "error",
  });
}
