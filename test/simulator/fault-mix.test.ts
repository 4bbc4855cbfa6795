import { expect } from "chai";
import { parseFaultMix } from "../../src/simulator/control-request.js";
import { createFaultMixer, type FaultMix, type MixedFault } from "../../src/simulator/fault-mix.js";
import { type Bench, failureOf, openBench, openCatcher } from "./bench.js";

const chaos: readonly MixedFault[] = [
  { kind: "timeout-after-send", holdMs: 10, share: 0.1 },
  { kind: "timeout-before", holdMs: 10, share: 0.1 },
  { kind: "status", status: 429, retryAfterSeconds: 1, share: 0.1 },
  { kind: "status", status: 500, afterSend: true, share: 0.1 },
  { kind: "status", status: 500, share: 0.1 },
  { kind: "reset-after-send", share: 0.1 },
  { kind: "lose-callbacks", share: 0.2 },
  { kind: "delay-callbacks", delayMs: 20, share: 0.2 },
  { kind: "duplicate-callbacks", share: 0.2 },
  { kind: "reorder-callbacks", share: 0.2 },
];

const form = (number: number): URLSearchParams =>
  new URLSearchParams({ To: "+16175551212", Body: `Your order ${number} has been received` });

/** What a mix does to creates with these numbers, by number. */
function fate(mix: FaultMix, numbers: readonly number[]): Record<number, string> {
  const mixer = createFaultMixer(mix);
  return Object.fromEntries(
    numbers.map((number) => {
      const { answer, callbacks } = mixer.draw(form(number));
      return [number, JSON.stringify([answer, [...callbacks.keys()]])];
    }),
  );
}

const numbers = Array.from({ length: 1_000 }, (_, index) => index);

/** Creates messages 0 to count - 1 with a callback each; says which of them were answered with 201. */
async function createMany(bench: Bench, count: number, StatusCallback: string): Promise<boolean[]> {
  return Promise.all(
    numbers.slice(0, count).map(async (number) => {
      const reply = await bench.create({ Body: String(form(number).get("Body")), StatusCallback }).catch(() => null);
      return reply?.status === 201;
    }),
  );
}

describe("a mix of faults", () => {
  it("is the same for the same seed, in whatever order the requests come", () => {
    const mix = { seed: 7, faults: chaos };
    expect(fate(mix, [...numbers].reverse())).to.deep.equal(fate(mix, numbers));
  });

  it("is another one for another seed", () => {
    expect(fate({ seed: 8, faults: chaos }, numbers)).to.not.deep.equal(fate({ seed: 7, faults: chaos }, numbers));
  });

  it("draws a repeated request anew", () => {
    const mixer = createFaultMixer({ seed: 7, faults: [{ kind: "reset", share: 0.5 }] });
    const drawn = numbers.slice(0, 50).map(() => mixer.draw(form(1)).answer?.kind ?? null);
    expect(new Set(drawn)).to.deep.equal(new Set(["reset", null]));
  });

  it("strikes about as many creates as its shares say", () => {
    const mixer = createFaultMixer({ seed: 7, faults: chaos });
    const struck = new Map<string, number>();
    for (const number of numbers) {
      const { answer, callbacks } = mixer.draw(form(number));
      for (const fault of [answer, ...callbacks.values()]) {
        if (fault) struck.set(JSON.stringify(fault), (struck.get(JSON.stringify(fault)) ?? 0) + 1);
      }
    }
    for (const fault of chaos) {
      expect(struck.get(JSON.stringify(fault)), fault.kind).to.be.closeTo(fault.share * 1_000, 50);
    }
  });

  it("strikes all for a share of 1 and none for a share of 0", () => {
    const mixer = createFaultMixer({
      seed: 7,
      faults: [
        { kind: "reset", share: 0 },
        { kind: "reset-after-send", share: 1 },
        { kind: "lose-callbacks", share: 1 },
        { kind: "reorder-callbacks", share: 0 },
      ],
    });
    for (const number of numbers.slice(0, 100)) {
      const { answer, callbacks } = mixer.draw(form(number));
      expect([answer?.kind, [...callbacks.keys()]]).to.deep.equal(["reset-after-send", ["lose-callbacks"]]);
    }
  });

  it("does to a session what it says, and counts it", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    bench.simulator.setFaultMix({ seed: 7, faults: chaos });
    const answered = await createMany(bench, 200, `${catcher.url}/?effect=eff_1`);
    await bench.simulator.settled();
    const { created, asked, struck, statuses, underway } = bench.simulator.counts();
    const before = struck["timeout-before"]! + struck["status-429"]! + struck["status-500"]!;
    const after = struck["timeout-after-send"]! + struck["status-500-after-send"]! + struck["reset-after-send"]!;
    expect([created, asked.creates, underway]).to.deep.equal([200 - before, 200, 0]);
    expect(answered.filter(Boolean)).to.have.lengthOf(200 - before - after);
    expect(statuses).to.deep.equal({ delivered: created });
    const lost = new Set(bench.simulator.messages().map(({ sid }) => sid));
    for (const { fields } of catcher.caught) lost.delete(fields.MessageSid!);
    expect(lost.size).to.equal(struck["lose-callbacks"]);
    for (const count of Object.values(struck)) expect(count).to.be.above(0);
    expect(Object.keys(struck)).to.have.lengthOf(chaos.length);
  });

  it("lets single faults go first, and ends when it is taken back", async () => {
    await using bench = await openBench();
    bench.simulator.setFaultMix({ seed: 7, faults: [{ kind: "status", status: 500, share: 1 }] });
    bench.simulator.addFault({ kind: "status", status: 503 });
    expect([(await bench.create()).status, (await bench.create()).status]).to.deep.equal([503, 500]);
    bench.simulator.setFaultMix(null);
    expect((await bench.create()).status).to.equal(201);
    expect(bench.simulator.counts().struck).to.deep.equal({ "status-503": 1, "status-500": 1 });
  });

  it("brings callbacks late, in their order", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    bench.simulator.addFault({ kind: "delay-callbacks", delayMs: 300 });
    await bench.create({ StatusCallback: catcher.url });
    while (bench.simulator.messages()[0]?.status !== "delivered") {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(catcher.statuses()).to.deep.equal([]);
    expect(bench.simulator.counts().underway).to.equal(1);
    await bench.simulator.settled();
    expect(catcher.statuses()).to.deep.equal(["sent", "delivered"]);
  });

  it("is refused in bench mode, where nothing goes wrong", async () => {
    await using bench = await openBench({ bare: true });
    expect(() => bench.simulator.setFaultMix({ seed: 1, faults: [] }))
      .to.throw("bare")
      .with.property("code", "REQUEST_INVALID");
  });

  describe("from another process", () => {
    const path = "/simulator/faults/mix";

    it("is set, replaced and taken back", async () => {
      await using bench = await openBench();
      const mix = { seed: 7, faults: [{ kind: "reset", share: 1 }] };
      const set = await bench.call("PUT", path, { json: mix });
      expect([set.status, set.body]).to.deep.equal([200, mix]);
      expect(await failureOf(bench.create())).to.have.property("code", "ECONNRESET");
      await bench.call("PUT", path, { json: { seed: 7, faults: [{ kind: "status", status: 503, share: 1 }] } });
      expect((await bench.create()).status).to.equal(503);
      expect((await bench.call("DELETE", path)).status).to.equal(204);
      expect((await bench.create()).status).to.equal(201);
    });

    it("is taken back together with single faults, too", async () => {
      await using bench = await openBench();
      await bench.call("PUT", path, { json: { seed: 7, faults: [{ kind: "reset", share: 1 }] } });
      await bench.call("DELETE", "/simulator/faults");
      expect((await bench.create()).status).to.equal(201);
    });

    it("is refused as a whole when a part is wrong", async () => {
      await using bench = await openBench();
      const reply = await bench.call("PUT", path, { json: { seed: 7, faults: [{ kind: "reset", share: 1 }, {}] } });
      expect([reply.status, reply.body.code]).to.deep.equal([400, "REQUEST_INVALID"]);
      expect((await bench.create()).status).to.equal(201);
    });
  });

  for (const [mix, problem] of [
    [[], "A mix of faults must be a JSON object"],
    [{ faults: [] }, "seed must be a whole number from 0 to 4294967295"],
    [{ seed: -1, faults: [] }, "seed must be"],
    [{ seed: 1 }, "faults must be a list"],
    [{ seed: 1, faults: [], times: 3 }, "has no member times; it has seed, faults"],
    [{ seed: 1, faults: [7] }, "faults/0 must be a JSON object"],
    [{ seed: 1, faults: [{ kind: "reset" }] }, "faults/0/share must be from 0 to 1"],
    [{ seed: 1, faults: [{ kind: "reset", share: 1.1 }] }, "faults/0/share must be"],
    [{ seed: 1, faults: [{ kind: "explode", share: 1 }] }, "kind must be one of"],
    [{ seed: 1, faults: [{ kind: "delay-callbacks", share: 1 }] }, "delayMs must be"],
    [{ seed: 1, faults: [{ kind: "reset", share: 1, times: 2 }] }, "faults/0 has a share of all creates"],
    [
      {
        seed: 1,
        faults: [
          { kind: "reset", share: 0.6 },
          { kind: "reset-after-send", share: 0.6 },
        ],
      },
      "the shares of faults of the answer add up to 1.2",
    ],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(mix)}`, () => {
      expect(() => parseFaultMix(mix))
        .to.throw(problem)
        .with.property("code", "REQUEST_INVALID");
    });
  }

  it("may have shares that only add up to 1 but for the arithmetic", () => {
    const faults = Array.from({ length: 10 }, () => ({ kind: "reset", share: 0.1 }));
    expect(parseFaultMix({ seed: 1, faults }).faults).to.have.lengthOf(10);
  });
});
