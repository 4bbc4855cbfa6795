import { expect } from "chai";
import type { Event } from "../../src/core/event.js";
import type { Store } from "../../src/core/store.js";
import type { WebhookDelivery } from "../../src/core/webhook-delivery.js";
import { tempDatabase } from "../store/postgres-parts.js";
import { flow, openTestEngine, openTestStore, step, type TestEngine } from "./parts.js";

const connection = "test/post";

function deliveryOf(id: string, more: Partial<WebhookDelivery> = {}): WebhookDelivery {
  return { topic: "orders/create", id, body: { id: "R1", phone: "+15005550010" }, unreadable: null, ...more };
}

function taker(name: string, given: Parameters<typeof flow>[1] & { topics?: readonly string[]; by?: string } = {}) {
  const { topics = ["orders/create"], by = connection, on, ...more } = given;
  return flow(name, { on: { kind: "webhook", connection: by, topics, when: null, ...on } as never, ...more });
}

/** Saves what came as an order. */
const save = step({ id: "save", kind: "save", dataType: "shop/Order", with: "=$record" });

const stores: readonly (readonly [name: string, open: () => Promise<Store>])[] = [
  ["SQLite", openTestStore],
  ["PostgreSQL", async () => (await tempDatabase()).open()],
];
for (const [name, openStore] of stores) {
  describe(`taking what other systems hand over, on ${name}`, () => {
    let test: TestEngine;
    async function start(...flows: Parameters<typeof openTestEngine>[0]): Promise<void> {
      test = await openTestEngine(flows, {}, { store: await openStore(), shared: name === "PostgreSQL" });
    }
    afterEach(() => test.close());

    async function events(): Promise<readonly Event[]> {
      return (await test.store.events.list({}, { limit: 50 })).items;
    }
    async function calls(): Promise<unknown[]> {
      await test.engine.idle();
      return test.vendor.calls;
    }

    it("keeps it as an event, and starts the flows of its connection and topic on what came", async () => {
      await start(taker("a/new"));
      await test.engine.deliver(deliveryOf("d-1"), connection);
      expect(await calls()).to.deep.equal([{ to: "+15005550010", body: "Order R1" }]);
      const [event] = await events();
      expect(event).to.include({ kind: "webhook.orders/create", dataType: null, dedupeKey: "webhook:test/post:d-1" });
      expect(event?.payload).to.deep.include({ connection, topic: "orders/create", id: "d-1" });
      expect(event?.payload.body).to.deep.equal({ id: "R1", phone: "+15005550010" });
    });

    it("takes the same delivery once, also when it comes ten times at once to two processes", async () => {
      await start(taker("a/new"));
      const other = test.another("bob");
      const engines = [test.engine, other];
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => engines[index % 2]!.deliver(deliveryOf("d-1"), connection)),
      );
      await test.engine.deliver(deliveryOf("d-1", { body: { id: "R2", phone: "+15005550011" } }), connection);
      await other.idle();
      expect(await calls()).to.have.lengthOf(1);
      expect(await events()).to.have.lengthOf(1);
      await other.stop();
    });

    it("takes the same id by another connection as another delivery", async () => {
      await start(taker("a/new"));
      await test.engine.deliver(deliveryOf("d-1"), connection);
      await test.engine.deliver(deliveryOf("d-1"), "test/other");
      expect(await events()).to.have.lengthOf(2);
      expect(await calls()).to.have.lengthOf(1);
    });

    it("does not let what is older take the place of what is newer, in whatever order it comes", async () => {
      const newest = { ...save, onlyNewer: "at" } as typeof save;
      await start(taker("a/keep", { topics: [], steps: [newest] }));
      const at = [3, 1, 2, 3].map((second) => `2026-02-03T17:29:0${second}+01:00`);
      for (const [index, instant] of at.entries()) {
        await test.engine.deliver(deliveryOf(`d-${index}`, { body: { id: "R1", at: instant, n: index } }), connection);
      }
      const stored = (await test.store.records.get("shop/Order", "R1"))!;
      expect(stored.document).to.deep.equal({ id: "R1", at: at[3], n: 3 });
      expect(stored.version).to.equal(2);
    });

    it("keeps the newest of twenty that come at once", async () => {
      const newest = { ...save, onlyNewer: "n" } as typeof save;
      await start(taker("a/keep", { steps: [newest] }));
      const numbers = Array.from({ length: 20 }, (_, index) => (index * 7) % 20);
      await Promise.all(
        numbers.map((n) => test.engine.deliver(deliveryOf(`d-${n}`, { body: { id: "R1", n } }), connection)),
      );
      await test.engine.tick();
      await test.engine.idle();
      // Who was overtaken too often to be decided at once is queued for a second.
      test.clock.now += 2_000;
      await test.engine.tick();
      await test.engine.idle();
      expect((await test.store.records.get("shop/Order", "R1"))?.document.n).to.equal(19);
      const { items } = await test.store.runs.list({}, { limit: 50 });
      expect(new Set(items.map(({ status }) => status))).to.deep.equal(new Set(["succeeded"]));
    });

    it("leaves out nothing when the process dies before it was kept: the sender is not answered", async () => {
      await start(taker("a/new"));
      await test.store.close();
      const failed = await test.engine.deliver(deliveryOf("d-1"), connection).then(
        () => null,
        (error: Error) => error,
      );
      expect(failed).to.not.equal(null);
      test.abandon();
      test.close = async () => {};
    });

    it("starts again what a replay decides, and does nothing twice", async () => {
      await start(taker("a/new"));
      await test.engine.deliver(deliveryOf("d-1"), connection);
      await calls();
      const [event] = await events();
      test.use(taker("a/new"), taker("b/later", { steps: [save] }));
      await test.store.commit([{ kind: "flow-version-kept", version: taker("b/later", { steps: [save] }).version }]);
      const { decisions } = await test.engine.replay(event!.id);
      expect(decisions.map(({ flow: one, verdict }) => `${one} ${verdict}`)).to.deep.equal([
        "a/new fired",
        "b/later fired",
      ]);
      expect(await calls()).to.have.lengthOf(1);
      expect((await test.store.records.get("shop/Order", "R1"))?.document).to.deep.equal({
        id: "R1",
        phone: "+15005550010",
      });
    });
  });
}

describe("which flows start on what other systems hand over", () => {
  let test: TestEngine;
  afterEach(() => test.close());
  async function decided(...flows: Parameters<typeof openTestEngine>[0]): Promise<string[]> {
    test = await openTestEngine(flows);
    await test.engine.deliver(deliveryOf("d-1"), connection);
    await test.engine.idle();
    const { items } = await test.store.events.list({ kind: "webhook.orders/create" }, { limit: 5 });
    return items[0]!.decisions.map(({ flow: name, verdict, reason }) => `${name} ${verdict}: ${reason}`);
  }
  async function notices(): Promise<string[]> {
    const { items } = await test.store.notifications.list({}, { limit: 20 });
    return items.filter(({ runId }) => runId === null).map(({ code, level, title }) => `${level} ${code}: ${title}`);
  }

  it("says why one of the connection does not start; those of others are not asked", async () => {
    expect(
      await decided(
        taker("a/any", { topics: [], steps: [save] }),
        taker("b/updated", { topics: ["orders/updated", "orders/paid"] }),
        taker("c/when", { on: { when: 'id = "R2"' } }),
        taker("d/off", { active: false }),
        taker("e/other", { by: "test/other" }),
      ),
    ).to.deep.equal([
      "a/any fired: orders/create",
      "b/updated not-fired: starts on orders/updated, orders/paid; this is orders/create",
      'c/when not-fired: when is not true: id = "R2"',
      "d/off inactive: the flow is switched off",
    ]);
    expect(await notices()).to.deep.equal([]);
  });

  it("lets conditions and steps see what came, and $webhook what it came with", async () => {
    const see = step({
      id: "see",
      kind: "save",
      dataType: "shop/Order",
      with: { id: "=$record.id & id", by: "=$webhook" },
    });
    const on = {
      when: '$webhook.topic = "orders/create" and $webhook.id = "d-1" and $event.kind = "webhook.orders/create"',
    };
    expect(await decided(taker("a/see", { on, steps: [see] }))).to.have.lengthOf(1);
    const { document } = (await test.store.records.get("shop/Order", "R1R1"))!;
    const receivedAt = new Date(test.clock.now).toISOString();
    expect(document.by).to.deep.equal({ connection, topic: "orders/create", id: "d-1", receivedAt });
  });

  it("is told once when no flow takes it, however often it comes, and again when that was resolved", async () => {
    expect(await decided(taker("b/updated", { topics: ["orders/updated"] }))).to.have.lengthOf(1);
    const told = "warning WEBHOOK_IGNORED: test/post: orders/create is kept, and leads to nothing";
    for (const id of ["d-2", "d-3"]) await test.engine.deliver(deliveryOf(id), connection);
    expect(await notices()).to.deep.equal([told]);
    const { items } = await test.store.issues.list({}, { limit: 5 });
    const at = new Date(test.clock.now);
    await test.store.commit([{ kind: "issue-moved", fingerprint: items[0]!.fingerprint, state: "resolved", at }]);
    await test.engine.deliver(deliveryOf("d-4"), connection);
    expect(await notices()).to.deep.equal([told, told]);
    await test.engine.deliver(deliveryOf("d-5", { topic: "carts/create" }), connection);
    expect(await notices()).to.have.lengthOf(3);
  });

  it("names the flow that would take it when it is switched off", async () => {
    await decided(taker("d/off", { active: false }));
    const { items } = await test.store.notifications.list({}, { limit: 20 });
    expect(items[0]?.remedy).to.contain("patchbay flow activate d/off");
  });

  it("starts nothing on what could not be read, not by a replay either, and says so", async () => {
    test = await openTestEngine([taker("a/any", { topics: [] })]);
    const broken = deliveryOf("d-1", { body: "{", unreadable: "it is not JSON" });
    await test.engine.deliver(broken, connection);
    const { items } = await test.store.events.list({}, { limit: 5 });
    expect(items[0]?.decisions).to.deep.equal([]);
    expect(items[0]?.payload).to.include({ unreadable: "it is not JSON", text: "{" });
    expect(await notices()).to.deep.equal(["error WEBHOOK_UNREADABLE: test/post: orders/create cannot be read"]);
    const { decisions } = await test.engine.replay(items[0]!.id);
    expect(decisions.map(({ verdict, reason }) => `${verdict}: ${reason}`)).to.deep.equal([
      "not-fired: its body cannot be read: it is not JSON",
    ]);
    await test.engine.idle();
    expect(test.vendor.calls).to.deep.equal([]);
  });

  it("takes it however much there is to do: not every sender sends again", async () => {
    test = await openTestEngine([taker("a/new")], { inlineRuns: 0, maxBacklog: 0 });
    await test.engine.deliver(deliveryOf("d-1"), connection);
    const { items } = await test.store.runs.list({}, { limit: 5 });
    expect(items.map(({ status }) => status)).to.deep.equal(["queued"]);
  });
});

describe("saving only what is newer, or only what was there", () => {
  let test: TestEngine;
  afterEach(() => test.close());
  const started = flow("z/started", { on: { events: ["created", "updated"], mode: "while-true" }, steps: [] });

  it("fails when the document does not say how new it is", async () => {
    test = await openTestEngine([taker("a/keep", { steps: [{ ...save, onlyNewer: "at" } as typeof save] })]);
    for (const [index, at] of [undefined, null, "soon", {}].entries()) {
      const body = { id: "R1", ...(at === undefined ? {} : { at }) };
      await test.engine.deliver(deliveryOf(`d-${index}`, { body }), connection);
    }
    const { items } = await test.store.runs.list({}, { limit: 5 });
    expect(items.map(({ failure }) => failure?.code)).to.deep.equal(Array(4).fill("RECORD_INVALID"));
    expect(await test.store.records.get("shop/Order", "R1")).to.equal(null);
  });

  it("replaces a record that does not say how old it is, and gives the stored one when it is newer", async () => {
    const keep = { ...save, onlyNewer: "n" } as typeof save;
    const tell = step({ id: "tell", kind: "notify", title: "=$string($steps.save.n)" });
    test = await openTestEngine([taker("a/keep", { steps: [keep, tell] })]);
    await test.push({ id: "R1" });
    for (const n of [5, 4]) await test.engine.deliver(deliveryOf(`d-${n}`, { body: { id: "R1", n } }), connection);
    const { items } = await test.store.notifications.list({ level: "notice" }, { limit: 5 });
    expect(items.map(({ title }) => title)).to.deep.equal(["5", "5"]);
  });

  it("with emitEvents: updated, a new record starts no flow and a change of it does, in a replay too", async () => {
    const quiet = { ...save, emitEvents: "updated" } as typeof save;
    test = await openTestEngine([taker("a/keep", { steps: [quiet] }), started]);
    for (const n of [1, 2]) await test.engine.deliver(deliveryOf(`d-${n}`, { body: { id: "R1", n } }), connection);
    const { items } = await test.store.events.list({ dataType: "shop/Order", key: "R1" }, { limit: 5 });
    const [updated, created] = items;
    expect([created?.kind, created?.decisions.length]).to.deep.equal(["record.created", 0]);
    expect([updated?.kind, updated?.decisions[0]?.verdict]).to.deep.equal(["record.updated", "fired"]);
    const { decisions } = await test.engine.replay(created!.id);
    expect(decisions.map(({ verdict, reason }) => `${verdict}: ${reason}`)).to.deep.equal([
      "not-fired: the record was saved with emitEvents: false",
    ]);
  });
});
