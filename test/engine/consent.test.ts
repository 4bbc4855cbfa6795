import { expect } from "chai";
import type { InstalledFlow } from "../../src/core/catalog.js";
import { failed } from "../http/failed.js";
import { failing, flow, gate, inboundOf, openTestEngine, reportOf, sendStep, step, type TestEngine } from "./parts.js";

const customer = "+15005550010";
const connection = "test/post";
const optedOut = failing("RECIPIENT_OPTED_OUT", "The vendor did not send it", { vendorCode: "21610" });

describe("consent", () => {
  let test: TestEngine;
  async function open(...flows: readonly InstalledFlow[]): Promise<void> {
    test = await openTestEngine(flows.length === 0 ? [flow("a/send")] : flows);
  }
  afterEach(() => test.close());

  let said = 0;
  async function write(optOut: "stop" | "start" | "help", more: Parameters<typeof inboundOf>[2] = {}): Promise<void> {
    said += 1;
    await test.engine.receive(inboundOf(`SMin${said}`, optOut.toUpperCase(), { optOut, ...more }), connection);
    await test.engine.idle();
  }
  async function push(id: string, more: object = {}): Promise<void> {
    await test.push({ id, phone: customer, ...more });
    await test.engine.idle();
  }
  async function newestRun(flow = "a/send") {
    const { items } = await test.store.runs.list({ flow }, { limit: 1 });
    return items[0]!;
  }
  async function newestMessage() {
    const { items } = await test.store.messages.list({}, { limit: 1 });
    return items[0]!;
  }
  async function entries() {
    return (await test.store.consent.entries({}, { limit: 50 })).items;
  }
  async function kinds(): Promise<string[]> {
    return (await test.store.events.list({}, { limit: 50 })).items.map(({ kind }) => kind);
  }
  const operator = {
    contact: customer,
    channel: null,
    scope: "everything",
    reason: "by phone",
    by: "Ann",
    force: false,
  };

  describe("of somebody who has texted STOP", () => {
    it("keeps later messages from being sent, as an outcome of its own", async () => {
      await open();
      await write("stop");
      await push("1");
      expect(test.vendor.calls).to.deep.equal([]);
      const run = await newestRun();
      expect(run).to.include({ status: "succeeded", failure: null });
      expect(run.stopReason).to.match(/^\+15005550010 has opted out of messages from \+15005550006 \(texted STOP, 20/);
      expect(run.steps[0]).to.include({ id: "send", outcome: "suppressed", output: null });
      expect(run.steps[0]!.failure).to.include({ code: "RECIPIENT_OPTED_OUT" });
    });

    it("is found in the messages, in the ledger of calls, and in a notification that is no warning", async () => {
      await open();
      await write("stop");
      await push("1");
      const message = await newestMessage();
      expect(message).to.include({ status: "suppressed", to: customer, body: "Order 1", vendorId: null });
      expect(await test.store.effects.get(message.effectId)).to.include({ state: "refused", attempts: 0 });
      const { items } = await test.store.notifications.list({ runId: message.runId }, { limit: 5 });
      expect(items.map(({ level, code }) => `${level} ${code}`)).to.deep.equal(["info RECIPIENT_OPTED_OUT"]);
      expect((await test.store.issues.list({}, { limit: 5 })).items).to.deep.equal([]);
    });

    it("is written into the ledger with the word, the message and the instant", async () => {
      await open();
      await write("stop");
      const received = await test.store.received.getByVendorId(`SMin${said}`);
      const [entry, ...others] = await entries();
      expect(others).to.deep.equal([]);
      expect(entry).to.deep.include({ contact: customer, scope: "sender:+15005550006", state: "opted-out" });
      expect(entry).to.deep.include({
        how: "keyword",
        word: "STOP",
        messageId: received!.id,
        at: received!.receivedAt,
      });
    });

    it("ends with START", async () => {
      await open();
      await write("stop");
      await push("1");
      test.clock.now += 1_000;
      await write("start");
      await push("2");
      expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["Order 2"]);
    });

    it("changes nothing with HELP, nor with a repetition", async () => {
      await open();
      await write("help");
      await push("1");
      expect(await entries()).to.deep.equal([]);
      const stop = inboundOf("SMstop", "STOP", { optOut: "stop" });
      await test.engine.receive(stop, connection);
      await test.engine.receive(stop, connection);
      expect(await entries()).to.have.lengthOf(1);
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("is about that number and channel only", async () => {
      await open(
        flow("a/send"),
        flow("b/other", {
          steps: [sendStep({ id: "other", with: { to: "=phone", body: "=id", from: "+15005550099" } })],
        }),
      );
      await write("stop", { channel: "whatsapp" });
      await push("1");
      expect(test.vendor.calls).to.have.lengthOf(2);
      test.clock.now += 1_000;
      await write("stop");
      await push("2");
      expect(test.vendor.calls).to.have.lengthOf(3);
    });

    it("is about a whole pool of senders when the number is in one, and about the number itself", async () => {
      await open(
        flow("a/send"),
        flow("b/pool", { steps: [sendStep({ id: "pool", with: { to: "=phone", body: "=id", service: "MG1" } })] }),
        flow("c/other", { steps: [sendStep({ id: "other", with: { to: "=phone", body: "c", service: "MG2" } })] }),
      );
      await write("stop", { service: "MG1" });
      await push("1");
      expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["c"]);
      expect((await entries()).map(({ scope }) => scope)).to.have.members(["service:MG1", "sender:+15005550006"]);
      test.clock.now += 1_000;
      await write("start", { service: "MG1", to: "+15005550098" });
      await push("2");
      expect(test.vendor.calls.map(({ body }) => body)).to.have.members(["c", "2", "c"]);
    });

    it("keeps a flow from answering the STOP itself", async () => {
      const on = { kind: "received", connection: null, when: null } as never;
      await open(flow("a/answer", { on, steps: [sendStep({ id: "send", with: { to: "=from", body: "Sorry!" } })] }));
      await write("stop");
      expect(test.vendor.calls).to.deep.equal([]);
      expect(await newestRun("a/answer")).to.include({ status: "succeeded" });
      test.clock.now += 1_000;
      await write("start");
      expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["Sorry!"]);
    });

    it("stops a message that was waiting when it came", async () => {
      await open();
      test.vendor.next(failing("ENDPOINT_BUSY", "Slow down"));
      await push("1");
      expect((await newestRun()).wait).to.include({ kind: "retry" });
      await write("stop");
      test.clock.now += 3_600_000;
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect(await newestMessage()).to.include({ status: "suppressed" });
      expect(await newestRun()).to.include({ status: "succeeded" });
      const effect = await test.store.effects.get((await newestMessage()).effectId);
      expect(effect).to.include({ state: "refused", attempts: 1 });
    });

    it("stops a message that stood behind another one to the same person", async () => {
      await open();
      const held = gate();
      test.vendor.next(async () => {
        await held.opened;
        return { summary: "", vendorId: "SM1", response: {}, messageStatus: "queued" };
      });
      await test.push({ id: "1", phone: customer });
      await test.push({ id: "2", phone: customer });
      await test.engine.receive(inboundOf("SMlate", "STOP", { optOut: "stop" }), connection);
      held.open();
      await test.engine.idle();
      test.clock.now += 60_000;
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect(await newestMessage()).to.include({ status: "suppressed", body: "Order 2" });
    });

    it("can be reacted to: with onError continue the flow goes on and sees it", async () => {
      const told = step({
        id: "told",
        kind: "notify",
        title: '=$steps.send.suppressed ? "by e-mail: " & $steps.send.error.code : "sent"',
      } as never);
      await open(flow("a/send", { steps: [sendStep({ onError: "continue" } as never), told] }));
      await write("stop");
      await push("1");
      const run = await newestRun();
      expect(run).to.include({ status: "succeeded", stopReason: null });
      expect(run.steps.map(({ outcome }) => outcome)).to.deep.equal(["suppressed", "done"]);
      const { items } = await test.store.notifications.list({ runId: run.id }, { limit: 5 });
      expect(items.map(({ title }) => title)).to.include("by e-mail: RECIPIENT_OPTED_OUT");
    });

    it("shows in the preview of a replay, which sends once they have texted START", async () => {
      await open();
      await write("stop");
      await push("1");
      const { eventId } = await newestRun();
      const preview = await test.engine.previewReplay(eventId);
      expect(preview.calls.map(({ verdict, recipient }) => [verdict, recipient])).to.deep.equal([
        ["suppressed", customer],
      ]);
      expect(preview.failures).to.deep.equal([]);
      test.clock.now += 1_000;
      await write("start");
      expect((await test.engine.previewReplay(eventId)).calls.map(({ verdict }) => verdict)).to.deep.equal([
        "would-send",
      ]);
      await test.engine.replay(eventId);
      await test.engine.idle();
      expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["Order 1"]);
      expect(await newestMessage()).to.include({ status: "queued", body: "Order 1" });
    });

    it("keeps a replay from sending, too, and says so in the message", async () => {
      await open();
      await write("stop");
      await push("1");
      await test.engine.replay((await newestRun()).eventId);
      await test.engine.idle();
      expect(test.vendor.calls).to.deep.equal([]);
      expect(await newestRun()).to.include({ status: "succeeded" });
      expect((await test.store.messages.list({}, { limit: 9 })).items.map(({ status }) => status)).to.deep.equal([
        "suppressed",
      ]);
    });
  });

  describe("that the vendor knows of", () => {
    it("is learnt from its refusal: the run ends as if we had known", async () => {
      await open();
      test.vendor.next(optedOut);
      await push("1");
      expect(await newestRun()).to.include({ status: "succeeded", stopReason: "The vendor did not send it" });
      expect(await newestMessage()).to.include({ status: "suppressed", errorCode: "21610" });
      const [entry] = await entries();
      expect(entry).to.include({ how: "vendor-report", word: "21610", scope: "sender:+15005550006" });
      expect(entry).to.include({ messageId: (await newestMessage()).id });
      await push("2");
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("is learnt from a report about a message that had been taken", async () => {
      await open();
      await push("1");
      const { effectId, id } = await newestMessage();
      const report = reportOf(effectId, "failed", { errorCode: "30630", optedOut: true, cause: "Unsubscribed" });
      await test.engine.report(report);
      await test.engine.report(report);
      const [entry, ...others] = await entries();
      expect(others).to.deep.equal([]);
      expect(entry).to.include({ how: "vendor-report", word: "30630", messageId: id, contact: customer });
      const { items } = await test.store.notifications.list({ flow: "a/send" }, { limit: 9 });
      expect(items.map(({ level, code }) => [level, code])).to.deep.include(["info", "RECIPIENT_OPTED_OUT"]);
      await push("2");
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("does not undo a START that came after the message was sent", async () => {
      await open();
      await push("1");
      const { effectId } = await newestMessage();
      test.clock.now += 1_000;
      await write("start");
      test.clock.now += 3_600_000;
      await test.engine.report(reportOf(effectId, "failed", { errorCode: "30630", optedOut: true }));
      expect(await entries()).to.have.lengthOf(2);
      await push("2");
      expect(test.vendor.calls).to.have.lengthOf(2);
    });

    it("is about the pool when a pool sends, and about the connection when nobody knows who does", async () => {
      await open(
        flow("b/pool", { steps: [sendStep({ id: "pool", with: { to: "=phone", body: "=id", service: "MG1" } })] }),
      );
      test.vendor.next(optedOut);
      await push("1");
      expect((await entries()).map(({ scope }) => scope)).to.deep.equal(["service:MG1"]);
    });

    it("is kept when the run was cancelled meanwhile", async () => {
      await open();
      const held = gate();
      test.vendor.next(async (request, context) => {
        await held.opened;
        return optedOut(request, context);
      });
      await test.push({ id: "1", phone: customer });
      await test.engine.cancel((await newestRun()).id, "never mind");
      held.open();
      await test.engine.idle();
      expect(await entries()).to.have.lengthOf(1);
      expect(await newestRun()).to.include({ status: "cancelled" });
    });
  });

  describe("starts flows", () => {
    const tell = step({ id: "tell", kind: "notify", title: '=contact & " " & state & " " & how' } as never);
    const listening = (...statuses: string[]) =>
      flow("b/listen", { on: { kind: "message", statuses, when: null } as never, steps: [tell] });
    async function titles(): Promise<string[]> {
      await test.engine.idle();
      const { items } = await test.store.notifications.list({ flow: "b/listen", level: "notice" }, { limit: 20 });
      return items.map(({ title }) => title).toReversed();
    }

    it("when a person opts out and in, once for each change", async () => {
      await open(listening("opted-out", "opted-in"));
      for (const word of ["stop", "stop", "start", "start"] as const) {
        await write(word);
        test.clock.now += 1_000;
      }
      expect(await titles()).to.deep.equal([`${customer} opted-out keyword`, `${customer} opted-in keyword`]);
    });

    it("when the vendor reports it, about the record whose message it was", async () => {
      await open(flow("a/send"), listening("opted-out"));
      test.vendor.next(optedOut);
      await push("1");
      expect(await titles()).to.deep.equal([`${customer} opted-out vendor-report`]);
      const { items } = await test.store.events.list({ kind: "message.opted-out" }, { limit: 2 });
      expect(items).to.have.lengthOf(1);
      expect(items[0]).to.include({ dataType: "shop/Order", key: "1", causedByRun: (await newestRun()).id, depth: 1 });
      expect((await entries())[0]).to.include({ eventId: items[0]!.id });
    });

    it("and none that listen to statuses only", async () => {
      await open(listening("delivered"));
      await write("stop");
      expect(await titles()).to.deep.equal([]);
      const { items } = await test.store.events.list({ kind: "message.opted-out" }, { limit: 2 });
      expect(items[0]!.decisions[0]).to.include({ verdict: "not-fired" });
    });
  });

  describe("that an operator records", () => {
    it("holds for every channel and sender, and is undone in the same way", async () => {
      await open();
      const recorded = await test.engine.recordConsent({ ...operator, state: "opted-out" });
      expect(recorded.map(({ channel, how, by }) => `${channel} ${how} ${by}`)).to.deep.equal([
        "sms operator Ann",
        "whatsapp operator Ann",
      ]);
      await push("1");
      expect(test.vendor.calls).to.deep.equal([]);
      expect((await newestRun()).stopReason).to.contain("recorded by Ann: by phone");
      test.clock.now += 1_000;
      await test.engine.recordConsent({ ...operator, state: "opted-in" });
      await push("2");
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("does not undo a person's own STOP, unless it is said so", async () => {
      await open();
      await write("stop");
      test.clock.now += 1_000;
      await failed(test.engine.recordConsent({ ...operator, state: "opted-in" }), "CONSENT_WITHHELD");
      expect(await entries()).to.have.lengthOf(1);
      await test.engine.recordConsent({ ...operator, state: "opted-in", force: true });
      const { items } = await test.store.consent.list({ contact: customer }, { limit: 9 });
      expect(items.map(({ entry }) => `${entry.channel} ${entry.scope} ${entry.state}`)).to.have.members([
        "sms everything opted-in",
        "sms sender:+15005550006 opted-in",
        "whatsapp everything opted-in",
      ]);
      await push("1");
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("needs a reason to opt somebody in", async () => {
      await open();
      const statement = { ...operator, state: "opted-in", reason: " " } as const;
      await failed(test.engine.recordConsent(statement), "REQUEST_INVALID");
      await failed(test.engine.recordConsent({ ...statement, reason: null, force: true }), "REQUEST_INVALID");
    });

    it("gives way to the person's own START", async () => {
      await open();
      await test.engine.recordConsent({ ...operator, state: "opted-out" });
      test.clock.now += 1_000;
      await write("start");
      await push("1");
      expect(test.vendor.calls).to.have.lengthOf(1);
    });
  });

  describe("that is imported", () => {
    const row = { ...operator, how: "import", word: null, id: null, at: null } as const;
    const longAgo = new Date("2020-01-01T00:00:00Z");

    it("is recorded once, with or without its instant, and tells no flow", async () => {
      await open();
      const rows = [{ ...row, state: "opted-out" } as const, { ...row, state: "opted-out", at: longAgo } as const];
      const verdicts: string[] = [];
      for (const one of [...rows, ...rows]) verdicts.push(await test.engine.importConsent(one));
      expect(verdicts).to.deep.equal(["recorded", "recorded", "unchanged", "unchanged"]);
      expect(await entries()).to.have.lengthOf(4);
      expect(await kinds()).to.deep.equal([]);
      await push("1");
      expect(test.vendor.calls).to.deep.equal([]);
    });

    it("is kept, but withheld, where a person's own STOP stands against it", async () => {
      await open();
      await write("stop");
      test.clock.now += 1_000;
      expect(await test.engine.importConsent({ ...row, state: "opted-in", channel: "sms" })).to.equal("withheld");
      expect(await entries()).to.have.lengthOf(2);
      await push("1");
      expect(test.vendor.calls).to.deep.equal([]);
      const forced = { ...row, state: "opted-in", channel: "sms", force: true } as const;
      expect(await test.engine.importConsent(forced)).to.equal("recorded");
      await push("2");
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("does not undo what was said after it", async () => {
      await open();
      await write("stop");
      const old = { ...row, how: "keyword", word: "START", state: "opted-in", at: longAgo } as const;
      expect(await test.engine.importConsent(old)).to.equal("recorded");
      await push("1");
      expect(test.vendor.calls).to.deep.equal([]);
    });

    it("keeps its id when it was exported, so that it comes back as what it was", async () => {
      await open();
      await write("stop");
      const [entry] = await entries();
      const exported = { ...row, ...entry!, channel: entry!.channel };
      expect(await test.engine.importConsent(exported)).to.equal("unchanged");
      await failed(test.engine.importConsent({ ...exported, at: longAgo }), "REQUEST_INVALID");
      await failed(
        test.engine.importConsent({ ...row, state: "opted-out", at: new Date("2126-01-01") }),
        "REQUEST_INVALID",
      );
    });
  });
});
