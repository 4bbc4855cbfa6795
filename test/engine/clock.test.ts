import { expect } from "chai";
import { flow, openTestEngine, sendStep, step, type TestEngine } from "./parts.js";

describe("what happens by the clock", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const hour = 3_600_000;
  const titles = async (): Promise<string[]> =>
    (await test.store.notifications.list({}, { limit: 50 })).items.map(({ title }) => title).reverse();
  async function later(ms: number): Promise<void> {
    test.clock.now += ms;
    await test.engine.tick();
  }
  const note = (title: string) => [step({ id: "note", kind: "notify", title, level: "notice" })];
  const timed = (on: object, title: string) => flow("a/timed", { on: on as never, steps: note(title) });
  const daily = (missed: string) => ({
    kind: "schedule",
    cron: "0 9 * * *",
    timeZone: "Europe/Berlin",
    missed,
    when: null,
  });

  describe("a schedule", () => {
    it("fires each slot once, also with two engines", async () => {
      test = await openTestEngine([timed(daily("all"), "good morning")]);
      await test.engine.tick();
      const second = test.another("bob");
      await second.tick();
      test.clock.now = Date.UTC(2026, 0, 3, 12);
      await Promise.all([test.engine.tick(), second.tick()]);
      expect((await titles()).filter((title) => title === "good morning")).to.have.lengthOf(3);
      const { items } = await test.store.events.list({ kind: "schedule.due" }, { limit: 10 });
      expect(items.map(({ payload }) => payload.scheduledAt)).to.deep.equal([
        "2026-01-03T08:00:00.000Z",
        "2026-01-02T08:00:00.000Z",
        "2026-01-01T08:00:00.000Z",
      ]);
    });

    it("fires once for all it has missed when it says so, and never for what was before it was switched on", async () => {
      test = await openTestEngine([timed(daily("once"), "good morning")]);
      await test.engine.tick();
      expect(await titles()).to.deep.equal([]);
      await later(72 * hour);
      expect((await titles()).filter((title) => title === "good morning")).to.have.lengthOf(1);
    });

    it("begins anew when it is switched on again", async () => {
      const on = timed(daily("all"), "good morning");
      test = await openTestEngine([on]);
      await test.engine.tick();
      test.use({ ...on, active: false });
      await later(72 * hour);
      test.use(on);
      await later(1_000);
      expect(await titles()).to.deep.equal([]);
    });
  });

  it("a silence is noticed once, and again only after something came", async () => {
    const on = { kind: "silence", dataType: "shop/Order", forMs: hour / 2, when: null };
    test = await openTestEngine([timed(on, "no orders")]);
    await test.engine.tick();
    const noticed = async (): Promise<number> => (await titles()).filter((title) => title === "no orders").length;
    await later(hour / 2 - 1);
    expect(await noticed()).to.equal(0);
    await later(1);
    await later(hour);
    expect(await noticed()).to.equal(1);
    await test.push({ id: "1" });
    await later(hour / 2);
    expect(await noticed()).to.equal(2);
  });

  it("an alert leaves through a flow on notifications, in the same commit, and alerts never alert", async () => {
    const alert = flow("a/alert", {
      on: { kind: "notification", levels: ["error"], per: "notification", when: "code = 'PHONE_MISSING'" } as never,
      steps: [sendStep({ with: { to: "+15005550099", body: "=title" } })],
    });
    test = await openTestEngine([flow("a/send"), alert]);
    await test.push({ id: "1" });
    await test.engine.idle();
    expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal([
      "a/send: There is no phone number to send to (step send)",
    ]);
    test.use(flow("a/send"), {
      ...alert,
      version: {
        ...alert.version,
        flow: { ...alert.version.flow, steps: [sendStep({ with: { body: "no number" } })] },
      },
    });
    await test.push({ id: "2" });
    await test.engine.idle();
    expect((await test.store.runs.list({ flow: "a/alert" }, { limit: 9 })).items).to.have.lengthOf(2);
  });
});
