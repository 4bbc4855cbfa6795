import { join } from "node:path";
import { expect } from "chai";
import { problemAnswer, runCli, startScriptedServer, temporaryFolder } from "./parts.js";

const translate = ["translate", "twilio/order-to-sms"];

describe("translate", () => {
  it("prints what the server's translator made of the input", async () => {
    await using server = await startScriptedServer(() => ({ body: { output: { phone: "+1" }, problems: [] } }));
    const { exitCode, stdout } = await runCli([...translate, "--input", "-"], {
      url: server.url,
      stdin: '{"id":"R1"}',
    });
    expect(exitCode).to.equal(0);
    expect(server.seen[0]).to.deep.include({ method: "POST", path: "/api/v1/translators/twilio/order-to-sms/try" });
    expect(server.seen[0]?.body).to.deep.equal({ input: { id: "R1" } });
    expect(JSON.parse(stdout)).to.deep.equal({ phone: "+1" });
  });

  it("ends with exit code 1 when the output does not fit its data type", async () => {
    const problems = [{ path: "/phone", message: "is required" }];
    await using server = await startScriptedServer(() => ({ body: { output: {}, problems } }));
    await using folder = await temporaryFolder({ "o.json": '{"id":"R1"}' });
    const { exitCode, stdout } = await runCli([...translate, "--input", join(folder.path, "o.json")], {
      url: server.url,
    });
    expect(exitCode).to.equal(1);
    expect(stdout).to.include("/phone is required");
  });

  it("prints one JSON document for each record with --json", async () => {
    await using server = await startScriptedServer(() => ({ body: { output: 1, problems: [] } }));
    const stdin = '{"id":"R1"}\n{"id":"R2"}';
    const { stdout } = await runCli([...translate, "--input", "-", "--json"], { url: server.url, stdin });
    const places = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).place);
    expect(places).to.deep.equal(["line 1", "line 2"]);
  });

  it("tries every document of a shipped sample", async () => {
    await using server = await startScriptedServer(() => ({ body: { output: 1, problems: [] } }));
    const { exitCode } = await runCli([...translate, "--sample", "ecommerce/orders"], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(server.seen).to.have.length.greaterThan(1);
    expect(server.seen[0]?.body).to.have.nested.property("input.shipping_address");
  });

  it("names the samples when there is no such one", async () => {
    const { exitCode, stderr } = await runCli([...translate, "--sample", "nothing"]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("ecommerce/orders");
  });

  it("needs something to translate, and only one thing", async () => {
    const neither = await runCli(translate);
    expect(neither.exitCode).to.equal(2);
    expect(neither.stderr).to.include("--input or --sample");
    const both = await runCli([...translate, "--input", "-", "--sample", "orders"]);
    expect(both.exitCode).to.equal(2);
  });

  it("reports what the server says about a failing translator", async () => {
    const problem = { code: "TRANSLATOR_REFUSED", detail: "555-01 is no phone number" };
    await using server = await startScriptedServer(() => problemAnswer(422, problem));
    const { exitCode, stderr } = await runCli([...translate, "--input", "-"], { url: server.url, stdin: "{}" });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("555-01 is no phone number");
  });
});
