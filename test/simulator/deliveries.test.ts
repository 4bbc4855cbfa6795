import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { expect } from "chai";
import { type Callback, startCallbackPoster } from "../../src/simulator/callback-poster.js";
import { openDeliveries } from "../../src/simulator/deliveries.js";
import { openLedger } from "../../src/simulator/ledger.js";
import type { SimulatedMessage } from "../../src/simulator/simulated-message.js";
import { openWork } from "../../src/simulator/work.js";
import { freePort } from "../../testing/free-port.js";
import { isSigned, openBench, openCatcher } from "./bench.js";

const messagingService = "MG0123456789abcdef0123456789abcdef";

describe("a delivery", () => {
  it("reports sent and delivered with Twilio's fields, signed", async () => {
    await using bench = await openBench({ now: () => new Date("2030-03-04T05:06:07Z") });
    await using catcher = await openCatcher();
    const created = await bench.create({ StatusCallback: `${catcher.url}/hooks/eff_1?a=1&a=2&b=%C3%A9'` });
    await bench.simulator.settled();
    const common = {
      MessageSid: created.body.sid,
      SmsSid: created.body.sid,
      AccountSid: bench.simulator.accountSid,
      From: "+15005550006",
      To: "+16175551212",
      ApiVersion: "2010-04-01",
    };
    expect(catcher.caught.map(({ fields }) => fields)).to.deep.equal([
      { ...common, MessageStatus: "sent", SmsStatus: "sent" },
      { ...common, MessageStatus: "delivered", SmsStatus: "delivered", RawDlrDoneDate: "3003040506" },
    ]);
    for (const callback of catcher.caught) {
      expect(callback.target).to.equal("/hooks/eff_1?a=1&a=2&b=%C3%A9'");
      expect(callback.headers["content-type"]).to.match(/^application\/x-www-form-urlencoded/);
      expect(isSigned(callback, catcher.url, bench.simulator.authToken)).to.equal(true);
      expect(isSigned(callback, catcher.url, "another token")).to.equal(false);
    }
  });

  it("gives every callback its own idempotency token", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    await bench.create({ StatusCallback: catcher.url });
    await bench.simulator.settled();
    const tokens = catcher.caught.map(({ headers }) => headers["i-twilio-idempotency-token"]);
    expect(new Set(tokens)).to.have.lengthOf(2);
    expect(tokens[0]).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("lets a messaging service pick the sender first, which is reported as queued", async () => {
    await using bench = await openBench({ ownedNumbers: ["+16175550199"] });
    await using catcher = await openCatcher();
    const service = { From: null, MessagingServiceSid: messagingService, StatusCallback: catcher.url };
    const created = await bench.create(service);
    expect(created.body).to.include({ status: "accepted", from: null });
    await bench.simulator.settled();
    expect(catcher.statuses()).to.deep.equal(["queued", "sent", "delivered"]);
    for (const { fields } of catcher.caught) {
      expect(fields).to.include({ From: "+16175550199", MessagingServiceSid: messagingService });
    }
    const shown = await bench.call("GET", String(created.body.uri));
    expect(shown.body).to.include({ from: "+16175550199", num_segments: "1" });
  });

  it("reports what went wrong", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    await bench.create({ To: "+15005553003", StatusCallback: catcher.url });
    await bench.simulator.settled();
    expect(catcher.caught[0]?.fields).not.to.have.property("ErrorCode");
    expect(catcher.caught[1]?.fields).to.include({ MessageStatus: "undelivered", ErrorCode: "30003" });
    expect(catcher.caught[1]?.fields.RawDlrDoneDate).to.match(/^\d{10}$/);
  });

  it("reports a WhatsApp message with its channel, and that it was read", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    const channel = { From: "whatsapp:+15005550006", To: "whatsapp:+15005552001", StatusCallback: catcher.url };
    bench.simulator.setLastWritten({ contact: "+15005552001", hoursAgo: 1 });
    await bench.create(channel);
    await bench.simulator.settled();
    expect(catcher.statuses()).to.deep.equal(["sent", "delivered", "read"]);
    const read = catcher.caught[2]?.fields;
    expect(read).to.include({ ChannelPrefix: "whatsapp", ChannelToAddress: "+15005552001", EventType: "READ" });
    expect(catcher.caught[1]?.fields).not.to.have.any.keys("EventType", "RawDlrDoneDate");
  });

  it("moves on without a callback, and when the callback is answered with an error", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher((response) => response.writeHead(500).end("no"));
    await bench.create();
    await bench.create({ StatusCallback: catcher.url });
    await bench.simulator.settled();
    expect(bench.simulator.messages().map(({ status }) => status)).to.deep.equal(["delivered", "delivered"]);
    expect(catcher.statuses()).to.deep.equal(["sent", "delivered"]);
  });

  it("sends the credentials of the callback URL and signs them", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    const base = catcher.url.replace("http://", "http://shop:p%40ss@");
    await bench.create({ StatusCallback: `${base}/status#rc=5` });
    await bench.simulator.settled();
    const [callback] = catcher.caught;
    expect(callback?.headers.authorization).to.equal(`Basic ${Buffer.from("shop:p@ss").toString("base64")}`);
    expect(callback && isSigned(callback, base, bench.simulator.authToken)).to.equal(true);
  });

  for (const host of ["localhost", "shop.localhost"]) {
    it(`reaches ${host} without asking a resolver`, async () => {
      await using bench = await openBench();
      await using catcher = await openCatcher();
      const { port } = new URL(catcher.url);
      await bench.create({ StatusCallback: `http://${host}:${port}/status` });
      await bench.simulator.settled();
      expect(catcher.statuses()).to.deep.equal(["sent", "delivered"]);
      expect(catcher.caught[0]?.headers.host).to.equal(`${host}:${port}`);
    });
  }

  it("tries a callback again once when nobody listens", async () => {
    await using bench = await openBench();
    const port = await freePort();
    const paths: string[] = [];
    const watch = (event: unknown): void => {
      const { request } = event as { request: ClientRequest };
      if (request.getHeader("host") === `127.0.0.1:${port}`) paths.push(request.path);
    };
    subscribe("http.client.request.start", watch);
    await bench.create({ To: "+15005552000", StatusCallback: `http://127.0.0.1:${port}/status` });
    await bench.simulator.settled();
    unsubscribe("http.client.request.start", watch);
    expect(paths).to.deep.equal(["/status", "/status"]);
  });

  it("does not try a callback again when the connection breaks or the answer is an error", async () => {
    await using bench = await openBench();
    await using breaking = await openCatcher((response) => response.destroy());
    await using failing = await openCatcher((response) => response.writeHead(503).end());
    await bench.create({ To: "+15005552000", StatusCallback: breaking.url });
    await bench.create({ To: "+15005552000", StatusCallback: failing.url });
    await bench.simulator.settled();
    expect([breaking.statuses(), failing.statuses()]).to.deep.equal([["sent"], ["sent"]]);
  });

  it("is not lost on a kept connection that the receiver has closed", async () => {
    await using bench = await openBench();
    const seen = new Set<unknown>();
    await using catcher = await openCatcher((response, { socket }) => {
      if (seen.has(socket)) return response.destroy();
      seen.add(socket);
      response.writeHead(204).end();
    });
    await bench.create({ StatusCallback: catcher.url });
    await bench.simulator.settled();
    expect(catcher.statuses()).to.deep.equal(["sent", "delivered", "delivered"]);
    const [, cut, repeated] = catcher.caught.map(({ headers }) => headers["i-twilio-idempotency-token"]);
    expect(repeated).to.equal(cut);
  });

  it("gives a callback up that is not answered in 15 seconds, and does not repeat it", async () => {
    const delays: number[] = [];
    let expire = (): void => undefined;
    const poster = startCallbackPoster((delayMs, work) => {
      delays.push(delayMs);
      expire = work;
      return () => undefined;
    });
    await using catcher = await openCatcher(() => expire());
    await poster.post({ url: catcher.url, fields: [["a", "1"]], authToken: "t", idempotencyToken: "i" });
    expect([delays, catcher.caught.length]).to.deep.equal([[15_000], 1]);
    poster.stop();
  });

  it("sends a scheduled message when it is due", async () => {
    const { deliveries, ledger, posted: callbacks, due } = scheduleByHand();
    deliveries.start("SM1", new Map());
    expect(due.map(({ delayMs }) => delayMs)).to.deep.equal([3_600_000]);
    await deliveries.settled();
    expect(ledger.get("SM1")?.status).to.equal("scheduled");
    for (let work = due.shift(); work; work = due.shift()) {
      work.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await deliveries.settled();
    expect(callbacks).to.deep.equal(["queued", "sent", "delivered"]);
    expect(deliveries.cancel("SM1")).to.equal(null);
  });

  it("never sends a scheduled message that was canceled", async () => {
    const { deliveries, ledger, posted: callbacks, due } = scheduleByHand();
    deliveries.start("SM1", new Map());
    expect(deliveries.cancel("SM1")?.status).to.equal("canceled");
    await deliveries.settled();
    expect([due, callbacks]).to.deep.equal([[], ["canceled"]]);
    expect(ledger.get("SM1")?.status).to.equal("canceled");
  });
});

/** Deliveries whose timers fire when the test says so, with one message scheduled an hour ahead. */
function scheduleByHand() {
  const now = new Date("2030-01-01T08:00:00Z");
  const ledger = openLedger();
  const due: { delayMs: number; run: () => void }[] = [];
  const statuses: string[] = [];
  ledger.add(scheduledMessage(now));
  const deliveries = openDeliveries({
    work: openWork(),
    ledger,
    delays: { queued: 1, sent: 2, delivered: 3 },
    after: (delayMs, run) => {
      const entry = { delayMs, run };
      due.push(entry);
      return () => due.splice(due.indexOf(entry), 1);
    },
    now: () => now,
    poolNumberOf: () => "+15005550006",
    post: async ({ fields }: Callback) => {
      statuses.push(new Map(fields).get("MessageStatus") ?? "");
    },
    authTokenOf: () => "token",
    newIdempotencyToken: () => "i",
  });
  return { deliveries, ledger, due, posted: statuses };
}

function scheduledMessage(now: Date): SimulatedMessage {
  return {
    sid: "SM1",
    accountSid: "AC1",
    status: "scheduled",
    to: "+16175551212",
    toNumber: "+16175551212",
    from: null,
    body: "Hi",
    media: [],
    contentSid: null,
    errorAhead: null,
    messagingServiceSid: messagingService,
    statusCallback: "http://127.0.0.1/status",
    errorCode: null,
    createdAt: now,
    updatedAt: now,
    sentAt: null,
    sendAt: new Date(now.getTime() + 3_600_000),
    deleted: false,
  };
}

describe("a message whose way is foretold", () => {
  it("goes that way, and no further when nothing is said", async () => {
    const foretell = ({ body }: SimulatedMessage) =>
      body === "held"
        ? { statuses: [], errorCode: null }
        : body === "lost"
          ? { statuses: ["failed"] as const, errorCode: 30001 }
          : null;
    await using bench = await openBench({ foretell });
    await using catcher = await openCatcher();
    for (const Body of ["held", "lost", "usual"]) await bench.create({ Body, StatusCallback: catcher.url });
    await bench.simulator.settled();
    expect(bench.simulator.messages().map(({ status }) => status)).to.deep.equal(["queued", "failed", "delivered"]);
    const [held] = bench.simulator.messages();
    bench.simulator.report(held?.sid ?? "", "undelivered", 30003);
    await bench.simulator.settled();
    expect(catcher.caught.at(-1)?.fields).to.include({
      MessageStatus: "undelivered",
      ErrorCode: "30003",
      MessageSid: held?.sid,
    });
    expect(() => bench.simulator.report("SM0", "sent")).to.throw("The simulator has no message SM0");
  });
});
