import { expect } from "chai";
import { flow, openTestEngine, reportOf, step, type TestEngine } from "./parts.js";

describe("taking what a vendor reports", () => {
  let test: TestEngine;
  let effectId: string;

  async function open(...flows: Parameters<typeof openTestEngine>[0]): Promise<void> {
    test = await openTestEngine([flow("a/send"), ...flows]);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    effectId = test.vendor.contexts[0]!.effectId;
  }
  afterEach(() => test.close());

  async function status(): Promise<string | undefined> {
    return (await test.store.messages.getByVendorId("SM1"))?.status;
  }

  it("moves the message forward and records each status as an event of the order", async () => {
    await open();
    await test.engine.report(reportOf(effectId, "sent"));
    await test.engine.report(reportOf(effectId, "delivered"));
    expect(await status()).to.equal("delivered");
    const { items } = await test.store.events.list({ dataType: "shop/Order", key: "1" }, { limit: 10 });
    expect(items.map(({ kind }) => kind)).to.deep.equal(["message.delivered", "message.sent", "record.created"]);
  });

  it("never moves it back when reports come late or twice", async () => {
    await open();
    for (const word of ["delivered", "sent", "delivered", "queued"] as const)
      await test.engine.report(reportOf(effectId, word));
    expect(await status()).to.equal("delivered");
    const { items } = await test.store.events.list({ kind: "message.delivered" }, { limit: 10 });
    expect(items).to.have.lengthOf(1);
  });

  it("starts no flow for a report that came late, not when it is replayed either", async () => {
    const on = { kind: "message", statuses: ["sent"], when: null } as never;
    await open(flow("b/sent", { on, steps: [step({ id: "tell", kind: "notify", title: "sent" })] }));
    for (const word of ["delivered", "sent"] as const) await test.engine.report(reportOf(effectId, word));
    const [late] = (await test.store.events.list({ kind: "message.sent" }, { limit: 10 })).items;
    expect(late?.payload).to.include({ late: true });
    const { decisions } = await test.engine.replay(late!.id);
    expect(decisions.map(({ verdict, reason }) => `${verdict}: ${reason}`)).to.deep.equal([
      "not-fired: the report came late: the message had gone further already",
    ]);
    expect((await test.store.runs.list({ flow: "b/sent" }, { limit: 5 })).items).to.deep.equal([]);
  });

  it("tells the operator when a message is not delivered, with cause and remedy", async () => {
    await open();
    await test.engine.report(
      reportOf(effectId, "undelivered", {
        errorCode: "30005",
        cause: "The number does not exist",
        remedy: "Ask for another.",
      }),
    );
    const { items } = await test.store.notifications.list({ level: "error" }, { limit: 10 });
    expect(items[0]).to.include({
      title: "Message to +15005550010 undelivered (30005)",
      cause: "The number does not exist",
      remedy: "Ask for another.",
      code: "MESSAGE_NOT_DELIVERED",
    });
  });

  it("starts flows that wait for a status, once", async () => {
    const on = { kind: "message", statuses: ["delivered"], when: "flow = 'a/send'" } as never;
    const tell = step({ id: "tell", kind: "notify", title: '="Delivered to " & to' } as never);
    await open(flow("b/delivered", { on, steps: [tell] }));
    for (const word of ["sent", "delivered", "delivered"] as const) await test.engine.report(reportOf(effectId, word));
    await test.engine.idle();
    const { items } = await test.store.notifications.list({ flow: "b/delivered" }, { limit: 10 });
    expect(items.map(({ title }) => title)).to.include("Delivered to +15005550010");
    expect((await test.store.runs.list({ flow: "b/delivered" }, { limit: 10 })).items).to.have.lengthOf(1);
  });

  it("says which step sent what by which way, and whether who did not get it wants no more", async () => {
    await open();
    const outOf = { contact: "+15005550010", channel: "sms", scope: "everything" } as const;
    await test.engine.recordConsent({ ...outOf, state: "opted-out", reason: null, by: "Ann", force: false });
    for (const word of ["sent", "undelivered"] as const) await test.engine.report(reportOf(effectId, word));
    const { items } = await test.store.events.list({ key: "1", dataType: "shop/Order" }, { limit: 2 });
    expect(items.map(({ payload }) => [payload.status, payload.optedOut])).to.deep.equal([
      ["undelivered", true],
      ["sent", false],
    ]);
    expect(items[0]?.payload).to.include({ channel: "sms", flow: "a/send", step: "send" });
    expect(items[0]?.payload.connection).to.be.a("string");
  });

  it("leaves reports about strangers' messages alone", async () => {
    await open();
    await test.engine.report(reportOf("eff_unknown", "sent", { vendorId: "SM-other", dedupeKey: "x" }));
    expect((await test.store.events.list({ kind: "message.sent" }, { limit: 10 })).items).to.deep.equal([]);
  });
});
