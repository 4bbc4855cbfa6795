import { expect } from "chai";
import { openBench, valid } from "./bench.js";

describe("a bare simulator", () => {
  it("answers every create at once with a message of constant size, and counts it", async () => {
    await using bench = await openBench({ bare: true });
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, index) => bench.create({ Body: `Order ${index}` })),
    );
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
    expect(new Set(replies.map(({ text }) => text.length))).to.have.lengthOf(1);
    expect(new Set(replies.map(({ body }) => body.sid))).to.have.lengthOf(50);
    expect(replies[0]?.headers["content-length"]).to.equal(String(replies[0]?.text.length));
    expect(bench.simulator.created).to.equal(50);
    expect(bench.simulator.messages()).to.deep.equal([]);
  });

  it("answers with the same members as the full simulator, which the official SDK reads", async () => {
    await using bare = await openBench({ bare: true });
    await using full = await openBench();
    const { body } = await bare.create();
    expect(Object.keys(body).sort()).to.deep.equal(Object.keys((await full.create()).body).sort());
    expect(body.uri).to.contain(`/Messages/${String(body.sid)}.json`);
    const created = await bare.sdk().messages.create({ to: "+16175551212", from: "+15005550006", body: "Hi" });
    expect(created.sid).to.match(/^SM[0-9a-f]{32}$/);
    expect(created.status).to.equal("queued");
  });

  it("judges nothing", async () => {
    await using bench = await openBench({ bare: true });
    expect((await bench.create({ To: null }, { headers: { authorization: "" } })).status).to.equal(201);
  });

  it("still answers everything else in full", async () => {
    await using bench = await openBench({ bare: true });
    expect((await bench.call("GET", `${bench.accountPath}.json`)).body.status).to.equal("active");
    expect((await bench.call("GET", `${bench.accountPath}/Messages.json`)).body.messages).to.deep.equal([]);
  });

  it("has its latency too", async () => {
    await using bench = await openBench({ bare: true, latencyMs: 100 });
    let answered = false;
    const reply = bench.create(valid).finally(() => {
      answered = true;
    });
    while (bench.simulator.created === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).to.equal(false);
    expect((await reply).status).to.equal(201);
  });

  it("refuses faults, which it could not honour", async () => {
    await using bench = await openBench({ bare: true });
    expect(() => bench.simulator.addFault({ kind: "reset" }))
      .to.throw("bare")
      .with.property("code", "REQUEST_INVALID");
  });
});
