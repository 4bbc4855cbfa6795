import { expect } from "chai";
import { createDelayCounter, watchLoopDelay } from "../../src/api/loop-delay.js";
import { openTestEngine, type TestEngine } from "../engine/parts.js";
import { openTestApi } from "./open-test-api.js";

describe("The metrics", () => {
  let engine: TestEngine;
  beforeEach(async () => {
    engine = await openTestEngine([]);
  });
  afterEach(() => engine.close());

  it("are figures of the process and of what waits, in Prometheus's format", async () => {
    const loopDelay = createDelayCounter();
    for (const delayMs of [0, 0.4, 3, 18, 2_500]) loopDelay.add(delayMs);
    const api = await openTestApi({ loopDelay, store: engine.store });
    try {
      const { status, headers, text } = await api.call("GET", "/metrics");
      expect([status, headers["content-type"]]).to.deep.equal([200, "text/plain; version=0.0.4; charset=utf-8"]);
      expect(text).to.match(/^process_resident_memory_bytes [1-9]\d+$/m);
      expect(text).to.match(/^patchbay_runs_due \d+$/m);
      const buckets = [...text.matchAll(/_bucket\{le="([^"]+)"\} (\d+)/g)].map(([, le, count]) => `${le}:${count}`);
      expect(buckets).to.include.members(["0.001:2", "0.005:3", "0.015:3", "0.02:4", "1:4", "+Inf:5"]);
      expect(text).to.match(/^patchbay_event_loop_delay_seconds_sum 2.5\d+$/m);
    } finally {
      await api.close();
    }
  });

  it("are for who may see processes", async () => {
    const api = await openTestApi({ apiKey: "a-key-that-is-long-enough", store: engine.store });
    try {
      expect((await api.call("GET", "/metrics")).status).to.equal(401);
      const headers = { authorization: "Bearer a-key-that-is-long-enough" };
      expect((await api.call("GET", "/metrics", { headers })).status).to.equal(200);
    } finally {
      await api.close();
    }
  });
});

describe("The watch on the event loop", () => {
  it("counts how late a timer came by a clock that it is given", async () => {
    let at = 0;
    // Each look finds the clock 150 ms further: a timer of 100 ms is 50 ms late each time.
    const watch = watchLoopDelay(() => (at += 150));
    while (watch.counts().count < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    watch.stop();
    const { within, count, sumMs } = watch.counts();
    expect(sumMs / count).to.equal(50);
    expect(within.at(-1)).to.equal(count);
    expect(within[0]).to.equal(0);
  });
});
