import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { findPort } from "../../src/cli/demo/free-port.js";
import { type Finished, firstLine, runCli, startCli, temporaryFolder } from "./parts.js";

const timeoutMs = 120_000;
const firstPort = 41_000;
const betweenLooksMs = 50;

/** A server and a simulator, each started by its command. */
interface Running {
  readonly simulator: { readonly url: string; readonly accountSid: string; readonly authToken: string };
  cli(words: readonly string[], stdin?: string): Promise<Finished>;
  /** Stops both; gives how the server ended. */
  stop(): Promise<Finished>;
}

async function startAll(folder: string): Promise<Running> {
  const twilio = startCli(["simulator", "--port", "0", "--json"], { timeoutMs });
  const simulator = JSON.parse(await firstLine(twilio.process));
  const port = await findPort({ wished: null, first: firstPort });
  const url = `http://127.0.0.1:${port}`;
  const variables = {
    DATABASE_URL: `sqlite:${join(folder, "patchbay.db")}`,
    FLOWS_FOLDER: join(folder, "flows"),
    OUTBOUND_ALLOW: new URL(simulator.url).host,
    PORT: String(port),
    PUBLIC_URL: url,
    LOG_LEVEL: "error",
  };
  const server = startCli(["start"], { variables, timeoutMs });
  expect(await firstLine(server.process)).to.include(url);
  return {
    simulator,
    cli: (words, stdin = "") => runCli(words, { url, stdin, variables, timeoutMs }),
    async stop() {
      server.process.kill("SIGTERM");
      const ended = await server.finished;
      twilio.process.kill("SIGTERM");
      await twilio.finished;
      return ended;
    },
  };
}

async function install({ cli, simulator }: Running): Promise<void> {
  expect((await cli(["collection", "install", "ecommerce", "--yes"])).exitCode).to.equal(0);
  expect((await cli(["collection", "install", "communication", "--yes"])).exitCode).to.equal(0);
  const missing = await cli(["collection", "install", "twilio", "--yes"]);
  expect(missing.exitCode).to.equal(2);
  expect(missing.stderr).to.include("accountSid");
  const settings = [`accountSid=${simulator.accountSid}`, "from=+15005550006", `apiUrl=${simulator.url}`];
  const words = ["collection", "install", "twilio", "--yes", ...settings.flatMap((setting) => ["--set", setting])];
  const installed = await cli([...words, "--secret-stdin", "authToken"], simulator.authToken);
  expect(installed.exitCode, installed.stderr).to.equal(0);
  expect(installed.stdout).to.include("patchbay flow activate twilio/send-sms-for-new-order");
  expect(installed.stdout + installed.stderr).to.not.include(simulator.authToken);
}

/** Looks again until all are there; the test's time limit is the end of it. */
async function deliveredTexts({ cli }: Running, expected: number): Promise<readonly { body: string }[]> {
  for (;;) {
    const { stdout } = await cli(["messages", "list", "--status", "delivered", "--json"]);
    const { items } = JSON.parse(stdout);
    if (items.length === expected) return items;
    await delay(betweenLooksMs);
  }
}

describe("the command line with a real server", function () {
  this.timeout(timeoutMs);

  it("takes an integrator from nothing to delivered texts and an operator to what failed", async () => {
    await using folder = await temporaryFolder();
    const running = await startAll(folder.path);
    const { cli } = running;
    try {
      await install(running);
      const tried = await cli(["translate", "twilio/order-to-sms", "--sample", "ecommerce/orders"]);
      expect(tried.exitCode, tried.stderr).to.equal(0);
      expect(tried.stdout).to.include("+12135550142");

      expect((await cli(["flow", "activate", "twilio/send-sms-for-new-order"])).stdout).to.include("is on");
      await cli(["flow", "activate", "twilio/send-sms-with-twilio"]);
      const overlapping = await cli(["flow", "activate", "twilio/convert-order-to-sms"]);
      expect(overlapping.stdout).to.include("Warning:");
      expect((await cli(["doctor"])).stdout).to.match(/^warning +flows .*both text the customer/m);
      expect((await cli(["flow", "deactivate", "twilio/convert-order-to-sms"])).exitCode).to.equal(0);
      const healthy = await cli(["doctor"]);
      expect(healthy.exitCode, healthy.stdout).to.equal(0);

      const pushed = await cli(["push", "ecommerce/Order", "--sample", "ecommerce/orders"]);
      expect(pushed.stdout).to.include("3 records of ecommerce/Order: 3 created");
      const again = await cli(["push", "ecommerce/Order", "--sample", "ecommerce/orders"]);
      expect(again.stdout).to.include("3 unchanged");
      const texts = await deliveredTexts(running, 3);
      expect(texts.map(({ body }) => body).sort()[0]).to.equal("Order ID R1001 status complete!");

      const refused = await cli(["push", "ecommerce/Order"], '{"id":"R9"}\n{"id":');
      expect(refused.exitCode).to.equal(1);
      expect(refused.stdout)
        .to.match(/^line 1 .*RECORD_INVALID/m)
        .and.match(/^line 2 .*BODY_NOT_JSON/m);

      await cli(["push", "ecommerce/Order", "--sample", "ecommerce/order-with-invalid-phone"]);
      const errors = await cli(["notifications", "list", "--level", "error"]);
      expect(errors.stdout).to.include("ecommerce/Order R1005").and.include("Cause:").and.include("What to do:");
      const failed = await cli(["runs", "list", "--status", "failed", "--json"]);
      const { id } = JSON.parse(failed.stdout).items[0];
      expect((await cli(["runs", "show", id])).stdout).to.match(/^Status +failed$/m);
    } finally {
      expect((await running.stop()).exitCode).to.equal(0);
    }
  });
});
