import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { expect } from "chai";
import { freePort } from "../../testing/free-port.js";
import { lineWith, runCli, startCli } from "./parts.js";

const demoTimeoutMs = 60_000;
const totals = { orders: 5, customers: 4, texts: 6, delivered: 6, needLook: 3, unexpected: 0 };

/** On a port of its own: the port that it takes by itself may be taken at the same moment. */
async function demoAt(...options: string[]): Promise<string[]> {
  return ["demo", ...options, "--port", String(await freePort())];
}

describe("demo", function () {
  this.timeout(demoTimeoutMs);

  it("turns the sample orders and customers into texts and ends, with one JSON document", async () => {
    const { exitCode, stdout, stderr } = await runCli([...(await demoAt("--once")), "--json"], {
      timeoutMs: demoTimeoutMs,
    });
    expect(exitCode, stderr).to.equal(0);
    const document = JSON.parse(stdout);
    expect(document.totals).to.deep.equal(totals);
    for (const { asExpected, final, record } of document.records) {
      expect({ asExpected, final }, record.key).to.deep.equal({ asExpected: true, final: true });
    }
    expect(stderr).to.equal("");
  });

  it("writes a line for each record, and totals, for a person", async () => {
    const { exitCode, stdout } = await runCli(await demoAt("--once"), { timeoutMs: demoTimeoutMs });
    expect(exitCode).to.equal(0);
    expect(stdout.match(/^(Order|Customer) \w+ {2}/gm)).to.have.lengthOf(totals.orders + totals.customers);
    expect(stdout).to.match(/^Order R1001 +Send SMS for new Order +\+12135550142 +Order ID R1001 .*delivered +info$/m);
    expect(stdout).to.match(/^Customer \w+ +Convert Customer to SMS → Send SMS with Twilio .*Welcome /m);
    expect(stdout).to.match(/no text +notice: .*no phone number/);
    expect(stdout).to.match(/no text +error: /);
    expect(stdout).to.include("5 orders and 4 customers in, 6 texts out, 6 delivered, 3 notifications need a look.");
    expect(stdout).to.not.include("\u001b");
  });

  it("stays up, takes the order of its own curl line, and removes everything at a signal", async () => {
    const { process: child, finished } = startCli(await demoAt("--speed", "100"), { timeoutMs: demoTimeoutMs });
    const started = lineWith(child, "database in ");
    const curl = await lineWith(child, "curl ");
    const [, folder = ""] = /database in (\S+)/.exec(await started) ?? [];
    expect(existsSync(folder)).to.equal(true);
    const [, order = "", url = ""] =
      /^ *curl -H 'content-type: application\/json' -d '([^']+)' (\S+)$/.exec(curl) ?? [];
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: order });
    expect(response.status).to.equal(201);
    const { key, decisions } = (await response.json()) as { key: string; decisions: readonly { verdict: string }[] };
    expect(key).to.equal("MY-1");
    expect(decisions.map(({ verdict }) => verdict)).to.include("fired");
    child.kill("SIGINT");
    const { exitCode } = await finished;
    expect(exitCode).to.equal(0);
    expect(existsSync(folder)).to.equal(false);
  });

  it("says so when the port it was given is taken, and starts nothing", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { exitCode, stderr } = await runCli(["demo", "--once", "--port", String(port)]);
    taken.close();
    expect(exitCode).to.equal(2);
    expect(stderr).to.include(`Port ${port} is taken`);
  });
});
