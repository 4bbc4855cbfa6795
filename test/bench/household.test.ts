import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Household } from "../../bench/household.js";

/** Opens a household with one folder, in which scripts are written. */
function openHousehold(): { household: Household; script: (name: string, source: string) => string; folder: string } {
  const household = new Household();
  const folder = household.makeFolder();
  const script = (name: string, source: string): string => {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path;
  };
  return { household, script, folder };
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );
}

describe("bench household", () => {
  it("fails the run with the last words of a child that ends by itself", async () => {
    const { household, script } = openHousehold();
    household.start({
      title: "The server",
      script: script("dies.cjs", "process.stderr.write('no disk'); process.exitCode = 3"),
    });
    const message = await messageOf(household.pause(10_000));
    household.clear();
    expect(message).to.include("The server ended by itself (exit code 3)").and.include("no disk");
  });

  it("lets a child end that is asked to", async () => {
    const { household, script } = openHousehold();
    const source = "process.on('SIGTERM', () => process.exit(0)); process.send('up'); setInterval(() => {}, 1000)";
    const child = household.start({ title: "The server", script: script("waits.cjs", source), channel: true });
    await new Promise((resolve) => child.process.once("message", resolve));
    await child.stop();
    household.clear();
    expect(household.signal.aborted).to.equal(false);
  });

  it("kills what runs and removes its folders when it is cleared", async () => {
    const { household, script, folder } = openHousehold();
    const source = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
    const child = household.start({ title: "The server", script: script("stays.cjs", source) });
    const gone = new Promise((resolve) => child.process.once("exit", (_, signal) => resolve(signal)));
    household.clear();
    expect(await gone).to.equal("SIGKILL");
    expect(existsSync(folder)).to.equal(false);
  });

  it("gives up waiting for what takes too long", async () => {
    const { household } = openHousehold();
    const never = new Promise(() => {});
    const message = await messageOf(household.within(1, never, "Starting"));
    household.clear();
    expect(message).to.equal("Starting took longer than 1 ms");
  });
});
