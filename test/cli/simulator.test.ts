import { expect } from "chai";
import { firstLine, runCli, startCli } from "./parts.js";

describe("simulator", () => {
  it("says where it listens and with which account, and stops at a signal with exit code 0", async () => {
    const { process: child, finished } = startCli(["simulator", "--port", "0", "--json"]);
    const { url, accountSid, authToken, ledger } = JSON.parse(await firstLine(child));
    const credentials = Buffer.from(`${accountSid}:${authToken}`).toString("base64");
    const response = await fetch(`${url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ To: "+12135550142", From: "+15005550006", Body: "Hello" }),
    });
    expect(response.status).to.equal(201);
    expect(await (await fetch(ledger)).json()).to.have.property("created", 1);
    child.kill("SIGTERM");
    expect((await finished).exitCode).to.equal(0);
  });

  it("answers in bench mode with --bare, whatever a server's settings are", async () => {
    // Settings of a server are no concern of it, right or wrong.
    const variables = { DATABASE_URL: "mysql://nowhere", PORT: "none", HOST: "0.0.0.0", PATCHBAY_SECRET: "short" };
    const { process: child, finished } = startCli(["simulator", "--port", "0", "--bare", "--json"], { variables });
    const { url, accountSid } = JSON.parse(await firstLine(child));
    const response = await fetch(`${url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: "POST",
      body: "",
    });
    expect(response.status).to.equal(201);
    child.kill("SIGINT");
    expect((await finished).exitCode).to.equal(0);
  });

  it("refuses a port that there is not", async () => {
    const { exitCode, stderr } = await runCli(["simulator", "--port", "70000"]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("65535");
  });
});
