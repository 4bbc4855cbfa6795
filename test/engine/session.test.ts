import { expect } from "chai";
import type { KnownTemplates, PreparedCall } from "../../src/core/connector.js";
import type { Effect } from "../../src/core/effect.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { JsonObject } from "../../src/core/json.js";
import type { Run } from "../../src/core/run.js";
import type { Session } from "../../src/core/session.js";
import type { Template } from "../../src/core/template.js";
import { failing, flow, gate, inboundOf, openTestEngine, reportOf, sendStep, step, type TestEngine } from "./parts.js";

const customer = "+15005550010";
const sender = "+15005550006";
const HOUR_MS = 3_600_000;

describe("calls that are allowed for a while after the contact has written", () => {
  let test: TestEngine;
  let session: Partial<Session>;
  beforeEach(async () => {
    session = {};
    test = await openTestEngine([
      flow("a/send"),
      flow("a/reply", {
        on: { kind: "received", connection: null },
        steps: [step({ id: "send", kind: "call", with: { to: "=from", body: "Thanks" } })],
        active: false,
      }),
    ]);
    Object.assign(test.vendor.connection, { prepare });
  });
  afterEach(() => test.close());

  function prepare(_endpoint: string, { to, body }: JsonObject): PreparedCall {
    const message = {
      channel: "whatsapp",
      from: sender,
      service: null,
      to: String(to),
      segments: 1,
      media: [],
    } as const;
    const said = (text: string) => ({ request: { to: String(to), body: text }, message: { ...message, body: text } });
    return {
      ...said(String(body)),
      recipient: String(to),
      validForMs: null,
      session: {
        ...{ channel: "whatsapp", sender, contact: String(to), ms: 24 * HOUR_MS, leavesAt: null, label: "free text" },
        outside: { label: "the template", ...said("Template") },
        ...session,
      },
    };
  }

  const writes = (more: Parameters<typeof inboundOf>[2] = {}): Promise<void> =>
    test.engine.receive(inboundOf(`SMin${test.clock.now}`, "Hi", { channel: "whatsapp", ...more }), "test/post");
  async function push(id = "1"): Promise<Run> {
    await test.push({ id, phone: customer });
    await test.engine.idle();
    return runOf(id);
  }
  async function runOf(key: string): Promise<Run> {
    const { items } = await test.store.runs.list({ dataType: "shop/Order", key, flow: "a/send" }, { limit: 1 });
    return items[0]!;
  }
  async function effectOf(run: Run): Promise<Effect> {
    return (await test.store.effects.listOfRun(run.id))[0]!;
  }
  const bodies = (): unknown[] => test.vendor.calls.map(({ body }) => body);

  it("say what was meant while the window is open, and the other thing from its end on", async () => {
    await writes();
    await push("1");
    test.clock.now += 24 * HOUR_MS;
    await push("2");
    test.clock.now += 1;
    const run = await push("3");
    expect(bodies()).to.deep.equal(["Order 1", "Order 2", "Template"]);
    expect((await effectOf(run)).session?.picked).to.deep.equal({
      which: "outside",
      why: `the template, because ${customer} has not written to ${sender} since 2026-01-01T00:00:00Z`,
    });
    expect((await test.store.messages.getByVendorId("SM3"))?.body).to.equal("Template");
  });

  it("tell the operator which was sent, and why", async () => {
    const run = await push();
    const { items } = await test.store.notifications.list({ runId: run.id }, { limit: 1 });
    expect(items[0]?.title).to.equal(
      `a/send: message SM1 queued (the template, because ${customer} has not written to ${sender} since 2025-12-31T00:00:00Z)`,
    );
  });

  it("count only what was written to their sender on their channel, by any connection", async () => {
    await writes({ channel: "sms" });
    await writes({ to: "+15005550099", vendorId: "SMother", dedupeKey: "other" });
    await writes({ contact: "+15005550011", vendorId: "SMthird", dedupeKey: "third" });
    await push("1");
    await test.engine.receive(inboundOf("SMown", "Hi", { channel: "whatsapp" }), "other/connection");
    await push("2");
    expect(bodies()).to.deep.equal(["Template", "Order 2"]);
  });

  it("count whatever their connection took when the vendor chooses the sender", async () => {
    session = { sender: null };
    await test.engine.receive(inboundOf("SM8", "Hi", { channel: "whatsapp", to: "+15005550099" }), "other/one");
    await push("1");
    await writes({ to: "+15005550099" });
    await push("2");
    expect(bodies()).to.deep.equal(["Template", "Order 2"]);
  });

  it("are judged by when they leave", async () => {
    await writes();
    session = { leavesAt: new Date(test.clock.now + 25 * HOUR_MS).toISOString() };
    await push("1");
    session = { leavesAt: new Date(test.clock.now + 23 * HOUR_MS).toISOString() };
    await push("2");
    expect(bodies()).to.deep.equal(["Template", "Order 2"]);
  });

  it("answer the very message that starts their flow", async () => {
    test.use(
      flow("a/reply", {
        on: { kind: "received", connection: null },
        steps: [step({ id: "send", kind: "call", with: { to: "=from", body: "Thanks" } })],
      }),
    );
    await writes();
    await test.engine.idle();
    expect(bodies()).to.deep.equal(["Thanks"]);
  });

  it("fail with what to do when there is nothing to say outside", async () => {
    session = { outside: { code: "SESSION_CLOSED", message: "Free text is not allowed", remedy: "Give a template." } };
    const run = await push();
    expect(run).to.include({ status: "failed" });
    expect(run.failure).to.deep.equal({
      code: "SESSION_CLOSED",
      message: `Free text is not allowed: ${customer} has not written to ${sender} since 2025-12-31T00:00:00Z`,
      remedy: "Give a template.",
    });
    expect(bodies()).to.deep.equal([]);
  });

  it("pick anew when they come to their attempt after a rest", async () => {
    const held = gate();
    test.vendor.next(async () => {
      await held.opened;
      return { summary: "", vendorId: "SM1", response: {}, messageStatus: "queued" };
    });
    await test.push({ id: "1", phone: customer });
    await test.push({ id: "2", phone: customer });
    expect(await runOf("2")).to.include({ status: "waiting" });
    expect((await effectOf(await runOf("2"))).state).to.equal("intended");
    await writes();
    held.open();
    await test.engine.idle();
    test.clock.now += 60_000;
    await test.engine.tick();
    expect(bodies()).to.deep.equal(["Template", "Order 2"]);
    expect((await test.store.messages.getByEffect((await effectOf(await runOf("2"))).id))?.body).to.equal("Order 2");
  });

  it("are refused in the ledger too when a rest leaves them nothing to say", async () => {
    await writes();
    session = { outside: { code: "SESSION_CLOSED", message: "Free text is not allowed", remedy: "Give a template." } };
    test.vendor.next(failing("ENDPOINT_BUSY", "later", { retryAfterMs: 1_000 }));
    await push();
    test.clock.now += 25 * HOUR_MS;
    await test.engine.tick();
    const run = await runOf("1");
    expect(run.failure?.code).to.equal("SESSION_CLOSED");
    const effect = await effectOf(run);
    expect(effect.state).to.equal("refused");
    expect((await test.store.messages.getByEffect(effect.id))?.status).to.equal("failed");
  });

  it("say the other thing at once when the vendor refuses although the contact has written", async () => {
    await writes();
    test.vendor.next(failing("SESSION_CLOSED", "outside the window", { vendorCode: "63016" }));
    await push();
    await test.engine.tick();
    const run = await runOf("1");
    expect(run).to.include({ status: "succeeded" });
    expect(bodies()).to.deep.equal(["Order 1", "Template"]);
    const effect = await effectOf(run);
    expect(effect).to.include({ state: "done", attempts: 2, failure: null });
    expect(effect.session?.picked?.why).to.equal(
      `the template, because the vendor says that ${customer} has not written lately`,
    );
    const message = await test.store.messages.getByEffect(effect.id);
    expect(message).to.include({ status: "queued", body: "Template" });
  });

  it("do not say the other thing after the vendor has refused that", async () => {
    test.vendor.next(failing("SESSION_CLOSED", "outside the window"));
    const run = await push();
    expect(run.failure?.code).to.equal("SESSION_CLOSED");
    expect(bodies()).to.deep.equal(["Template"]);
  });

  it("repeat unchanged what may have been sent", async () => {
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "cut off"));
    await push();
    await writes();
    test.clock.now += 60_000;
    await test.engine.tick();
    await test.engine.tick();
    expect(bodies()).to.deep.equal(["Template", "Template"]);
  });
});

describe("read receipts", () => {
  it("move a message on from wherever it is, never back, and start flows once", async () => {
    const told = [step({ id: "tell", kind: "notify", title: "It was read" })];
    await using test = await openWithReceipts(
      flow("a/read", { on: { kind: "message", statuses: ["read"] }, steps: told }),
    );
    const [effect] = (await test.store.effects.list({}, { limit: 1 })).items;
    for (const status of ["sent", "read", "delivered", "read"] as const) {
      await test.engine.report(reportOf(effect!.id, status));
    }
    await test.engine.idle();
    expect((await test.store.messages.getByVendorId("SM1"))?.status).to.equal("read");
    expect((await test.store.runs.list({ flow: "a/read" }, { limit: 5 })).items).to.have.lengthOf(1);
  });

  async function openWithReceipts(onRead: ReturnType<typeof flow>) {
    const opened = await openTestEngine([flow("a/send"), onRead]);
    await opened.push({ id: "1", phone: customer });
    await opened.engine.idle();
    return { ...opened, [Symbol.asyncDispose]: () => opened.close() };
  }
});

describe("calls that ask for a template", () => {
  let test: TestEngine;
  let known: KnownTemplates | undefined;
  let atVendor: readonly Template[];
  let fetched: number;
  let wanted: boolean;
  beforeEach(async () => {
    [known, atVendor, fetched, wanted] = [undefined, [template], 0, false];
    test = await openTestEngine([
      flow("a/send", { steps: [sendStep({ with: { to: "=phone", template: "thanks" } })] }),
    ]);
    Object.assign(test.vendor.connection, {
      prepare: (_endpoint: string, { to }: JsonObject, given?: KnownTemplates): PreparedCall => {
        known = given;
        return { request: { to: String(to) }, recipient: String(to), message: null, validForMs: null };
      },
      templates: {
        get wanted() {
          return wanted;
        },
        wish: (_endpoint: string, { template: name }: JsonObject) =>
          typeof name === "string" ? { id: null, name } : null,
        fetch: async () => {
          fetched += 1;
          if (atVendor.length === 0) throw new PatchbayError("ENDPOINT_UNREACHABLE", "gone");
          return atVendor;
        },
      },
    });
  });
  afterEach(() => test.close());

  const template: Template = {
    ...{
      id: "HX1",
      name: "thanks",
      language: "en",
      form: "twilio/text",
      body: "Thanks {{1}}",
      variables: { "1": "Jo" },
    },
    ...{ approval: { state: "approved", category: "UTILITY", rejectionReason: null }, opensConversations: true },
  };
  const run = async (): Promise<Run> => (await test.store.runs.list({}, { limit: 1 })).items[0]!;

  it("wait until the templates were fetched, once, and then know theirs", async () => {
    await test.push({ id: "1", phone: customer });
    expect(await run()).to.deep.include({
      status: "waiting",
      wait: { kind: "connection", connection: "test/post", reason: "its templates are being fetched", placeAt: null },
    });
    await test.engine.tick();
    expect(fetched).to.equal(1);
    test.clock.now += 2_000;
    await test.engine.tick();
    expect(await run()).to.include({ status: "succeeded" });
    expect(known?.matching).to.deep.equal([template]);
  });

  it("learn which templates there are when theirs is none of them", async () => {
    atVendor = [{ ...template, name: "other" }];
    await test.engine.fetchTemplates("test/post");
    await test.push({ id: "1", phone: customer });
    expect(known).to.deep.include({ matching: [], names: ["other"] });
  });

  it("fail after a quarter of an hour without templates, and say why there are none", async () => {
    atVendor = [];
    await test.push({ id: "1", phone: customer });
    await test.engine.tick();
    test.clock.now += 15 * 60_000;
    await test.engine.tick();
    expect((await run()).failure).to.deep.include({
      code: "TEMPLATES_NOT_FETCHED",
      message: "The templates of test/post are not known: gone",
    });
  });

  it("have them fetched every day, and from the beginning where the connection wants that", async () => {
    await test.engine.tick();
    expect(fetched).to.equal(0);
    wanted = true;
    for (const [elapsed, times] of [
      [2_000, 1],
      [2_000, 1],
      [24 * HOUR_MS, 2],
    ] as const) {
      test.clock.now += elapsed;
      await test.engine.tick();
      expect(fetched).to.equal(times);
    }
    expect(await test.store.templates.list("test/post")).to.deep.equal([template]);
  });
});
