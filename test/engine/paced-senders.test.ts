import { expect } from "chai";
import fc from "fast-check";
import type { Lane } from "../../src/core/sending.js";
import { type ConnectionGate, createConnectionGate } from "../../src/engine/connection-gate.js";

const POST = "test/post";
const START = 1_000_000;

interface Text {
  readonly id: string;
  readonly lane: Lane;
  readonly cost: number;
  /** When it asks for the first time. */
  readonly from: number;
}

interface Sent extends Text {
  readonly at: number;
}

function open(): { gate: ConnectionGate; clock: { now: number } } {
  const clock = { now: START };
  return { gate: createConnectionGate({ now: () => clock.now, random: () => 0.5 }), clock };
}

/** Lets texts of one sender ask, and again whenever they were told to, until all have left or it is too late. */
function send(texts: readonly Text[], perSecond: number, until = 10_000_000): readonly Sent[] {
  const { gate, clock } = open();
  const sender = { sender: "+14155550100", perSecond, unit: "segments" };
  const agenda = new Map<number, Text[]>();
  const note = (at: number, text: Text): void => {
    agenda.set(at, [...(agenda.get(at) ?? []), text]);
  };
  const times: number[] = [];
  const push = (at: number, text: Text): void => {
    if (!agenda.has(at)) insert(times, at);
    note(at, text);
  };
  for (const text of texts) push(START + text.from, text);
  const sent: Sent[] = [];
  for (let at = times.shift(); at !== undefined && at - START <= until; at = times.shift()) {
    clock.now = at;
    const due = agenda.get(at) ?? [];
    agenda.delete(at);
    for (const text of due) {
      const entry = gate.admit(POST, null, { id: text.id, lane: text.lane, sender, cost: text.cost });
      if (entry.admitted) sent.push({ ...text, at: at - START });
      else push(Math.max(at + 1, entry.comeBackAt), text);
    }
  }
  return sent;
}

function insert(times: number[], at: number): void {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  times.splice(low, 0, at);
}

function many(count: number, lane: Lane, more: Partial<Text> = {}): Text[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${lane} ${index}`, lane, cost: 1, from: 0, ...more }));
}

/** The most by which any span of time saw more than its length times the pace. */
function worstExcess(sent: readonly Sent[], perSecond: number): number {
  let [worst, lowest, sum] = [0, Number.POSITIVE_INFINITY, 0];
  for (const { at, cost } of sent) {
    lowest = Math.min(lowest, sum - (at * perSecond) / 1_000);
    sum += cost;
    worst = Math.max(worst, sum - (at * perSecond) / 1_000 - lowest);
  }
  return worst;
}

const someTexts = fc.array(
  fc.record({
    lane: fc.constantFrom<Lane>("transactional", "marketing"),
    cost: fc.integer({ min: 1, max: 7 }),
    from: fc.nat(20_000),
  }),
  { minLength: 1, maxLength: 120 },
);

describe("the pace of a sender", () => {
  it("is never exceeded in any span of time, whatever comes when, and everything leaves", () => {
    fc.assert(
      fc.property(someTexts, fc.constantFrom(0.5, 1, 3, 10, 100), (given, perSecond) => {
        const texts = given.map((text, index) => ({ ...text, id: `run ${index}` }));
        const sent = send(texts, perSecond);
        expect(sent).to.have.lengthOf(texts.length);
        const largest = Math.max(...texts.map(({ cost }) => cost));
        expect(worstExcess(sent, perSecond)).to.be.at.most(Math.max(1, perSecond / 10) + largest - 1 + 1e-2);
      }),
      { numRuns: 150 },
    );
  });

  it("counts segments: a text of three is followed by a pause of three", () => {
    const texts = [3, 1, 2, 1].map((cost, index) => ({
      id: `run ${index}`,
      lane: "transactional" as const,
      cost,
      from: 0,
    }));
    expect(send(texts, 1).map(({ at }) => at)).to.deep.equal([0, 3_000, 4_000, 6_000]);
  });

  it("keeps senders apart, and is besides the connection's own", () => {
    const { gate } = open();
    const admitted = (sender: string, maxPerSecond: number | null): boolean => {
      const pace = { sender, perSecond: 1, unit: "segments" };
      return gate.admit(POST, maxPerSecond, { id: `run of ${sender}`, sender: pace }).admitted;
    };
    expect([admitted("one", null), admitted("two", null), admitted("three", 1), admitted("four", 1)]).to.deep.equal([
      true,
      true,
      true,
      false,
    ]);
  });

  it("says what it is, and that others go first", () => {
    const { gate } = open();
    const sender = { sender: "+14155550100", perSecond: 1, unit: "segments" };
    const reasonOf = (id: string, lane: Lane): string => {
      const entry = gate.admit(POST, null, { id, lane, sender });
      return entry.admitted ? "" : entry.reason;
    };
    reasonOf("first", "transactional");
    expect(reasonOf("second", "transactional")).to.equal("+14155550100 sends at most 1 segment a second");
    expect(reasonOf("third", "marketing")).to.equal(
      "+14155550100 sends at most 1 segment a second; transactional ones go first",
    );
  });

  it("gives no place to whom its turn would come too late, so that the line is no longer for those after", () => {
    const { gate, clock } = open();
    const sender = { sender: "+14155550100", perSecond: 1, unit: "segments" };
    const comeBackAt = (id: string, notAfter?: number): number => {
      const entry = gate.admit(POST, null, { id, sender, ...(notAfter !== undefined && { notAfter }) });
      return entry.admitted ? 0 : entry.comeBackAt - clock.now;
    };
    for (const id of ["a", "b", "c"]) comeBackAt(id);
    for (let index = 0; index < 50; index++) expect(comeBackAt(`late ${index}`, clock.now + 2_000)).to.equal(3_000);
    expect(comeBackAt("d")).to.equal(3_000);
    expect(comeBackAt("e", clock.now + 4_000)).to.equal(4_000);
  });
});

describe("the lanes of a sender", () => {
  it("let a transactional text leave at the next place although 10,000 marketing texts wait", () => {
    const orders = [5_003, 60_000, 60_000, 61_500].map((from, index) => ({
      ...{ id: `order ${index}`, lane: "transactional" as const, cost: 1, from },
    }));
    const sent = send([...many(10_000, "marketing"), ...orders], 10, 65_000);
    const waits = sent.filter(({ lane }) => lane === "transactional").map(({ at, from }) => at - from);
    expect(waits).to.have.lengthOf(4);
    for (const wait of waits) expect(wait).to.be.at.most(201);
  });

  it("give marketing everything that transactional texts leave", () => {
    const sent = send([...many(200, "marketing"), ...many(50, "transactional")], 10);
    expect(sent.at(-1)?.at).to.be.at.most(25_500);
    expect(sent.slice(0, 50).filter(({ lane }) => lane === "marketing").length).to.be.at.most(5);
  });

  it("let marketing through for one text in twenty while transactional ones never end", () => {
    const endless = many(3_000, "transactional").map((text, index) => ({ ...text, from: index * 50 }));
    const sent = send([...many(300, "marketing"), ...endless], 10, 150_000);
    const share = sent.filter(({ lane }) => lane === "marketing").length / sent.length;
    expect(share).to.be.within(0.02, 0.08);
  });

  it("keep the order inside each", () => {
    const sent = send(
      [...many(40, "marketing"), ...many(40, "transactional")].map((text, index) => ({ ...text, from: index })),
      10,
    );
    for (const lane of ["marketing", "transactional"]) {
      const own = sent.filter((text) => text.lane === lane).map(({ from }) => from);
      if (lane === "transactional") expect(own).to.deep.equal([...own].sort((a, b) => a - b));
      else expect(own.length).to.equal(40);
    }
  });
});
