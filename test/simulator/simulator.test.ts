import { expect } from "chai";
import { demoAccount } from "../../src/simulator/accounts.js";
import { startServer } from "../../src/simulator/server.js";
import { startSimulator } from "../../src/simulator/start-simulator.js";
import { startTimers } from "../../src/simulator/timers.js";
import { failureOf, openBench, openCatcher } from "./bench.js";

describe("the simulator", () => {
  it("listens on loopback with the demo account when it is told nothing", async () => {
    const simulator = await startSimulator();
    expect(simulator.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(simulator).to.include(demoAccount);
    await simulator.stop();
  });

  it("counts 200 creates at once, each before its answer", async () => {
    await using bench = await openBench();
    let answers = 0;
    const replies = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const reply = await bench.create({ Body: `Order ${index}` });
        answers += 1;
        expect(bench.simulator.created).to.be.at.least(answers);
        return reply.body.sid;
      }),
    );
    expect(bench.simulator.created).to.equal(200);
    expect(new Set(replies)).to.have.lengthOf(200);
    expect(new Set(bench.simulator.messages().map(({ body }) => body))).to.have.lengthOf(200);
  });

  it("refuses a wrong token, a missing one and another user with 401", async () => {
    await using bench = await openBench();
    const { accountSid, authToken } = bench.simulator;
    for (const user of [`${accountSid}:wrong`, `AC${"0".repeat(32)}:${authToken}`, `${accountSid}`, ""]) {
      const headers = { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
      const reply = await bench.create({}, { headers });
      expect(reply.status).to.equal(401);
      expect(reply.body).to.include({ code: 20003, status: 401 });
      expect(reply.headers["content-type"]).to.equal("application/json");
      expect(reply.headers["www-authenticate"]).to.match(/^Basic /);
    }
    expect(bench.simulator.created).to.equal(0);
  });

  it("answers 404 for an account, a message or a path that does not exist", async () => {
    await using bench = await openBench();
    const paths = [
      `/2010-04-01/Accounts/AC${"0".repeat(32)}/Messages.json`,
      `${bench.accountPath}/Messages/SM${"0".repeat(32)}.json`,
      `${bench.accountPath}/Calls.json`,
      `${bench.accountPath}/Messages`,
      "/",
    ];
    for (const path of paths) {
      const reply = await bench.call("GET", path);
      expect(reply.status, path).to.equal(404);
      expect(reply.body, path).to.include({ code: 20404, status: 404 });
    }
  });

  it("answers 405 for a method that a resource does not know", async () => {
    await using bench = await openBench();
    for (const path of ["", "/Messages", `/Messages/SM${"0".repeat(32)}`]) {
      expect((await bench.call("PUT", `${bench.accountPath}${path}.json`)).status).to.equal(405);
    }
  });

  it("shows the account, by which a client checks its credentials", async () => {
    await using bench = await openBench();
    const account = await bench.sdk().api.v2010.accounts(bench.simulator.accountSid).fetch();
    expect(account).to.include({ sid: bench.simulator.accountSid, status: "active", type: "Full" });
    expect(account.authToken).to.equal(bench.simulator.authToken);
  });

  it("refuses a body of more than a mebibyte", async () => {
    await using bench = await openBench();
    expect((await bench.create({ Body: "a".repeat(1_048_577) })).status).to.equal(413);
  });

  it("makes SIDs of the random bytes it is given", async () => {
    await using bench = await openBench({ random: (size) => new Uint8Array(size).fill(171) });
    expect((await bench.create()).body.sid).to.equal(`SM${"ab".repeat(16)}`);
  });

  it("begins with a request only after its latency", async () => {
    const order: string[] = [];
    const server = await startServer(
      { host: "127.0.0.1", port: 0 },
      {
        latencyMs: 70,
        after: (delayMs, work) => {
          order.push(`waited ${delayMs}`);
          work();
          return () => undefined;
        },
        takeOver: () => false,
        react: () => {
          order.push("began");
          return { kind: "answer", answer: { status: 204, headers: {}, body: "" } };
        },
      },
    );
    expect((await fetch(server.url)).status).to.equal(204);
    await server.stop();
    expect(order).to.deep.equal(["waited 70", "began"]);
  });

  it("answers after its latency", async () => {
    await using bench = await openBench({ latencyMs: 1 });
    expect((await bench.create()).status).to.equal(201);
  });

  it("stops with requests, deliveries and callbacks under way, and leaves nothing behind", async () => {
    await using catcher = await openCatcher((response) => response.on("close", () => undefined));
    const before = waitingTimers();
    await using bench = await openBench({ deliveryDelaysMs: { sent: 0, delivered: 600_000 } });
    await bench.create({ StatusCallback: catcher.url });
    bench.simulator.addFault({ kind: "timeout-after-send" });
    const hanging = failureOf(bench.create());
    while (bench.simulator.created < 2 || catcher.caught.length < 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const settled = bench.simulator.settled();
    await bench.simulator.stop();
    await settled;
    expect(await hanging).to.be.an.instanceOf(Error);
    expect(waitingTimers()).to.be.at.most(before);
  });

  it("says what is wrong with its options", async () => {
    const wrong = [
      { options: { accounts: [] }, problem: "accounts is empty" },
      { options: { accounts: [{ accountSid: "AC1", authToken: "t" }] }, problem: "accounts has AC1" },
      { options: { accounts: [{ ...demoAccount, authToken: "" }] }, problem: "accounts has no auth token" },
      { options: { latencyMs: -1 }, problem: "latencyMs is -1" },
      { options: { deliveryDelaysMs: { sent: Number.NaN } }, problem: "sent is NaN" },
    ];
    for (const { options, problem } of wrong) {
      const failure = await failureOf(startSimulator(options));
      expect(failure).to.include({ code: "CONFIG_INVALID" });
      expect(failure?.message).to.contain(problem);
    }
  });

  it("says so when its port is taken", async () => {
    await using bench = await openBench();
    const failure = await failureOf(startSimulator({ port: Number(new URL(bench.simulator.url).port) }));
    expect(failure).to.include({ code: "CONFIG_INVALID" });
    expect(failure?.message).to.contain("EADDRINUSE");
  });
});

function waitingTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

describe("a timer of the simulator", () => {
  it("longer than Node's longest does not fire at once", async () => {
    const timers = startTimers();
    const fired = await new Promise((resolve) => {
      timers.after(2 ** 31 + 1000, () => resolve("the long one"));
      timers.after(20, () => resolve("the short one"));
    });
    timers.stop();
    expect(fired).to.equal("the short one");
  });

  it("does not fire once it was taken back, or asked for after the end", async () => {
    const timers = startTimers();
    const fired: string[] = [];
    const cancel = timers.after(0, () => fired.push("taken back"));
    cancel();
    timers.after(0, () => fired.push("stopped"));
    timers.stop();
    timers.after(0, () => fired.push("too late"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fired).to.deep.equal([]);
  });
});
