import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { type CountedHour, HOUR_MS, hourOf } from "../../src/core/hourly-counts.js";
import { createNewId, type NewId } from "../../src/core/id.js";
import type { Store } from "../../src/core/store.js";
import { createHourCounter, type HourCounter } from "../../src/engine/hour-counter.js";
import { openLog } from "../../src/log/log.js";
import { sampleEvent, sampleRun } from "../store/samples.js";
import { openTestStore } from "./parts.js";

const DAY_MS = 24 * HOUR_MS;
const forEver = { succeededDays: null, failedDays: null, payloadDays: null, answersDays: null };

describe("counting by the hour", () => {
  let store: Store;
  let clock: { now: number };
  let asked: [from: number, until: number][];
  let commits: number;
  let newId: NewId;
  beforeEach(async () => {
    const opened = await openTestStore();
    clock = { now: Date.UTC(2026, 0, 1, 9, 30) };
    asked = [];
    commits = 0;
    newId = createNewId(() => clock.now, randomBytes);
    store = {
      ...opened,
      commit: (changes) => {
        commits += 1;
        return opened.commit(changes);
      },
      hourlyCounts: {
        ...opened.hourlyCounts,
        count: (from, until) => {
          asked.push([from.getTime(), until.getTime()]);
          return opened.hourlyCounts.count(from, until);
        },
      },
    };
  });
  afterEach(() => store.close());

  function open(retention: typeof forEver | { succeededDays: number } = forEver): HourCounter {
    const parts = { store, now: () => clock.now, log: openLog("silent"), retention: { ...forEver, ...retention } };
    return createHourCounter(parts, () => false);
  }

  async function run(): Promise<string> {
    const at = new Date(clock.now);
    const made = sampleRun({ id: newId("run"), createdAt: at });
    const event = sampleEvent({ id: newId("evt"), key: made.id, createdAt: at });
    await store.commit([
      { kind: "event-recorded", event },
      { kind: "run-created", run: made },
    ]);
    return made.id;
  }

  async function look(counter: HourCounter): Promise<void> {
    counter.look();
    await counter.idle();
  }

  async function hourAt(ms: number): Promise<CountedHour | undefined> {
    const hour = hourOf(new Date(ms));
    return (await store.hourlyCounts.list(hour, new Date(hour.getTime() + HOUR_MS)))[0];
  }

  const runsIn = async (ms: number): Promise<unknown> => (await hourAt(ms))?.counts.runs;

  it("keeps what was made in this hour, and in the one before, soon after it was made", async () => {
    const counter = open();
    clock.now -= HOUR_MS;
    await run();
    clock.now += HOUR_MS;
    const newest = await run();
    await look(counter);
    expect(await runsIn(clock.now)).to.deep.equal({ "shop/thank": { queued: 1 } });
    expect(await runsIn(clock.now - HOUR_MS)).to.deep.equal({ "shop/thank": { queued: 1 } });
    expect((await hourAt(clock.now))?.counts.newest).to.deep.equal({ "shop/thank": newest });
    await run();
    clock.now += 3_000;
    await look(counter);
    expect(await runsIn(clock.now)).to.deep.equal({ "shop/thank": { queued: 2 } });
  });

  it("writes nothing where nothing has changed, and goes through the present only once in a while", async () => {
    const counter = open();
    await run();
    await look(counter);
    const [written, counted] = [commits, asked.length];
    for (let time = 0; time < 10; time++) {
      clock.now += 1_000;
      await look(counter);
    }
    expect(commits).to.equal(written);
    // The part of the hour that is going on, every two seconds; those before it, hardly ever.
    expect(asked.length - counted).to.be.within(3, 12);
  });

  it("counts an hour again that has gone by: what was running has ended meanwhile", async () => {
    const counter = open();
    const id = await run();
    await look(counter);
    const began = clock.now;
    const ended = sampleRun({ id, status: "failed", dueAt: null, finishedAt: new Date(began) });
    await store.commit([{ kind: "run-advanced", run: ended }]);
    clock.now += 4 * HOUR_MS;
    await look(counter);
    expect(await runsIn(began)).to.deep.equal({ "shop/thank": { failed: 1 } });
  });

  it("counts what was made before anybody counted, the newest first, and then leaves it alone", async () => {
    const past = [2, 3, 30].map((hours) => clock.now - hours * HOUR_MS);
    const now = clock.now;
    for (const at of [...past].reverse()) {
      clock.now = at;
      await run();
    }
    clock.now = now;
    await look(open());
    for (const at of past)
      expect(await runsIn(at), new Date(at).toISOString()).to.deep.equal({ "shop/thank": { queued: 1 } });
    const hours = asked.filter(([from, until]) => until - from === HOUR_MS).map(([from]) => from);
    expect(hours).to.deep.equal([...hours].sort((one, other) => other - one));
    clock.now += 9 * DAY_MS;
    await look(open());
    asked = [];
    clock.now += 60_000;
    await look(open());
    const again = asked.filter(([from]) => from <= Math.max(...past));
    expect(again).to.deep.equal([]);
  });

  it("does not count again what may have been dropped meanwhile", async () => {
    await run();
    const began = clock.now;
    await look(open());
    clock.now += 25 * HOUR_MS;
    asked = [];
    await look(open({ succeededDays: 1 }));
    expect(asked.filter(([from]) => from <= began)).to.deep.equal([]);
    expect(await runsIn(began)).to.deep.equal({ "shop/thank": { queued: 1 } });
  });

  it("counts much in pieces, each of a few milliseconds, and misses nothing between them", async () => {
    const began = hourOf(new Date(clock.now)).getTime() - 3 * HOUR_MS;
    for (const minutes of [0, 7, 30, 59]) {
      clock.now = began + minutes * 60_000;
      await run();
    }
    clock.now = began + 3 * HOUR_MS;
    const { hourlyCounts } = store;
    // Ten seconds of what was made take a millisecond to count.
    const count: typeof hourlyCounts.count = async (from, until) => {
      const counts = await hourlyCounts.count(from, until);
      clock.now += Math.round((until.getTime() - from.getTime()) / 10_000);
      return counts;
    };
    Object.assign(store, { hourlyCounts: { ...hourlyCounts, count } });
    const counter = open();
    for (let looks = 0; looks < 5_000 && (await runsIn(began)) === undefined; looks++) {
      await look(counter);
      clock.now += 2_000;
    }
    expect(await runsIn(began)).to.deep.equal({ "shop/thank": { queued: 4 } });
    expect(Math.max(...asked.map(([from, until]) => until - from))).to.be.at.most(400_000);
  });

  it("begins anew after the store was away", async () => {
    const counter = open();
    await run();
    const { hourlyCounts } = store;
    Object.assign(store, { hourlyCounts: { ...hourlyCounts, count: () => Promise.reject(new Error("away")) } });
    await look(counter);
    expect(await hourAt(clock.now)).to.equal(undefined);
    Object.assign(store, { hourlyCounts });
    clock.now += 70_000;
    await look(counter);
    expect(await runsIn(clock.now)).to.deep.equal({ "shop/thank": { queued: 1 } });
  });
});
