import { expect } from "chai";
import { failed } from "../http/failed.js";
import { flow, gate, openTestEngine, sendStep, step, type TestEngine } from "./parts.js";

describe("accepting records", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  it("creates, updates, and leaves alone what did not change", async () => {
    test = await openTestEngine([]);
    const verdicts = [];
    for (const note of ["a", "a", "b"]) verdicts.push((await test.push({ id: "1", note })).verdict);
    expect(verdicts).to.deep.equal(["created", "unchanged", "updated"]);
    const history = await test.store.events.list({ dataType: "shop/Order", key: "1" }, { limit: 10 });
    expect(history.items.map(({ kind, version }) => [kind, version])).to.deep.equal([
      ["record.updated", 2],
      ["record.created", 1],
    ]);
  });

  it("does nothing twice for a push of one name, also when another came between", async () => {
    test = await openTestEngine([flow("a/send")]);
    const push = (note: string, dedupeKey: string) =>
      test.engine.accept({ dataType: "shop/Order", document: { id: "1", phone: "+15005550010", note }, dedupeKey });
    const first = await push("a", "push one");
    await push("b", "push two");
    expect(await push("a", "push one")).to.deep.equal(first);
    await test.engine.idle();
    expect((await test.store.records.get("shop/Order", "1"))?.document).to.include({ note: "b" });
    expect((await test.store.events.list({ kind: "record.updated" }, { limit: 9 })).items).to.have.lengthOf(1);
    await failed(push("c", "push one"), "IDEMPOTENCY_KEY_REUSED");
  });

  it("starts a flow once for a start of one name", async () => {
    test = await openTestEngine([flow("a/send"), flow("a/other")]);
    const start = (name: string) =>
      test.engine.startFlow(name, { payload: { id: "1", phone: "+1500" }, record: null, dedupeKey: "start one" });
    const first = await start("a/send");
    expect(await start("a/send")).to.deep.equal(first);
    await test.engine.idle();
    expect(test.vendor.calls).to.have.lengthOf(1);
    await failed(start("a/other"), "IDEMPOTENCY_KEY_REUSED");
  });

  it("takes members in another order for the same record", async () => {
    test = await openTestEngine([]);
    await test.push({ id: "1", a: { x: 1, y: 2 } });
    expect((await test.push({ a: { y: 2, x: 1 }, id: "1" })).verdict).to.equal("unchanged");
  });

  it("sends one text when the same order is pushed many times at once", async () => {
    test = await openTestEngine([flow("a/send")]);
    const pushes = await Promise.all(Array.from({ length: 20 }, () => test.push({ id: "1", phone: "+15005550010" })));
    await test.engine.idle();
    expect(pushes.filter(({ verdict }) => verdict === "created")).to.have.lengthOf(1);
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  it("has the ledger row and the message on disk before the vendor is called", async () => {
    test = await openTestEngine([flow("a/send")]);
    const seen: unknown[] = [];
    test.vendor.next(async (_request, { effectId }) => {
      const effect = await test.store.effects.get(effectId);
      const message = await test.store.messages.getByEffect(effectId);
      seen.push(effect?.state, message?.status, message?.to);
      return { summary: "ok", vendorId: "SM1", response: {}, messageStatus: "queued" };
    });
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    expect(seen).to.deep.equal(["started", "pending", "+15005550010"]);
  });

  it("answers before the vendor does", async () => {
    test = await openTestEngine([flow("a/send")]);
    const { opened, open } = gate();
    test.vendor.next(async () => {
      await opened;
      return { summary: "ok", vendorId: "SM1", response: {}, messageStatus: "queued" };
    });
    const answer = await test.push({ id: "1", phone: "+1" });
    expect(answer.verdict).to.equal("created");
    const { items } = await test.store.runs.list({}, { limit: 5 });
    expect(items.map(({ status }) => status)).to.deep.equal(["running"]);
    open();
    await test.engine.idle();
  });

  it("says every problem of a record that does not fit, and stores nothing", async () => {
    test = await openTestEngine([flow("a/send")]);
    const error = await test.push({ note: "no id" }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "RECORD_INVALID" });
    expect((error as { details: unknown }).details).to.deep.equal({
      problems: [{ path: "/id", message: "is required" }],
    });
    expect((await test.store.events.list({}, { limit: 5 })).items).to.deep.equal([]);
  });

  it("names the installed data types when one is unknown", async () => {
    test = await openTestEngine([]);
    const error = await test.engine.accept({ dataType: "shop/Ordre", document: {} }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "DATA_TYPE_UNKNOWN" });
    expect((error as Error).message).to.contain("shop/Order");
  });

  it("patches a record, starts flows on the change, and never its key", async () => {
    test = await openTestEngine([
      flow("a/shipped", { on: { events: ["updated"], when: "status = 'shipped'" } as never }),
    ]);
    await test.push({ id: "1", status: "new", phone: "+15005550010", note: "x" });
    const patched = await test.engine.patch("shop/Order", "1", { status: "shipped", note: null });
    await test.engine.idle();
    expect(patched.verdict).to.equal("updated");
    expect((await test.store.records.get("shop/Order", "1"))?.document).to.deep.equal({
      id: "1",
      status: "shipped",
      phone: "+15005550010",
    });
    expect(test.vendor.calls).to.have.lengthOf(1);
    const rekeyed = await test.engine.patch("shop/Order", "1", { id: "2" }).catch((thrown: unknown) => thrown);
    expect(rekeyed).to.include({ code: "RECORD_INVALID" });
  });

  it("deletes a record and creates it anew with the next version", async () => {
    test = await openTestEngine([]);
    await test.push({ id: "1" });
    expect((await test.engine.remove("shop/Order", "1")).verdict).to.equal("deleted");
    const gone = await test.engine.remove("shop/Order", "1").catch((thrown: unknown) => thrown);
    expect(gone).to.include({ code: "RECORD_UNKNOWN" });
    const again = await test.push({ id: "1" });
    expect(again).to.include({ verdict: "created", version: 3 });
  });

  it("accepts a staged chain in one commit: the order, the saved text and its flow", async () => {
    const convert = flow("a/convert", {
      steps: [
        step({
          id: "sms",
          kind: "save",
          dataType: "shop/Sms",
          with: { id: '="order-" & id', phone: "=phone" },
        } as never),
      ],
    });
    const send = flow("b/send", {
      on: { dataType: "shop/Sms" } as never,
      steps: [sendStep({ with: { to: "=phone", body: "hi" } } as never)],
    });
    test = await openTestEngine([convert, send]);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    expect(test.vendor.calls).to.deep.equal([{ to: "+15005550010", body: "hi" }]);
    const saved = await test.store.records.get("shop/Sms", "order-1");
    const event = await test.store.events.get(saved?.eventId ?? "");
    expect(event).to.include({ depth: 1, kind: "record.created" });
    expect(event?.causedByRun).to.match(/^run_/);
  });

  it("stops flows that start each other and tells the operator", async () => {
    const grow = flow("a/grow", {
      on: { events: ["created", "updated"] } as never,
      steps: [
        step({ id: "again", kind: "save", dataType: "shop/Order", with: { id: "=id", count: "=count + 1" } } as never),
      ],
    });
    test = await openTestEngine([grow]);
    await test.push({ id: "1", count: 0 });
    await test.engine.idle();
    expect((await test.store.records.get("shop/Order", "1"))?.document.count).to.equal(11);
    const { items } = await test.store.notifications.list({ level: "error" }, { limit: 5 });
    expect(items.map(({ code }) => code)).to.deep.equal(["FLOW_CYCLE"]);
  });

  it("queues runs instead of running them when enough are under way, and catches up", async () => {
    test = await openTestEngine([flow("a/send")], { inlineRuns: 1 });
    const { opened, open } = gate();
    test.vendor.next(async () => {
      await opened;
      return { summary: "ok", vendorId: "SM-first", response: {}, messageStatus: "queued" };
    });
    for (const id of ["1", "2", "3"]) await test.push({ id, phone: "+15005550010" });
    const { items } = await test.store.runs.list({ status: "queued" }, { limit: 5 });
    expect(items).to.have.lengthOf(2);
    open();
    await test.engine.idle();
    await test.engine.tick();
    expect(test.vendor.calls).to.have.lengthOf(3);
  });
});
