import { expect } from "chai";
import type { Run } from "../../src/core/run.js";
import { FlowEngine } from "../../src/engine/flow-engine.js";
import {
  accepted,
  catalogOf,
  failing,
  flow,
  openTestEngine,
  openTestStore,
  partsOf,
  reportOf,
  ScriptedVendor,
  sendStep,
  startTestTranslation,
  step,
  type TestEngine,
} from "./parts.js";

const hour = 3_600_000;
const wait = (id: string, awaited: object, more: object = {}) => step({ id, kind: "wait", awaited, ...more } as never);

describe("corner cases of the engine", () => {
  let test: TestEngine;
  let closed = false;
  afterEach(async () => {
    if (!closed) await test.close();
    closed = false;
  });
  const runs = async (): Promise<readonly Run[]> => (await test.store.runs.list({}, { limit: 200 })).items;
  const notes = async () => (await test.store.notifications.list({}, { limit: 200 })).items;
  const open = async () =>
    (await notes()).filter(({ state }) => state !== "resolved").map(({ level, title }) => `${level} ${title}`);
  const effects = async () => (await test.store.effects.list({}, { limit: 200 })).items;

  it("notify after a wait stays open", async () => {
    test = await openTestEngine([
      flow("a/send", {
        steps: [
          wait("rest", { kind: "time", ms: hour }),
          step({ id: "tell", kind: "notify", level: "error", title: "call the customer" } as never),
        ],
      }),
    ]);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    test.clock.now += hour;
    await test.engine.tick();
    expect(await open()).to.include("error call the customer");
  });

  it("an alert about a quarantined record is sent, and gives its turn back", async () => {
    const alert = flow("ops/alert", {
      on: { kind: "notification", levels: ["error"], when: null } as never,
      steps: [sendStep({ with: { to: "+15005550099", body: "=title" } } as never)],
    });
    test = await openTestEngine([alert]);
    await test.engine.accept({ dataType: "shop/Return", document: { id: "R1" } });
    await test.engine.idle();
    await test.engine.tick();
    const first = test.vendor.calls.length;
    for (let n = 0; n < 130; n++) {
      test.clock.now += 1_000;
      await test.engine.tick();
    }
    const afterTwoMinutes = test.vendor.calls.length;
    // a second alert, to the same operator, on a path that does make its calls:
    test.use(alert, flow("a/send"));
    await test.push({ id: "1" });
    await test.engine.idle();
    for (let n = 0; n < 60; n++) {
      test.clock.now += 10_000;
      await test.engine.tick();
    }
    expect({ first, afterTwoMinutes, afterTenMore: test.vendor.calls.length }).to.deep.equal({
      first: 1,
      afterTwoMinutes: 1,
      afterTenMore: 2,
    });
  });

  it("alerts that fail end (one draft)", async () => {
    const alert = flow("ops/alert", {
      on: { kind: "notification", levels: ["error"], when: null } as never,
      steps: [step({ id: "sms", kind: "save", dataType: "shop/Sms", with: { phone: "=title" } } as never)],
    });
    const text = flow("b/text", {
      on: { dataType: "shop/Sms" } as never,
      steps: [sendStep({ with: { body: "x" } } as never)],
    });
    test = await openTestEngine([alert, text, flow("a/send")]);
    let prepared = 0;
    const connection = test.vendor.connection as { prepare: unknown };
    const prepare = test.vendor.connection.prepare;
    let over = () => {};
    const tooMany = new Promise<string>((resolve) => {
      over = () => resolve("endless");
    });
    connection.prepare = (...args: Parameters<typeof prepare>) => {
      if (++prepared > 300) {
        over();
        return new Promise(() => {}) as never;
      }
      return prepare(...args);
    };
    const pushed = test.push({ id: "1" }).then(() => "pushed");
    expect(await Promise.race([pushed, tooMany])).to.equal("pushed");
  });

  it("cancelIf never refuses a push", async () => {
    test = await openTestEngine([
      flow("a/send", {
        on: { events: ["updated"] } as never,
        steps: [wait("rest", { kind: "time", ms: hour }, { cancelIf: "status = 'cancelled'" }), sendStep()],
      }),
    ]);
    await test.push({ id: "1", phone: "+15005550010", status: "cancelled" });
    const pushed = await test.push({ id: "1", phone: "+15005550010", status: "open" }).catch(({ code }) => code);
    expect(pushed).to.have.property("verdict", "updated");
    await test.engine.idle();
    expect((await runs())[0]).to.include({ status: "waiting" });
  });

  it("a wait looks at the version that started the run, not the one before", async () => {
    test = await openTestEngine([
      flow("a/send", {
        on: { events: ["updated"] } as never,
        steps: [
          wait(
            "rest",
            { kind: "record", dataType: "shop/Order", key: "=id", when: "status = 'paid'" },
            { timeoutMs: hour },
          ),
          sendStep(),
        ],
      }),
    ]);
    await test.push({ id: "1", phone: "+15005550010", status: "paid" });
    await test.push({ id: "1", phone: "+15005550010", status: "open" });
    await test.engine.idle();
    expect(test.vendor.calls).to.have.lengthOf(0);
  });

  it("proof of one unknown call leaves the other's notification open", async () => {
    test = await openTestEngine([
      flow("a/send", {
        steps: [
          sendStep({ id: "one", onError: "continue" } as never),
          sendStep({ id: "two", onError: "continue", with: { to: "+15005550077", body: "two" } } as never),
        ],
      }),
    ]);
    test.vendor.usual = failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer");
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    test.vendor.findings.push(
      () => "unclear",
      () => "unclear",
    );
    for (let n = 0; n < 4; n++) {
      test.clock.now += 60_000;
      await test.engine.tick();
    }
    const all = await effects();
    expect(all.map(({ state }) => state)).to.deep.equal(["unknown", "unknown"]);
    const one = all.find(({ stepId }) => stepId === "one")!;
    await test.engine.report(reportOf(one.id, "sent", { vendorId: "SM9" }));
    expect((await effects()).find(({ stepId }) => stepId === "two")).to.include({ state: "unknown" });
    expect((await open()).filter((text) => text.startsWith("error"))).to.have.lengthOf(1);
  });

  it("proof of a call leaves open what its run failed of afterwards", async () => {
    test = await openTestEngine([
      flow("a/send", {
        steps: [
          sendStep({ id: "one", onError: "continue" } as never),
          sendStep({ id: "two", with: { body: "no number" } } as never),
        ],
      }),
    ]);
    test.vendor.usual = failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer");
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    test.vendor.findings.push(() => "unclear");
    for (let n = 0; n < 2; n++) {
      test.clock.now += 60_000;
      await test.engine.tick();
    }
    expect((await runs())[0]).to.include({ status: "failed" });
    await test.engine.report(reportOf((await effects())[0]!.id, "sent", { vendorId: "SM9" }));
    expect((await runs())[0]).to.include({ status: "failed" });
    expect((await open()).filter((text) => text.startsWith("error"))).to.have.lengthOf(1);
  });

  it("a crashed call that cannot be looked up is told, also with onError: continue", async () => {
    test = await openTestEngine([flow("a/send", { steps: [sendStep({ onError: "continue" } as never)] })]);
    (test.vendor.connector.endpoints[0] as { findable: boolean }).findable = false;
    test.vendor.next(() => new Promise(() => {}));
    await test.push({ id: "1", phone: "+15005550010" });
    test.abandon();
    test.clock.now += 10 * 60_000;
    const bob = test.another("bob");
    await bob.tick();
    for (let n = 0; n < 5; n++) {
      test.clock.now += 60_000;
      await bob.tick();
    }
    expect((await effects())[0]).to.include({ state: "unknown" });
    expect((await open()).filter((text) => text.startsWith("error"))).to.have.lengthOf(1);
  });

  it("what the vendor has reported is not sent again", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer"), failing("ENDPOINT_BUSY", "429"));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    test.clock.now += 60_000; // absent: the list lags
    await test.engine.tick();
    const [effect] = await effects();
    expect(effect).to.include({ state: "intended", attempts: 2 });
    await test.engine.report(reportOf(effect!.id, "delivered", { vendorId: "SM-first" }));
    test.clock.now += 10 * 60_000;
    await test.engine.tick();
    expect(test.vendor.calls, "requests: lost, 429, and no third").to.have.lengthOf(2);
  });

  it("an unknown call is looked up where it was made", async () => {
    closed = true;
    const store = await openTestStore();
    const translation = startTestTranslation();
    const [old, other] = [new ScriptedVendor(), new ScriptedVendor()];
    const clock = { now: Date.UTC(2026, 0, 1) };
    const one = flow("a/send");
    const two = flow("a/send", { steps: [sendStep({ connection: "test/other" } as never)] });
    const newer = { ...two, version: { ...two.version, hash: "newer" } };
    let current = one;
    const catalog = () => {
      const base = catalogOf([current], old);
      return {
        ...base,
        connection: (name: string) =>
          name === "test/other"
            ? { ...base.connection("test/post")!, name, connection: other.connection }
            : base.connection(name),
      };
    };
    await store.commit([{ kind: "flow-version-kept", version: one.version }]);
    const engine = new FlowEngine(partsOf({ store, translation, catalog, clock }), "ann");
    try {
      old.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer")); // and it was sent
      await engine.accept({ dataType: "shop/Order", document: { id: "1", phone: "+15005550010" } });
      await engine.idle();
      old.findings.push(() => "unclear");
      clock.now += 60_000;
      await engine.tick();
      const [run] = (await store.runs.list({}, { limit: 1 })).items;
      expect(run).to.include({ status: "failed" });
      current = newer;
      old.findings.push(() => ({ ...accepted("SM1"), report: null }));
      await engine.retry(run!.id, "newest");
      await engine.idle();
      clock.now += 60_000;
      await engine.tick();
      expect({
        asked: old.searches.length,
        askedOther: other.searches.length,
        sentByOther: other.calls.length,
      }).to.deep.equal({ asked: 2, askedOther: 0, sentByOther: 0 });
    } finally {
      await engine.stop();
      await translation.stop();
      await store.close();
    }
  });

  it("10a pushes whose flows save one record are all accepted", async () => {
    test = await openTestEngine([
      flow("a/save", {
        steps: [
          step({
            id: "last",
            kind: "save",
            dataType: "shop/Sms",
            with: { id: "same", phone: "1", last: "=id" },
          } as never),
        ],
      }),
    ]);
    const verdicts = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        test.push({ id: `o${n}`, phone: "+15005550010" }).then(
          ({ verdict }) => verdict,
          ({ code }) => code,
        ),
      ),
    );
    expect(verdicts.filter((verdict) => verdict !== "created")).to.deep.equal([]);
  });

  it("what a call came to is stored, whoever else saves the same record", async () => {
    test = await openTestEngine([
      flow("a/save", {
        steps: [
          sendStep(),
          step({
            id: "last",
            kind: "save",
            dataType: "shop/Sms",
            with: { id: "same", phone: "1", last: "=id" },
          } as never),
        ],
      }),
    ]);
    let go = () => {};
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    test.vendor.usual = async () => {
      await all;
      return accepted(`SM${Math.random()}`);
    };
    await Promise.all(Array.from({ length: 30 }, (_, n) => test.push({ id: `o${n}`, phone: `+150055500${10 + n}` })));
    go();
    await test.engine.idle();
    const states = (await effects()).map(({ state }) => state);
    expect(states.filter((state) => state !== "done")).to.deep.equal([]);
  });

  it("a call that is absent and has to stand back does not ask the vendor every second, and passes after a quarter of an hour", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_BUSY", "later", { retryAfterMs: 50 * 60_000 }));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    // the gate's pause is of the connection; keep it out of the picture
    await test.push({ id: "2", phone: "+15005550010" });
    await test.engine.idle();
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer"));
    const anyEngine = test.engine as unknown as Record<string, unknown>;
    void anyEngine;
    const bob = test.another("bob"); // a gate of its own: no pause
    for (let n = 0; n < 40 * 60; n += 15) {
      test.clock.now += 15_000;
      await bob.tick();
    }
    const calls = test.vendor.calls.map(({ body }) => body);
    expect({ asked: test.vendor.searches.length, calls }).to.deep.equal({
      asked: 1,
      calls: ["Order 1", "Order 2", "Order 2"],
    });
  }).timeout(60_000);

  it("a cancel that a crash cut off stops the items all the same", async () => {
    const pause = wait("pause", { kind: "time", ms: hour });
    test = await openTestEngine([
      flow("a/send", {
        steps: [step({ id: "lines", kind: "each", items: "=lines", steps: [pause, sendStep()] } as never)],
      }),
    ]);
    await test.push({ id: "1", phone: "+15005550010", lines: [1, 2, 3] });
    await test.engine.idle();
    await test.engine.tick();
    const parent = (await runs()).find(({ parent: p }) => p === null)!;
    const store = test.store as unknown as { commit: (changes: unknown) => Promise<void> };
    const commit = store.commit.bind(store);
    let commits = 0;
    store.commit = (changes) => (++commits > 1 ? Promise.reject(new Error("killed")) : commit(changes));
    await test.engine.cancel(parent.id, "no").catch(() => {});
    store.commit = commit;
    const again = await test.engine.cancel(parent.id, "no").then(
      () => "ok",
      ({ code }) => code,
    );
    for (let n = 0; n < 10; n++) {
      test.clock.now += hour;
      await test.engine.tick();
    }
    expect({ again, sent: test.vendor.calls.length }).to.deep.equal({ again: "RUN_FINISHED", sent: 0 });
  });

  it("a flow that answers undelivered texts with texts is stopped some time", async () => {
    const sorry = flow("b/sorry", {
      on: { kind: "message", statuses: ["undelivered"], when: null } as never,
      steps: [sendStep({ with: { to: "=to", body: "again" } } as never)],
    });
    test = await openTestEngine([flow("a/send"), sorry]);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    for (let n = 1; n <= 30; n++) {
      const message = await test.store.messages.getByVendorId(`SM${n}`);
      if (message === null) break;
      await test.engine.report(
        reportOf(message.effectId, "undelivered", { vendorId: `SM${n}`, dedupeKey: `SM${n}:u` }),
      );
      await test.engine.idle();
    }
    expect(test.vendor.calls.length).to.be.lessThan(15);
  });

  it("a call that may have been made is not `refused` or `intended`", async () => {
    test = await openTestEngine([flow("a/send")]);
    (test.vendor.connector.endpoints[0] as { onRepeat: string }).onRepeat = "same";
    test.vendor.usual = failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer");
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const between = (await effects())[0]!.state;
    for (let n = 0; n < 40; n++) {
      test.clock.now += 300_000;
      await test.engine.tick();
    }
    expect({ between, state: (await effects())[0]!.state }).to.deep.equal({ between: "unknown", state: "unknown" });
  });

  it("a retry keeps a failure that was passed over", async () => {
    test = await openTestEngine([
      flow("a/send", {
        steps: [
          sendStep({ id: "one", onError: "continue", with: { to: "+15005550077", body: "one" } } as never),
          sendStep({ id: "two" } as never),
        ],
      }),
    ]);
    test.vendor.next(failing("ENDPOINT_REFUSED", "no"), failing("ENDPOINT_OUTCOME_UNKNOWN", "?"));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const two = (await effects()).find(({ stepId }) => stepId === "two")!;
    await test.engine.settle(two.id, "not-sent");
    await test.engine.retry((await runs())[0]!.id, "pinned");
    await test.engine.tick();
    expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["one", "Order 1", "Order 1"]);
  });

  it("a report that names another message than the one we know is told", async () => {
    test = await openTestEngine([flow("a/send")]);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const [effect] = await effects();
    await test.engine.report(reportOf(effect!.id, "delivered", { vendorId: "SM-other", dedupeKey: "SM-other:d" }));
    expect((await open()).some((text) => /^(error|warning)/.test(text))).to.equal(true);
  });

  it("a call that was made is reused though its connection is gone; failed runs stay open", async () => {
    test = await openTestEngine([flow("a/send", { steps: [sendStep({ connection: "test/post" } as never)] })]);
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "?"));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const [effect] = await effects();
    // the connection is uninstalled meanwhile
    const gone = flow("a/send");
    void gone;
    const catalog = catalogOf([gone], test.vendor);
    closed = false;
    const bob = new FlowEngine(
      partsOf({
        store: test.store,
        translation: startTestTranslation(),
        clock: test.clock,
        catalog: () => ({ ...catalog, connection: () => null }),
      }),
      "bob",
    );
    test.clock.now += 60_000;
    await bob.tick();
    expect((await runs())[0]).to.include({ status: "failed" });
    await bob.report(reportOf(effect!.id, "delivered", { vendorId: "SM1" }));
    await bob.tick();
    const [run] = await runs();
    expect(
      run!.status === "succeeded" || (await open()).some((t) => t.startsWith("error")),
      `run ${run!.status}, open: ${(await open()).join()}`,
    ).to.equal(true);
  });
});
