import { join } from "node:path";
import { expect } from "chai";
import { problemAnswer, runCli, type Script, startCli, startScriptedServer, temporaryFolder } from "./parts.js";

const path = "/api/v1/records/ecommerce/Order";
const push = ["push", "ecommerce/Order"];

/** Takes every record except those whose status is `bad`. */
const taking: Script = ({ method, path: asked, body }) => {
  if (method !== "POST" || asked !== path || !Array.isArray(body)) return null;
  const items = body.map((record: { id: string; status?: string }, index) => {
    if (record.status !== "bad") return { index, status: 201, verdict: "created", key: record.id, eventId: "evt_1" };
    const error = {
      code: "RECORD_INVALID",
      title: "Not valid",
      detail: `/status of ${record.id} is bad`,
      remedy: "Fix.",
    };
    return { index, status: 422, key: record.id, error };
  });
  const failed = items.filter(({ status }) => status === 422).length;
  return {
    body: { items, created: items.length - failed, updated: 0, unchanged: 0, quarantined: 0, failed, omitted: 0 },
  };
};

function orders(number: number): { id: string }[] {
  return Array.from({ length: number }, (_, index) => ({ id: `R${index + 1}` }));
}

describe("push", () => {
  it("sends a JSON object from a file", async () => {
    await using server = await startScriptedServer(taking);
    await using folder = await temporaryFolder({ "order.json": JSON.stringify({ id: "R1" }, null, 2) });
    const { exitCode, stdout } = await runCli([...push, join(folder.path, "order.json")], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(stdout).to.include("1 record of ecommerce/Order: 1 created");
    expect(server.seen.map(({ body }) => body)).to.deep.equal([[{ id: "R1" }]]);
  });

  it("sends an array from standard input when no file is named", async () => {
    await using server = await startScriptedServer(taking);
    const { exitCode, stdout } = await runCli(push, { url: server.url, stdin: JSON.stringify(orders(3)) });
    expect(exitCode).to.equal(0);
    expect(stdout).to.include("3 records");
  });

  it("recognises NDJSON on standard input by its first line", async () => {
    await using server = await startScriptedServer(taking);
    const stdin = '\n{"id":"R1"}\r\n\n{"id":"R2"}';
    const { exitCode } = await runCli([...push, "-"], { url: server.url, stdin });
    expect(exitCode).to.equal(0);
    expect(server.seen.map(({ body }) => body)).to.deep.equal([[{ id: "R1" }, { id: "R2" }]]);
  });

  it("sends many records in several requests, in their order", async () => {
    await using server = await startScriptedServer(taking);
    const stdin = orders(450)
      .map((order) => JSON.stringify(order))
      .join("\n");
    const { exitCode, stdout } = await runCli([...push, "--json"], { url: server.url, stdin });
    expect(exitCode).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ records: 450, created: 450, failed: 0 });
    expect(server.seen).to.have.length.greaterThan(1);
    expect(server.seen.flatMap(({ body }) => body)).to.deep.equal(orders(450));
  });

  it("lists every refused record with its line, key, code and reason, and ends with exit code 1", async () => {
    await using server = await startScriptedServer(taking);
    await using folder = await temporaryFolder({
      "o.ndjson": '{"id":"R1"}\n\n{"id":"R2","status":"bad"}\n{"id":"R3"}\n',
    });
    const { exitCode, stdout } = await runCli([...push, join(folder.path, "o.ndjson")], { url: server.url });
    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/line 3 +R2 +RECORD_INVALID +\/status of R2 is bad/);
    expect(stdout).to.include("2 created").and.include("1 failed");
  });

  it("counts a line that is not JSON as failed and sends the others", async () => {
    await using server = await startScriptedServer(taking);
    await using folder = await temporaryFolder({ "o.jsonl": '{"id":"R1"}\n{"id":\n[1]\n{"id":"R4"}' });
    const { exitCode, stdout } = await runCli([...push, join(folder.path, "o.jsonl"), "--json"], { url: server.url });
    expect(exitCode).to.equal(1);
    const { failures, created } = JSON.parse(stdout);
    expect(created).to.equal(2);
    expect(failures.map(({ place, code }: { place: string; code: string }) => [place, code])).to.deep.equal([
      ["line 2", "BODY_NOT_JSON"],
      ["line 3", "RECORD_INVALID"],
    ]);
  });

  it("sends nothing of a JSON document that is broken", async () => {
    await using server = await startScriptedServer(taking);
    const { exitCode, stderr } = await runCli(push, { url: server.url, stdin: '[{"id":"R1"},' });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("BODY_NOT_JSON");
    expect(server.seen).to.have.lengthOf(0);
  });

  it("refuses empty input", async () => {
    const { exitCode, stderr } = await runCli(push, { stdin: " \n" });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("BODY_EMPTY");
  });

  it("refuses input that is not UTF-8 text, up to the last byte", async () => {
    const { process: child, finished } = startCli(push);
    child.stdin.end(Buffer.from([0x7b, 0x7d, 0xc3]));
    const { exitCode, stderr } = await finished;
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("UTF-8");
  });

  it("sends a sample of a shipped collection", async () => {
    await using server = await startScriptedServer(taking);
    const { exitCode } = await runCli([...push, "--sample", "ecommerce/orders"], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(server.seen[0]?.body).to.have.nested.property("[0].id", "R1001");
  });

  it("names a file that is not there", async () => {
    const { exitCode, stderr } = await runCli([...push, "/nowhere/orders.json"]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("/nowhere/orders.json").and.include("there is no such file");
  });

  it("refuses a type that is not namespace/Type before it reads anything", async () => {
    const { exitCode, stderr } = await runCli(["push", "Order", "/nowhere/orders.json"]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("namespace/name");
  });

  it("tries again when the server asks for time", async () => {
    let busy = 2;
    const overloaded = {
      ...problemAnswer(503, { code: "SERVER_OVERLOADED", detail: "Busy" }),
      headers: { "retry-after": "0" },
    };
    await using server = await startScriptedServer((request) => (busy-- > 0 ? overloaded : taking(request)));
    const { exitCode, stdout } = await runCli(push, { url: server.url, stdin: '{"id":"R1"}' });
    expect(exitCode).to.equal(0);
    expect(stdout).to.include("1 created");
    expect(server.seen).to.have.lengthOf(3);
  });

  it("sends those records again that the server could not store just now, and only those", async () => {
    const error = { code: "STORE_UNAVAILABLE", title: "Full", detail: "Disk full", remedy: "Free some." };
    let full = true;
    await using server = await startScriptedServer((request) => {
      if (!full) return taking(request);
      full = false;
      const items = [
        { index: 0, status: 201, verdict: "created", key: "R1", eventId: "evt_1" },
        { index: 1, status: 503, error },
      ];
      return {
        status: 207,
        body: { items, created: 1, updated: 0, unchanged: 0, quarantined: 0, failed: 1, omitted: 0 },
      };
    });
    const { exitCode, stdout } = await runCli([...push, "--json"], {
      url: server.url,
      stdin: JSON.stringify(orders(2)),
    });
    expect(exitCode).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ records: 2, created: 2, failed: 0 });
    expect(server.seen.map(({ body }) => body)).to.deep.equal([orders(2), [{ id: "R2" }]]);
  });

  it("waits as long as the server asks for, and sends those again that it turned away, in their order", async () => {
    const error = { code: "SERVER_OVERLOADED", title: "Busy", detail: "Busy", remedy: "Wait.", retryAfterSeconds: 1 };
    let room = 2;
    await using server = await startScriptedServer((request) => {
      if (!Array.isArray(request.body) || room >= request.body.length) return taking(request);
      const items = request.body.map(({ id }: { id: string }, index) =>
        index < room
          ? { index, status: 201, verdict: "created", key: id, eventId: "e" }
          : { index, status: 503, error },
      );
      const failed = items.length - room;
      room = 10;
      const counts = { created: items.length - failed, updated: 0, unchanged: 0, quarantined: 0, failed };
      return { status: 207, body: { items, ...counts, omitted: 0, sendAgainFrom: 2 } };
    });
    const { exitCode, stdout, stderr } = await runCli([...push, "--json"], {
      url: server.url,
      stdin: JSON.stringify(orders(5)),
    });
    expect(exitCode).to.equal(0);
    expect(stderr).to.include("Busy; trying again in 1 s");
    expect(JSON.parse(stdout)).to.include({ records: 5, created: 5, failed: 0 });
    expect(server.seen.map(({ body }) => body)).to.deep.equal([orders(5), orders(5).slice(2)]);
  });

  it("says where a record is kept that does not fit its data type, and ends with exit code 1", async () => {
    const problems = [{ path: "/status", message: "is required" }];
    const held = { index: 0, status: 202, verdict: "quarantined", key: "R1", eventId: null, quarantineId: "qua_1" };
    const counts = { created: 0, updated: 0, unchanged: 0, quarantined: 1, failed: 0, omitted: 0 };
    await using server = await startScriptedServer(() => ({
      status: 207,
      body: { items: [{ ...held, problems }], ...counts },
    }));
    const { exitCode, stdout } = await runCli(push, { url: server.url, stdin: '{"id":"R1"}' });
    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/^line 1 +R1 +qua_1 +\/status is required$/m);
    expect(stdout).to.include("1 record of ecommerce/Order").and.include("1 quarantined, 0 failed");
  });

  it("lists the failures of a batch of which every record failed", async () => {
    await using server = await startScriptedServer((request) => ({
      ...taking(request),
      status: 422,
      body: taking(request)?.body,
    }));
    const stdin = '[{"id":"R1","status":"bad"},{"id":"R2","status":"bad"}]';
    const { exitCode, stdout } = await runCli(push, { url: server.url, stdin });
    expect(exitCode).to.equal(1);
    expect(stdout).to.include("item 1").and.include("item 2").and.include("2 failed");
  });

  it("says how far it came when the server goes away", async () => {
    let answers = 0;
    const gone = problemAnswer(500, { code: "INTERNAL_ERROR", detail: "Gone" });
    await using server = await startScriptedServer((request) => (answers++ === 0 ? taking(request) : gone));
    const stdin = orders(300)
      .map((order) => JSON.stringify(order))
      .join("\n");
    const { exitCode, stderr } = await runCli(push, { url: server.url, stdin });
    expect(exitCode).to.equal(1);
    expect(stderr).to.include("Stopped after line 200").and.include("200 records sent and answered");
    expect(stderr).to.include("Pushing the same file again is safe");
  });

  it("draws no progress where nobody watches", async () => {
    await using server = await startScriptedServer(taking);
    const { stdout, stderr } = await runCli(push, { url: server.url, stdin: JSON.stringify(orders(500)) });
    expect(stderr).to.equal("");
    expect(stdout.split("\n").filter((line) => line !== "")).to.have.lengthOf(1);
    expect(stdout).to.not.include("\u001b");
  });

  it("stops waiting for input at a signal and says how far it came", async () => {
    await using server = await startScriptedServer(taking);
    const { process: child, finished } = startCli(push, { url: server.url });
    for (const order of orders(201)) child.stdin.write(`${JSON.stringify(order)}\n`);
    await server.requested;
    child.kill("SIGTERM");
    expect((await finished).exitCode).to.equal(130);
  });
});
