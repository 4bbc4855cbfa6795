import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import type { QuietHours, SenderPace, SendingRules } from "../../src/core/sending.js";
import { topics } from "../../src/core/topic.js";
import { accepted, catalogOf, failing, flow, gate, openTestEngine, sendStep, type TestEngine } from "./parts.js";

const sender: SenderPace = {
  sender: "+14155550100",
  unit: "segments",
  perSecond: null,
  dailyCap: null,
  connectionCap: null,
};
const night = { from: "21:00", to: "08:00", for: "marketing", countries: {}, timeZone: "UTC" } as const;

describe("how calls go out", () => {
  let test: TestEngine;

  afterEach(() => test.close());

  const open = async (sending: SendingRules, more: Partial<SenderPace> = {}, shared = false): Promise<void> => {
    test = await openTestEngine([flow("a/send", { sending })], {}, { shared });
    test.vendor.sender = { ...sender, ...more };
  };
  const push = async (id: string, more: object = {}): Promise<void> => {
    await test.push({ id, phone: `+1500555${id.padStart(4, "0")}`, ...more });
    await test.engine.idle();
  };
  const pass = async (ms: number): Promise<void> => {
    test.clock.now += ms;
    await test.engine.tick();
  };
  const waits = async () => (await test.store.runs.list({ status: "waiting" }, { limit: 50 })).items;
  const failures = async () =>
    (await test.store.runs.list({ status: "failed" }, { limit: 50 })).items.map(({ failure }) => failure);

  for (const shared of [false, true]) {
    describe(shared ? "on a shared store" : "on a store of one's own", () => {
      it("waits for the sender's pace, segment by segment", async () => {
        await open({}, { perSecond: 1 }, shared);
        test.use(flow("a/send", { steps: [sendStep({ with: { to: "=phone", body: "=body" } } as object)] }));
        await push("1", { body: "x".repeat(400) });
        await push("2", { body: "short" });
        const [run] = await waits();
        expect(run?.wait).to.include({ kind: "connection", connection: "test/post" });
        expect(run?.wait).to.have.property("reason", "+14155550100 sends at most 1 segment a second");
        await pass(2_800);
        expect(test.vendor.calls).to.have.lengthOf(1);
        await pass(201);
        expect(test.vendor.calls).to.have.lengthOf(2);
      });

      it("refuses at once what would wait longer than it may, and the line is no longer for it", async () => {
        await open({ maxQueueMs: 2_500 }, { perSecond: 1 }, shared);
        for (let index = 1; index <= 8; index++) await push(String(index));
        expect(await waits()).to.have.lengthOf(2);
        const [failure, ...others] = await failures();
        expect(others).to.have.lengthOf(4);
        expect(failure?.code).to.equal("QUEUE_TOO_LONG");
        expect(failure?.message).to.equal(
          "It would have to wait longer than its maxQueue of 2.5 s: +14155550100 sends at most 1 segment a second",
        );
        await pass(1_000);
        await push("9");
        await pass(1_000);
        await pass(1_000);
        await pass(1_000);
        expect(test.vendor.calls).to.have.lengthOf(4);
      });

      it("lets a transactional text go before marketing that came earlier", async () => {
        await open({}, { perSecond: 1 }, shared);
        test.use(
          flow("a/news", { on: { when: "$not(urgent = true)" }, sending: { priority: "marketing" } }),
          flow("b/order", { on: { when: "urgent = true" } }),
        );
        for (let index = 1; index <= 20; index++) await push(String(index));
        await push("99", { urgent: true });
        await pass(1_000);
        await pass(100);
        expect(test.vendor.calls.map(({ to }) => to)).to.include("+15005550099");
        expect(test.vendor.calls.length).to.be.at.most(2);
        for (let second = 0; second < 40; second++) await pass(1_000);
        expect(test.vendor.calls).to.have.lengthOf(21);
      });

      it("stops at the day's cap, tells the operator once, and goes on the next day", async () => {
        const dailyCap = { most: 3, timeZone: "America/New_York" };
        await open({}, { dailyCap }, shared);
        for (let index = 1; index <= 6; index++) await push(String(index));
        expect(test.vendor.calls).to.have.lengthOf(3);
        const resting = await waits();
        expect(resting.map(({ wait }) => wait)).to.deep.equal(
          Array(3).fill({ kind: "daily-cap", of: "+14155550100", most: 3, until: "2026-01-01T05:00:00.000Z" }),
        );
        const told = (await test.store.notifications.list({ level: "warning" }, { limit: 50 })).items;
        expect(told.map(({ title, code }) => [title, code])).to.deep.equal([
          ["+14155550100 has sent what it may today", "DAILY_CAP_REACHED"],
        ]);
        await pass(5 * 3_600_000 - 1);
        expect(test.vendor.calls).to.have.lengthOf(3);
        await pass(60_001);
        expect(test.vendor.calls).to.have.lengthOf(6);
        expect(await test.store.dailyCounts.get("test/post +14155550100")).to.include({ day: "2026-01-01", sent: 3 });
      });
    });
  }

  it("goes on the same day when the cap is raised", async () => {
    await open({}, { dailyCap: { most: 1, timeZone: "UTC" } });
    await push("1");
    await push("2");
    await pass(15_000);
    test.vendor.sender = { ...sender, dailyCap: { most: 2, timeZone: "UTC" } };
    await pass(60_000);
    expect(test.vendor.calls).to.have.lengthOf(1);
    const at = new Date(test.clock.now);
    await test.store.commit([{ kind: "runs-woken", topics: [topics.connection("test/post")], at }]);
    await pass(1_000);
    await push("3");
    expect(test.vendor.calls).to.have.lengthOf(2);
    expect(await waits()).to.have.lengthOf(1);
  });

  for (const shared of [false, true]) {
    it(`does not sleep over a cap that was raised while it came to rest, ${shared ? "by another process" : "here"}`, async () => {
      await open({}, { dailyCap: { most: 1, timeZone: "UTC" } }, shared);
      const other = test.another("bob");
      await push("1");
      // Everybody who listens by now is woken; the next one has not heard of the new cap yet, and listens too late.
      const at = new Date(test.clock.now);
      await test.store.commit([{ kind: "runs-woken", topics: [topics.connection("test/post")], at }]);
      await push("2");
      expect((await waits()).map(({ wait }) => wait?.kind)).to.deep.equal(["daily-cap"]);
      test.vendor.sender = { ...sender, dailyCap: { most: 2, timeZone: "UTC" } };
      test.clock.now += 15_000;
      await (shared ? other : test.engine).tick();
      await other.stop();
      expect(test.vendor.calls).to.have.lengthOf(2);
    });
  }

  it("goes on within hours when what the vendor has refused leaves room", async () => {
    await open({}, { dailyCap: { most: 1, timeZone: "UTC" } }, true);
    const other = test.another("bob");
    const { opened, open: answer } = gate();
    test.vendor.next(async () => {
      await opened;
      throw new PatchbayError("ENDPOINT_REFUSED", "no");
    });
    await test.push({ id: "1", phone: "+15005550001" });
    await other.accept({ dataType: "shop/Order", document: { id: "2", phone: "+15005550002" } });
    await other.idle();
    test.clock.now += 15_000;
    await other.tick();
    expect((await waits()).map(({ wait }) => wait?.kind)).to.deep.equal(["daily-cap"]);
    answer();
    await test.engine.idle();
    await pass(3 * 3_600_000);
    await other.stop();
    expect(test.vendor.calls).to.have.lengthOf(2);
  });

  it("keeps the pace and the cap over two processes, whoever takes what up", async () => {
    await open({}, { perSecond: 2, dailyCap: { most: 12, timeZone: "UTC" } }, true);
    const other = test.another("bob");
    const times: number[] = [];
    test.vendor.usual = () => {
      times.push(test.clock.now);
      return accepted(`SM${times.length}`);
    };
    for (let index = 1; index <= 16; index++) {
      const document = { id: String(index), phone: `+1500555${String(index).padStart(4, "0")}` };
      await (index % 2 === 0 ? other : test.engine).accept({ dataType: "shop/Order", document });
    }
    for (let turn = 0; turn < 120; turn++) {
      test.clock.now += 150;
      await Promise.all([other.tick(), test.engine.tick()]);
    }
    await other.stop();
    expect(times).to.have.lengthOf(12);
    for (let first = 0; first < times.length; first++) {
      for (let last = first + 1; last < times.length; last++) {
        const seconds = (times[last]! - times[first]!) / 1_000;
        // A place that is taken is kept for a second: who comes late is close to the next.
        expect(last - first + 1).to.be.at.most(seconds * 2 + 1 + 2 * 0.25);
      }
    }
  });

  it("counts exactly what left, also of texts that are pushed all at once", async () => {
    await open({}, { connectionCap: { most: 10, timeZone: "UTC" } });
    await Promise.all(Array.from({ length: 30 }, (_, index) => push(String(index))));
    for (let tries = 0; tries < 5; tries++) await pass(2_000);
    expect(test.vendor.calls).to.have.lengthOf(10);
    expect((await test.store.dailyCounts.get("test/post"))?.sent).to.equal(10);
  });

  it("keeps the last tenth of a day for transactional texts", async () => {
    await open({ priority: "marketing" }, { dailyCap: { most: 10, timeZone: "UTC" } });
    for (let index = 1; index <= 12; index++) await push(String(index));
    expect(test.vendor.calls).to.have.lengthOf(9);
    test.use(flow("a/send"));
    await push("99");
    expect(test.vendor.calls).to.have.lengthOf(10);
  });

  it("does not count what the vendor has refused", async () => {
    await open({}, { dailyCap: { most: 5, timeZone: "UTC" } });
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "nobody knows"));
    await push("1");
    expect((await test.store.dailyCounts.get("test/post +14155550100"))?.sent).to.equal(1);
    test.vendor.next(failing("ENDPOINT_REFUSED", "no"));
    await push("2");
    expect((await test.store.dailyCounts.get("test/post +14155550100"))?.sent).to.equal(1);
  });

  describe("in quiet hours", () => {
    it("rests until they are over, says so, and goes then", async () => {
      await open({ priority: "marketing", quietHours: night });
      await push("1");
      const [run] = await waits();
      expect(run?.wait).to.deep.equal({ kind: "quiet-hours", timeZone: "UTC", until: "2026-01-01T08:00:00.000Z" });
      expect(run?.dueAt?.toISOString()).to.equal("2026-01-01T08:01:00.000Z");
      await pass(8 * 3_600_000 - 1);
      expect(test.vendor.calls).to.have.lengthOf(0);
      await pass(60_001);
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("looks again when the connection's hours are changed", async () => {
      await open({}, {});
      const catalog = catalogOf([flow("a/send")], test.vendor);
      const all = { ...night, for: "all" } as const;
      let quietHours: QuietHours = all;
      const connection = (name: string) => ({ ...catalog.connection(name)!, quietHours });
      const bob = test.another("bob", { catalog: () => ({ ...catalog, connection }) });
      await bob.accept({ dataType: "shop/Order", document: { id: "1", phone: "+15005550001" } });
      await bob.idle();
      const [run] = await waits();
      expect(run?.wait?.kind).to.equal("quiet-hours");
      quietHours = { ...all, from: "22:00", to: "00:00" };
      const at = new Date(test.clock.now);
      await test.store.commit([{ kind: "runs-woken", topics: [topics.connection("test/post")], at }]);
      test.clock.now += 1_000;
      await bob.tick();
      await bob.stop();
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("lets transactional texts go, also to somebody for whom marketing is held back", async () => {
      await open({ priority: "marketing", quietHours: night });
      await push("1");
      test.use(flow("a/send", { sending: { quietHours: night } }));
      await test.push({ id: "2", phone: "+15005550001" });
      await test.engine.idle();
      expect(test.vendor.calls).to.have.lengthOf(1);
    });

    it("refuses at once what would come too late in the morning", async () => {
      await open({ quietHours: { ...night, for: "all" } });
      test.use(
        flow("a/send", {
          sending: { quietHours: { ...night, for: "all" } },
          steps: [sendStep({ with: { to: "=phone", validForMs: 3_600_000 } } as object)],
        }),
      );
      await push("1");
      expect(await failures()).to.deep.equal([
        {
          code: "EFFECT_EXPIRED",
          message:
            "It made sense to send this until 2026-01-01T01:00:00.000Z; quiet hours in UTC last until 2026-01-01T08:00:00.000Z, so it was not sent",
          remedy: "Nothing was sent: the time in which it made sense is over. Send it by hand if it still does.",
        },
      ]);
    });
  });
});
