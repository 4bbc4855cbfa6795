import { expect } from "chai";
import type { Fault } from "../../src/simulator/faults.js";
import { type Bench, failureOf, isSigned, openBench, openCatcher, valid } from "./bench.js";

/** A create whose client gives up. */
async function createAndGiveUp(bench: Bench): Promise<unknown> {
  const gaveUp = AbortSignal.timeout(100);
  return failureOf(
    fetch(`${bench.simulator.url}${bench.accountPath}/Messages.json`, {
      method: "POST",
      signal: gaveUp,
      headers: {
        authorization: `Basic ${Buffer.from(`${bench.simulator.accountSid}:${bench.simulator.authToken}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(valid as Record<string, string>).toString(),
    }),
  );
}

async function statusesAfter(fault: Fault): Promise<string[]> {
  await using bench = await openBench();
  await using catcher = await openCatcher();
  bench.simulator.addFault(fault);
  await bench.create({ StatusCallback: catcher.url });
  await bench.simulator.settled();
  expect(bench.simulator.messages()[0]?.status).to.equal("delivered");
  return catcher.statuses();
}

describe("a fault", () => {
  it("answers any status with Twilio's code and a Retry-After, and accepts nothing", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "status", status: 429, retryAfterSeconds: 7 });
    bench.simulator.addFault({ kind: "status", status: 503 });
    bench.simulator.addFault({ kind: "status", status: 400, code: 21610 });
    const busy = await bench.create();
    expect(busy.body).to.include({ status: 429, code: 20429, more_info: "https://www.twilio.com/docs/errors/20429" });
    expect([busy.status, busy.headers["retry-after"]]).to.deep.equal([429, "7"]);
    const down = await bench.create();
    expect([down.status, down.body.code, down.headers["retry-after"]]).to.deep.equal([503, 20503, undefined]);
    expect((await bench.create()).body.code).to.equal(21610);
    expect(bench.simulator.created).to.equal(0);
    expect((await bench.create()).status).to.equal(201);
  });

  it("answers an error for a message that was accepted all the same", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "status", status: 500, afterSend: true });
    expect((await bench.create()).status).to.equal(500);
    await bench.simulator.settled();
    expect(bench.simulator.created).to.equal(1);
    expect(bench.simulator.messages()[0]?.status).to.equal("delivered");
  });

  it("keeps a client waiting for a request that is never processed", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "timeout-before" });
    expect(await createAndGiveUp(bench)).to.have.property("name", "TimeoutError");
    expect(bench.simulator.created).to.equal(0);
  });

  it("keeps a client waiting for the answer to a message that goes its way", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "timeout-after-send" });
    expect(await createAndGiveUp(bench)).to.have.property("name", "TimeoutError");
    await bench.simulator.settled();
    expect(bench.simulator.created).to.equal(1);
    expect(bench.simulator.messages()[0]?.status).to.equal("delivered");
  });

  it("ends the waiting after the time it was given", async () => {
    await using bench = await openBench();
    for (const kind of ["timeout-before", "timeout-after-send"] as const) {
      bench.simulator.addFault({ kind, holdMs: 20 });
      expect(await failureOf(bench.create())).to.be.an.instanceOf(Error);
    }
    expect(bench.simulator.created).to.equal(1);
  });

  it("cuts the connection before the message is accepted", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "reset" });
    expect(await failureOf(bench.create())).to.have.property("code", "ECONNRESET");
    expect(bench.simulator.created).to.equal(0);
  });

  it("cuts the connection after the message was accepted", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    bench.simulator.addFault({ kind: "reset-after-send" });
    expect(await failureOf(bench.create({ StatusCallback: catcher.url }))).to.have.property("code", "ECONNRESET");
    await bench.simulator.settled();
    expect(bench.simulator.created).to.equal(1);
    expect(catcher.statuses()).to.deep.equal(["sent", "delivered"]);
  });

  it("answers an accepted message with a 201 that is not JSON", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "garbage" });
    const reply = await bench.create();
    expect([reply.status, reply.headers["content-type"]]).to.deep.equal([201, "application/json"]);
    expect(() => JSON.parse(reply.text)).to.throw(SyntaxError);
    expect(bench.simulator.created).to.equal(1);
  });

  it("answers with a web page that never reached Twilio", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "garbage", form: "html" });
    const reply = await bench.create();
    expect([reply.status, reply.headers["content-type"]]).to.deep.equal([200, "text/html"]);
    expect(bench.simulator.created).to.equal(0);
  });

  it("answers so slowly that the callbacks come first", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    bench.simulator.addFault({ kind: "slow", delayMs: 200 });
    let answered = false;
    const reply = bench.create({ StatusCallback: catcher.url }).finally(() => {
      answered = true;
    });
    while (bench.simulator.created === 0) await new Promise((resolve) => setImmediate(resolve));
    await bench.simulator.settled();
    expect([answered, catcher.statuses()]).to.deep.equal([false, ["sent", "delivered"]]);
    expect((await reply).body.status).to.equal("queued");
  });

  it("loses callbacks", async () => {
    expect(await statusesAfter({ kind: "lose-callbacks" })).to.deep.equal([]);
  });

  it("repeats callbacks with the same idempotency token", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    bench.simulator.addFault({ kind: "duplicate-callbacks" });
    await bench.create({ StatusCallback: catcher.url });
    await bench.simulator.settled();
    expect(catcher.statuses()).to.deep.equal(["sent", "sent", "delivered", "delivered"]);
    const [first, second, third] = catcher.caught.map(({ headers }) => headers["i-twilio-idempotency-token"]);
    expect(second).to.equal(first);
    expect(third).not.to.equal(first);
  });

  it("brings callbacks in the wrong order", async () => {
    expect(await statusesAfter({ kind: "reorder-callbacks" })).to.deep.equal(["delivered", "sent"]);
  });

  it("signs callbacks with another token", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    bench.simulator.addFault({ kind: "forge-signature" });
    await bench.create({ StatusCallback: catcher.url });
    await bench.create({ StatusCallback: catcher.url });
    await bench.simulator.settled();
    const forgedSid = bench.simulator.messages()[0]?.sid;
    expect(catcher.caught).to.have.lengthOf(4);
    for (const callback of catcher.caught) {
      const forged = callback.fields.MessageSid === forgedSid;
      expect(isSigned(callback, catcher.url, bench.simulator.authToken)).to.equal(!forged);
    }
  });

  it("of two kinds strikes one message's callbacks together, besides one of its answer", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    bench.simulator.addFault({ kind: "duplicate-callbacks" });
    bench.simulator.addFault({ kind: "reorder-callbacks" });
    bench.simulator.addFault({ kind: "status", status: 500, afterSend: true });
    expect((await bench.create({ StatusCallback: catcher.url })).status).to.equal(500);
    await bench.simulator.settled();
    expect(catcher.statuses()).to.deep.equal(["delivered", "delivered", "sent", "sent"]);
  });

  it("strikes only what it matches, and as often as it was asked to", async () => {
    await using bench = await openBench();
    const match = { to: "+16175550100", body: "order 7" };
    bench.simulator.addFault({ kind: "status", status: 500, times: 2, match });
    const matching = { To: "+16175550100", Body: "Your order 7 is here" };
    const statuses: number[] = [];
    for (const change of [{}, { To: "+16175550100" }, { Body: "order 7" }, matching, matching, matching]) {
      statuses.push((await bench.create(change)).status);
    }
    expect(statuses).to.deep.equal([201, 201, 201, 500, 500, 201]);
  });

  it("that strikes after the send is not used up by a create that is refused", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "garbage" });
    bench.simulator.addFault({ kind: "lose-callbacks" });
    expect((await bench.create({ To: "nobody" })).status).to.equal(400);
    expect((await bench.create()).text).to.equal('{"sid": "SM0123');
  });

  it("does not strike a client that is not authenticated", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "status", status: 500 });
    expect((await bench.create({}, { headers: { authorization: "Basic x" } })).status).to.equal(401);
    expect((await bench.create()).status).to.equal(500);
  });

  it("can be taken back", async () => {
    await using bench = await openBench();
    bench.simulator.addFault({ kind: "reset", times: 5 });
    bench.simulator.clearFaults();
    expect((await bench.create()).status).to.equal(201);
  });
});
