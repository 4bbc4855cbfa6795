import { expect } from "chai";
import type { Conversation } from "../../src/core/conversation.js";
import { flow, gate, inboundOf, openTestEngine, reportOf, sendStep, step, type TestEngine } from "./parts.js";

const connection = "test/post";
const customer = "+15005550010";

describe("taking what a customer writes", () => {
  let test: TestEngine;

  async function open(...flows: Parameters<typeof openTestEngine>[0]): Promise<void> {
    test = await openTestEngine([flow("a/send"), ...flows]);
  }
  afterEach(() => test.close());

  const receive = (...given: Parameters<typeof inboundOf>) => test.engine.receive(inboundOf(...given), connection);
  async function push(id = "1", phone = customer): Promise<void> {
    await test.push({ id, phone });
    await test.engine.idle();
  }
  async function conversations(): Promise<readonly Conversation[]> {
    return (await test.store.conversations.list({}, { limit: 10 })).items;
  }
  async function texts(conversation: Conversation): Promise<string[]> {
    const { items } = await test.store.conversations.messages(conversation, { limit: 50 });
    return items.map(({ direction, message }) => `${direction} ${message.body}`);
  }

  it("keeps it, with the message, the run and the order that it answers", async () => {
    await open();
    await push();
    await receive("SMin1", "Thanks");
    const kept = (await test.store.received.getByVendorId("SMin1"))!;
    const { items } = await test.store.messages.list({ to: customer }, { limit: 1 });
    const { id: messageId, runId } = items[0]!;
    expect(kept).to.include({ connection, contact: customer, body: "Thanks", channel: "sms" });
    expect(kept.answers).to.deep.equal({ messageId, runId, dataType: "shop/Order", key: "1" });
    expect(await test.store.received.get(kept.id)).to.deep.equal(kept);
  });

  it("records it as an event of the order, once, however often it is said", async () => {
    await open();
    await push();
    await receive("SMin1", "Thanks");
    await Promise.all([
      receive("SMin1", "Thanks"),
      test.another("bob").receive(inboundOf("SMin1", "Thanks"), connection),
    ]);
    const { items } = await test.store.events.list({ dataType: "shop/Order", key: "1" }, { limit: 10 });
    expect(items.map(({ kind }) => kind)).to.deep.equal(["message.received", "record.created"]);
    expect(items[0]!.payload).to.deep.include({ from: customer, to: "+15005550006", body: "Thanks", optOut: null });
    expect(items[0]!.payload.answers).to.include({ flow: "a/send", key: "1", body: "Order 1" });
    expect(await conversations()).to.have.lengthOf(1);
  });

  it("answers nothing when we have never written", async () => {
    await open();
    await receive("SMin1", "Hello?");
    expect(await test.store.received.getByVendorId("SMin1")).to.deep.include({ answers: null });
    const { items } = await test.store.events.list({ kind: "message.received" }, { limit: 5 });
    expect(items[0]).to.include({ dataType: null, key: null });
  });

  it("answers the message it quotes, not the newest", async () => {
    await open();
    await push("1");
    await push("2");
    await receive("SMin1", "This one", { quotes: "SM1" });
    await receive("SMin2", "The newest");
    await receive("SMin3", "Of somebody else", { quotes: "SM9" });
    const keys = await Promise.all(["SMin1", "SMin2", "SMin3"].map((id) => test.store.received.getByVendorId(id)));
    expect(keys.map((kept) => kept?.answers?.key)).to.deep.equal(["1", "2", "2"]);
  });

  it("answers the newest message of the number that was written to", async () => {
    await open();
    await push("1");
    await receive("SMin1", "Hi", { to: "+15005550099" });
    expect((await test.store.received.getByVendorId("SMin1"))?.answers?.key).to.equal("1");
  });

  it("answers a message whose call is still under way, but none that never left", async () => {
    await open();
    await push("1");
    const held = gate();
    test.vendor.next(async () => {
      await held.opened;
      return { summary: "", vendorId: "SM7", response: {}, messageStatus: "queued" };
    });
    await test.push({ id: "2", phone: customer });
    await test.push({ id: "3", phone: customer }); // stands behind the one under way
    await receive("SMin1", "So quick");
    held.open();
    await test.engine.idle();
    expect((await test.store.received.getByVendorId("SMin1"))?.answers?.key).to.equal("2");
  });

  it("puts texts of one contact into one conversation, beginning with the message that the first one answers", async () => {
    await open();
    await push();
    test.clock.now += 60_000;
    await receive("SMin1", "One");
    await push("2");
    await receive("MMin2", "Two", {
      channel: "mms",
      media: [{ url: "https://x.example/1", contentType: "image/png" }],
    });
    const [conversation, ...others] = await conversations();
    expect(others).to.deep.equal([]);
    expect(conversation).to.include({ channel: "sms", contact: customer, state: "open" });
    expect(await texts(conversation!)).to.deep.equal(["in Two", "out Order 2", "in One", "out Order 1"]);
  });

  it("keeps channels and contacts apart", async () => {
    await open();
    await receive("SMin1", "One");
    await receive("SMin2", "Two", { channel: "whatsapp" });
    await receive("SMin3", "Three", { contact: "+15005550011" });
    expect((await conversations()).map(({ channel, contact }) => `${channel} ${contact}`)).to.have.members([
      "sms +15005550010",
      "whatsapp +15005550010",
      "sms +15005550011",
    ]);
  });

  it("opens a new conversation once the last was closed, without what was said in that", async () => {
    await open();
    await push();
    await receive("SMin1", "One");
    const [first] = await conversations();
    test.clock.now += 60_000;
    await test.engine.moveConversation(first!.id, "closed");
    test.clock.now += 60_000;
    await receive("SMin2", "Two");
    const [second] = await conversations();
    expect(await texts(second!)).to.deep.equal(["in Two"]);
    expect(await texts((await test.store.conversations.get(first!.id))!)).to.deep.equal(["in One", "out Order 1"]);
  });

  it("opens one conversation when two processes hear from the contact at once", async () => {
    await open();
    const bob = test.another("bob");
    await Promise.all([receive("SMin1", "One"), bob.receive(inboundOf("SMin2", "Two"), connection)]);
    const [only, ...others] = await conversations();
    expect(others).to.deep.equal([]);
    expect(await texts(only!)).to.have.members(["in One", "in Two"]);
  });

  it("starts flows, for the connection they name and the texts they want", async () => {
    const tell = step({ id: "tell", kind: "notify", title: '=from & " says " & body' } as never);
    const on = (more: object) => ({
      on: { kind: "received", connection: null, when: null, ...more } as never,
      steps: [tell],
    });
    await open(
      flow("b/any", on({})),
      flow("c/yes", on({ when: "body = 'YES'" })),
      flow("d/other", on({ connection: "test/other" })),
      flow("e/own", on({ connection })),
    );
    await receive("SMin1", "NO");
    await test.engine.idle();
    const { items } = await test.store.events.list({ kind: "message.received" }, { limit: 5 });
    expect(items[0]!.decisions.map(({ flow, verdict }) => `${flow} ${verdict}`)).to.deep.equal([
      "b/any fired",
      "c/yes not-fired",
      "d/other not-fired",
      "e/own fired",
    ]);
    const notices = await test.store.notifications.list({ flow: "b/any" }, { limit: 10 });
    expect(notices.items.map(({ title }) => title)).to.include(`${customer} says NO`);
  });

  it("is taken when no more records are", async () => {
    test = await openTestEngine([flow("a/send")], { maxBacklog: 0, inlineRuns: 0 });
    await test.push({ id: "1", phone: customer }).catch(() => undefined);
    await receive("SMin1", "Hello");
    expect(await test.store.received.getByVendorId("SMin1")).not.to.equal(null);
  });

  it("tells the operator when it came by the fallback address", async () => {
    await open();
    const fallback = { errorCode: "11200", errorUrl: "https://patchbay.example/hooks/…" };
    await receive("SMin1", "Hello", { fallback });
    const { items } = await test.store.notifications.list({ level: "warning" }, { limit: 5 });
    expect(items[0]).to.include({ code: "WEBHOOK_MISSED" });
    expect(items[0]!.cause).to.contain("11200");
  });

  describe("while a run waits for a reply", () => {
    const hour = 3_600_000;
    const awaiting = (more: object = {}, id = "reply") =>
      step({
        id,
        kind: "wait",
        awaited: { kind: "reply", stepId: "send", when: null, ...more },
        timeoutMs: hour,
      } as never);
    const said = (id = "after", of = "reply") =>
      step({ id, kind: "notify", title: `=$steps.${of}.outcome & " " & $steps.${of}.reply.body` } as never);

    async function ask(...steps: ReturnType<typeof step>[]): Promise<void> {
      test = await openTestEngine([flow("a/ask", { steps: [sendStep(), ...steps] })]);
      await push();
    }
    async function told(): Promise<string[]> {
      await test.engine.idle();
      const { items } = await test.store.notifications.list({ level: "notice" }, { limit: 10 });
      return items.map(({ title }) => title.trim()).reverse();
    }
    async function later(ms: number): Promise<string[]> {
      test.clock.now += ms;
      await test.engine.tick();
      return told();
    }

    it("goes on with it, at once", async () => {
      await ask(awaiting(), said());
      await receive("SMin1", "YES");
      expect(await told()).to.deep.equal(["happened YES"]);
    });

    it("waits for one that it wants, and gives up after the timeout", async () => {
      await ask(awaiting({ when: "body = 'YES'" }), said());
      await receive("SMin1", "What?");
      expect(await later(2_000)).to.deep.equal([]);
      await receive("SMin2", "YES");
      expect(await told()).to.deep.equal(["happened YES"]);
      await push("2");
      expect(await later(hour)).to.deep.equal(["happened YES", "timeout"]);
    });

    it("is not woken by others, other channels or earlier texts", async () => {
      test = await openTestEngine([flow("a/ask", { steps: [sendStep(), awaiting(), said()] })]);
      await receive("SMin0", "Before");
      await push();
      await receive("SMin1", "Hi", { contact: "+15005550011" });
      await receive("SMin2", "Hi", { channel: "whatsapp" });
      await test.engine.receive(inboundOf("SMin3", "Hi"), "test/other");
      expect(await later(60_000)).to.deep.equal([]);
    });

    it("finds one that came before the outcome of the call was stored", async () => {
      test = await openTestEngine([flow("a/ask", { steps: [sendStep(), awaiting(), said()] })]);
      const held = gate();
      test.vendor.next(async () => {
        await held.opened;
        return { summary: "", vendorId: "SM1", response: {}, messageStatus: "queued" };
      });
      await test.push({ id: "1", phone: customer });
      await receive("SMin1", "YES");
      held.open();
      expect(await told()).to.deep.equal(["happened YES"]);
    });

    it("goes on in whatever process hears of the reply", async () => {
      await ask(awaiting(), said());
      await test.engine.stop();
      const bob = test.another("bob");
      await bob.receive(inboundOf("SMin1", "YES"), connection);
      await bob.idle();
      expect(await told()).to.deep.equal(["happened YES"]);
    });

    it("leaves alone what quotes another message", async () => {
      await ask(awaiting(), said());
      await push("2");
      await receive("SMin1", "Only the second", { quotes: "SM2" });
      await told();
      const { items } = await test.store.runs.list({ flow: "a/ask" }, { limit: 5 });
      expect(items.map(({ key, status }) => `${key} ${status}`)).to.deep.equal(["2 succeeded", "1 waiting"]);
    });

    it("takes every reply once", async () => {
      await ask(awaiting(), said(), awaiting({}, "again"), said("last", "again"));
      await receive("SMin1", "YES");
      expect(await told()).to.deep.equal(["happened YES"]);
      await receive("SMin2", "NO");
      expect(await told()).to.deep.equal(["happened YES", "happened NO"]);
    });

    it("is over at once when the message did not arrive", async () => {
      await ask(awaiting(), said());
      const { effectId } = test.vendor.contexts[0]!;
      await test.engine.report(reportOf(effectId, "undelivered"));
      expect(await told()).to.deep.equal(["missed"]);
    });

    it("is skipped when the step before sent no message", async () => {
      test = await openTestEngine([
        flow("a/ask", { steps: [sendStep({ with: {}, onError: "continue" } as never), awaiting(), said()] }),
      ]);
      await push();
      const { items } = await test.store.runs.list({ flow: "a/ask" }, { limit: 1 });
      expect(items[0]!.steps.map(({ id, outcome }) => `${id} ${outcome}`)).to.deep.equal([
        "send failed",
        "reply skipped",
        "after done",
      ]);
    });
  });
});
