import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import type { Message, MessageReport, MessageStatus } from "../../src/core/message.js";
import type { Notification } from "../../src/core/notification.js";
import { failed } from "../http/failed.js";
import {
  accepted,
  failing,
  flow,
  gate,
  inboundOf,
  openTestEngine,
  reportOf,
  sendStep,
  step,
  type TestEngine,
} from "./parts.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe("following messages", () => {
  let test: TestEngine;
  let asked: string[];
  let cancelled: string[];
  /** What the vendor says of a message that is asked about or taken back; throws what it throws. */
  let say: () => MessageReport | null;

  async function open(...flows: Parameters<typeof openTestEngine>[0]): Promise<void> {
    test = await openTestEngine(flows.length === 0 ? [flow("a/send")] : flows);
    Object.assign(test.vendor.connection, {
      messages: {
        fetch: async (vendorId: string) => {
          asked.push(vendorId);
          return say();
        },
        cancel: async (vendorId: string) => {
          cancelled.push(vendorId);
          return say();
        },
      },
    });
  }
  const saying =
    (status: MessageStatus): typeof say =>
    () =>
      reportOf("eff_none", status, { effectId: null });

  beforeEach(() => {
    asked = [];
    cancelled = [];
    say = () => null;
  });
  afterEach(() => test.close());

  async function push(status: MessageStatus = "queued"): Promise<Message> {
    test.vendor.next(() => ({ ...accepted("SM1"), messageStatus: status }));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    return message();
  }
  const message = async (): Promise<Message> => (await test.store.messages.getByVendorId("SM1"))!;
  const notices = async (code: string): Promise<readonly Notification[]> =>
    (await test.store.notifications.list({}, { limit: 50 })).items.filter((one) => one.code === code);
  async function pass(ms: number): Promise<void> {
    test.clock.now += ms;
    await test.engine.tick();
  }

  describe("that nobody reports about", () => {
    it("asks the vendor once they are old enough, and takes its word for a report", async () => {
      await open();
      await push();
      say = saying("delivered");
      await pass(DAY_MS - 60_000);
      expect(asked).to.deep.equal([]);
      await pass(120_000);
      expect(asked).to.deep.equal(["SM1"]);
      expect((await message()).status).to.equal("delivered");
      expect(await notices("MESSAGE_NOT_CONFIRMED")).to.deep.equal([]);
      const { items } = await test.store.events.list({ kind: "message.delivered" }, { limit: 5 });
      expect(items).to.have.lengthOf(1);
      await pass(10 * DAY_MS);
      expect(asked).to.have.lengthOf(1);
    });

    it("asks nobody about those whose end is known", async () => {
      await open();
      const { effectId } = await push();
      await test.engine.report(reportOf(effectId, "undelivered"));
      await pass(2 * DAY_MS);
      expect(asked).to.deep.equal([]);
    });

    it("tells of each once, and that resolves itself when its end comes", async () => {
      await open();
      const { effectId } = await push();
      say = saying("sent");
      await pass(DAY_MS + 1_000);
      await pass(HOUR_MS);
      await pass(2 * HOUR_MS);
      expect(asked).to.have.lengthOf(3);
      const [notice, ...others] = await notices("MESSAGE_NOT_CONFIRMED");
      expect(others).to.deep.equal([]);
      expect(notice).to.include({ state: "new", level: "warning", messageId: (await message()).id });
      await test.engine.report(reportOf(effectId, "delivered"));
      await pass(4 * HOUR_MS);
      expect(asked).to.have.lengthOf(3);
      expect((await notices("MESSAGE_NOT_CONFIRMED"))[0]!.state).to.equal("resolved");
    });

    it("comes to an end, also when the vendor cannot be asked", async () => {
      await open();
      await push();
      say = () => {
        throw new PatchbayError("ENDPOINT_UNREACHABLE", "the vendor is away");
      };
      for (let days = 0; days < 20; days++) await pass(DAY_MS);
      expect(asked).to.have.lengthOf(10);
      expect((await notices("MESSAGE_NOT_CONFIRMED")).map(({ cause }) => cause)).to.deep.equal([
        "It is queued, and the vendor says no more (the vendor is away)",
      ]);
    });

    it("asks about scheduled ones quietly, for as long as they are", async () => {
      await open();
      await push("scheduled");
      say = saying("scheduled");
      for (let days = 0; days < 20; days++) await pass(DAY_MS);
      expect(asked.length).to.be.greaterThan(15);
      expect(await notices("MESSAGE_NOT_CONFIRMED")).to.deep.equal([]);
    });

    it("keeps what a message has cost, whenever the vendor says it", async () => {
      await open();
      const { effectId } = await push();
      await test.engine.report(reportOf(effectId, "sent"));
      expect((await message()).price).to.equal(null);
      const price = { amount: 0.0079, currency: "USD" };
      await test.engine.report(reportOf(effectId, "sent", { price }));
      expect(await message()).to.deep.include({ status: "sent", price });
      await test.engine.report(reportOf(effectId, "delivered"));
      expect(await message()).to.deep.include({ status: "delivered", price });
      const { items } = await test.store.events.list({ kind: "message.sent" }, { limit: 5 });
      expect(items).to.have.lengthOf(1);
    });

    it("asks what a message has cost only where that is wanted, twice at most", async () => {
      for (const askPrices of [false, true]) {
        asked = [];
        test = await openTestEngine([flow("a/send")], { askPrices });
        const fetch = async (id: string): Promise<null> => {
          asked.push(id);
          return null;
        };
        Object.assign(test.vendor.connection, { messages: { fetch, cancel: async () => null } });
        const { effectId } = await push();
        await test.engine.report(reportOf(effectId, "delivered"));
        for (let days = 0; days < 5; days++) await pass(DAY_MS);
        expect(asked).to.have.lengthOf(askPrices ? 2 : 0);
        expect(await notices("MESSAGE_NOT_CONFIRMED")).to.deep.equal([]);
        if (!askPrices) await test.close();
      }
    });

    it("says so of scheduled ones whose connection was removed, and takes a later word for it", async () => {
      await open();
      const { effectId } = await push("scheduled");
      Object.assign(test.vendor.connection, { messages: undefined });
      for (let days = 0; days < 20; days++) await pass(DAY_MS);
      expect((await message()).status).to.equal("unknown");
      const [notice, ...others] = await notices("MESSAGE_NOT_CONFIRMED");
      expect(others).to.deep.equal([]);
      expect(notice?.cause).to.include("It was scheduled, and nobody can ask what became of it");
      expect(notice?.remedy).to.include("install test/post again");
      await test.engine.report(reportOf(effectId, "delivered"));
      expect((await message()).status).to.equal("delivered");
    });

    it("asks nobody about messages from long before there was a follower", async () => {
      await open();
      await push();
      test.clock.now += 30 * DAY_MS;
      await test.engine.tick();
      expect(asked).to.deep.equal([]);
    });
  });

  describe("that are scheduled", () => {
    const waiting = flow("a/remind", {
      steps: [
        sendStep(),
        step({
          id: "later",
          kind: "wait",
          awaited: { kind: "time", ms: HOUR_MS },
          cancelIf: "status = 'cancelled'",
        } as never),
      ],
    });

    it("takes them back when an operator says so, once", async () => {
      await open();
      const { id } = await push("scheduled");
      say = saying("canceled");
      expect((await test.engine.cancelMessage(id)).status).to.equal("canceled");
      expect((await test.engine.cancelMessage("SM1")).status).to.equal("canceled");
      expect(cancelled).to.deep.equal(["SM1"]);
    });

    it("refuses to take back what has left, and what there is not", async () => {
      await open();
      const { id } = await push();
      await failed(test.engine.cancelMessage(id), "MESSAGE_NOT_SCHEDULED");
      await failed(test.engine.cancelMessage("msg_none"), "MESSAGE_UNKNOWN");
      expect(cancelled).to.deep.equal([]);
    });

    it("takes back what a cancelled run has scheduled, until the vendor answers", async () => {
      await open(waiting);
      const { runId } = await push("scheduled");
      say = () => {
        throw new PatchbayError("ENDPOINT_UNREACHABLE", "the vendor is away");
      };
      await test.engine.cancel(runId, "the customer called");
      await pass(0);
      expect(cancelled).to.deep.equal(["SM1"]);
      say = saying("canceled");
      await pass(60_000);
      expect(cancelled).to.deep.equal(["SM1", "SM1"]);
      expect((await message()).status).to.equal("canceled");
      await pass(HOUR_MS);
      expect(cancelled).to.have.lengthOf(2);
    });

    it("takes nothing back from a run that ends otherwise", async () => {
      await open();
      await push("scheduled");
      await pass(HOUR_MS);
      expect(cancelled).to.deep.equal([]);
    });

    it("tells when the vendor refuses to take a message back", async () => {
      await open(waiting);
      const { runId } = await push("scheduled");
      say = () => {
        throw new PatchbayError("ENDPOINT_REFUSED", "it has left");
      };
      await test.engine.cancel(runId, "the customer called");
      await pass(0);
      await pass(DAY_MS);
      expect(cancelled).to.have.lengthOf(1);
      expect((await notices("MESSAGE_NOT_CANCELLED")).map(({ cause }) => cause)).to.deep.equal([
        "Its run was cancelled, but the message could not be taken back (it has left)",
      ]);
    });
  });

  describe("that are scheduled for somebody who opts out", () => {
    const customer = "+15005550010";
    const stop = (to = "+15005550006", id = "SMin1") =>
      test.engine.receive(inboundOf(id, "STOP", { to, optOut: "stop" }), "test/post");
    const who = { contact: customer, channel: null, scope: "everything" } as const;
    const byHand = { ...who, state: "opted-out", reason: "called us", by: "Ann", force: false } as const;

    it("takes them back when the person texts STOP", async () => {
      await open();
      await push("scheduled");
      say = saying("canceled");
      await stop();
      await pass(0);
      expect(cancelled).to.deep.equal(["SM1"]);
      expect((await message()).status).to.equal("canceled");
      expect(await notices("MESSAGE_NOT_CANCELLED")).to.deep.equal([]);
    });

    it("takes them back when an operator or a list says so", async () => {
      for (const record of ["recordConsent", "importConsent"] as const) {
        cancelled = [];
        await open();
        await push("scheduled");
        say = saying("canceled");
        if (record === "recordConsent") await test.engine.recordConsent(byHand);
        else await test.engine.importConsent({ ...byHand, id: null, how: "import", word: null, at: null });
        await pass(0);
        expect(cancelled, record).to.deep.equal(["SM1"]);
        if (record === "recordConsent") await test.close();
      }
    });

    it("leaves those by a sender, on a channel or to a person that was not meant", async () => {
      await open();
      await push("scheduled");
      await stop("+15005550007");
      await test.engine.recordConsent({ ...byHand, channel: "whatsapp" });
      await test.engine.recordConsent({ ...byHand, contact: "+15005550011" });
      await pass(0);
      expect(cancelled).to.deep.equal([]);
    });

    it("leaves those of whom a newer START is known", async () => {
      await open();
      await push("scheduled");
      await test.engine.receive(inboundOf("SMin1", "START", { optOut: "start" }), "test/post");
      const yesterday = new Date(test.clock.now - DAY_MS);
      await test.engine.importConsent({ ...byHand, id: null, how: "import", word: null, at: yesterday });
      await pass(0);
      expect(cancelled).to.deep.equal([]);
    });

    it("takes one back whose call was under way meanwhile", async () => {
      await open();
      const arrived = gate();
      const answer = gate();
      test.vendor.next(async () => {
        arrived.open();
        await answer.opened;
        return { ...accepted("SM1"), messageStatus: "scheduled" };
      });
      say = saying("canceled");
      await test.push({ id: "1", phone: customer });
      await arrived.opened;
      await stop();
      answer.open();
      await test.engine.idle();
      await pass(0);
      expect(cancelled).to.deep.equal(["SM1"]);
    });

    it("takes one back of which nobody knew, and that is found at the vendor after the STOP", async () => {
      await open();
      test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer"));
      await test.push({ id: "1", phone: customer });
      await test.engine.idle();
      await stop();
      test.vendor.findings.push(() => ({ ...accepted("SM1"), messageStatus: "scheduled", report: null }));
      say = saying("canceled");
      await pass(60_000);
      await pass(0);
      expect(cancelled).to.deep.equal(["SM1"]);
    });

    it("says why it leaves all the same when the vendor refuses", async () => {
      await open();
      await push("scheduled");
      say = () => {
        throw new PatchbayError("ENDPOINT_REFUSED", "it has left");
      };
      await stop();
      await pass(0);
      expect((await notices("MESSAGE_NOT_CANCELLED")).map(({ cause }) => cause)).to.deep.equal([
        "Its recipient has opted out, but the message could not be taken back (it has left)",
      ]);
    });
  });

  it("takes back what the vendor took after its run was cancelled", async () => {
    await open();
    const arrived = gate();
    const answer = gate();
    test.vendor.next(async () => {
      arrived.open();
      await answer.opened;
      return { ...accepted("SM1"), messageStatus: "scheduled" };
    });
    say = saying("canceled");
    await test.push({ id: "1", phone: "+15005550010" });
    await arrived.opened;
    const { items } = await test.store.runs.list({}, { limit: 1 });
    await test.engine.cancel(items[0]!.id, "the customer called");
    answer.open();
    await test.engine.idle();
    await pass(0);
    expect(cancelled).to.deep.equal(["SM1"]);
  });

  it("takes what a call's answer says about another message for a report", async () => {
    await open(flow("a/send", { steps: [sendStep(), sendStep({ id: "again" })] }));
    test.vendor.next(
      () => ({ ...accepted("SM1"), messageStatus: "scheduled" }),
      () => ({ ...accepted("SM2"), report: reportOf("eff_none", "canceled", { effectId: null }) }),
    );
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    expect((await message()).status).to.equal("canceled");
  });
});
