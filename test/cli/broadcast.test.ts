import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "../app/parts.js";
import { runCli, startScriptedServer } from "./parts.js";

describe("broadcast", () => {
  it("asks nobody to confirm what nobody is there to read, and starts nothing", async () => {
    const preview = {
      ...{ records: 9, moreRecords: false, examined: 9, more: false, recipients: 7, segments: 7, prices: [] },
      ...{ excluded: { duplicate: 2 }, quiet: { recipients: 1, until: "2026-01-02T08:00:00.000Z" }, confirm: "seen" },
      estimate: { recipients: 7, segments: 7, prices: [], seconds: 1 },
      texts: [{ key: "1", recipient: "+16175551212", body: "Sale!", segments: 1 }],
      exclusions: [{ key: "2", recipient: "+16175551212", exclusion: "duplicate", reason: "another has it" }],
    };
    await using server = await startScriptedServer(() => ({ body: preview }));
    const { stdout, stderr, exitCode } = await runCli(["broadcast", "start", "bct_1"], { url: server.url });
    expect(exitCode).not.to.equal(0);
    expect(stdout).to.include("Of 9 records, 7 recipients would get it: 7 segments.");
    expect(stdout).to.include("It is quiet hours for 1 recipient now");
    expect(stdout).to.include("+16175551212  Sale!");
    expect(stdout).to.include("2 would get nothing: 2 duplicate.");
    expect(stderr).to.include("nobody is there to say yes");
    expect(server.seen.map(({ path }) => path)).to.deep.equal(["/api/v1/broadcasts/bct_1/preview"]);
  });

  describe("from the command line to the phones, over real sockets", () => {
    let test: TestApp;
    beforeEach(async () => {
      test = await openTestApp();
      await test.setUp("twilio/send-sms-with-twilio");
    });
    afterEach(() => test.close());

    it("texts fifty customers once each, and tells of each what became of it", async function () {
      this.timeout(60_000);
      const numbers = Array.from({ length: 50 }, (_, index) => `+1415555${String(2_000 + index)}`);
      for (const [index, phone] of numbers.entries()) {
        const order = await sampleOrder({ id: `B${index}`, status: "paid" }, { phone });
        expect((await test.request("POST", "/api/v1/records/ecommerce/Order", order)).status).to.equal(201);
      }
      const again = await sampleOrder({ id: "B50", status: "paid" }, { phone: numbers[0]! });
      await test.request("POST", "/api/v1/records/ecommerce/Order", again);
      const cli = (...words: string[]) => runCli(["broadcast", ...words, "--json"], { url: test.url });
      const made = await cli(
        ...["create", "Shipped", "--flow", "twilio/order-shipped", "--data-type", "ecommerce/Order"],
        ...["--when", 'status = "paid"', "--per-second", "100"],
      );
      expect(made.exitCode, made.stderr).to.equal(0);
      const { id } = (JSON.parse(made.stdout) as { broadcast: { id: string } }).broadcast;
      const started = await cli("start", id, "--yes");
      expect(started.exitCode, started.stderr).to.equal(0);
      const texted = test.simulator.counts().asked.creates;
      expect(texted).to.equal(50);
      const counted = () => test.request("GET", `/api/v1/broadcasts/${id}`);
      const { body } = await test.until(counted, (answer) => (answer.body.outcomes as JsonObject).delivered === 50);
      expect(body.outcomes).to.deep.equal({ delivered: 50, excluded: 1 });
      const shown = await runCli(["broadcast", "show", id, "--exclusion", "duplicate"], { url: test.url });
      expect(shown.stdout).to.match(/State +done/);
      expect(shown.stdout).to.match(new RegExp(`B50 +\\${numbers[0]} +duplicate +another record of this broadcast`));
      const timeline = await runCli(["timeline", "--phone", numbers[1]!], { url: test.url });
      expect(timeline.stdout).to.include(`The broadcast "Shipped" (${id}) started`);
    });
  });
});
