import { mock } from "node:test";
import { expect } from "chai";
import { createSignalTurns, SIGNAL_PAUSE_MS } from "../../src/store/postgres/signal-turns.js";

const [ann, bob, cid] = [7, 3, 5];
const elsewhere = -1;

describe("The turns in which processes look for work", () => {
  let looks: string[];
  const turnsOf = (name: string, mine: number, takers: readonly number[]) => {
    const turns = createSignalTurns(() => looks.push(name));
    turns.know(takers, mine);
    return turns;
  };

  beforeEach(() => {
    looks = [];
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(() => mock.timers.reset());

  it("go round: each signal has one look at once, and no other while they come one behind the other", () => {
    const names = { ann, bob, cid };
    const all = Object.entries(names).map(([name, number]) => turnsOf(name, number, [ann, bob, cid, ann]));
    for (let count = 1; count <= 6; count++) {
      for (const turns of all) turns.hear(count, elsewhere);
      expect(looks).to.have.lengthOf(count);
      mock.timers.tick(SIGNAL_PAUSE_MS);
    }
    expect(looks.slice(0, 3)).to.have.members(["ann", "bob", "cid"]);
    expect(looks.slice(3)).to.deep.equal(looks.slice(0, 3));
  });

  it("are not waited for: who was passed over looks soon, once for all signals", () => {
    const turns = turnsOf("bob", bob, [ann, bob]);
    turns.hear(1, elsewhere);
    turns.hear(3, elsewhere);
    expect(looks).to.deep.equal([]);
    mock.timers.tick(1_000);
    expect(looks).to.deep.equal(["bob"]);
  });

  it("pass over the sender, who does not hear itself", () => {
    const turns = turnsOf("bob", bob, [ann, bob]);
    for (let count = 1; count <= 4; count++) turns.hear(count, ann);
    expect(looks).to.have.lengthOf(4);
  });

  it("are everybody's who is alone, not known yet, or hears of an older version", () => {
    turnsOf("alone", ann, [ann]).hear(1, elsewhere);
    createSignalTurns(() => looks.push("new")).hear(1, elsewhere);
    turnsOf("not shown", ann, [bob, cid]).hear(1, elsewhere);
    turnsOf("of two", ann, [ann, bob]).hear(Number.NaN, Number.NaN);
    expect(looks).to.deep.equal(["alone", "new", "not shown", "of two"]);
  });

  it("end with looking for another reason, and with stopping", () => {
    const turns = turnsOf("bob", bob, [ann, bob]);
    turns.hear(1, elsewhere);
    turns.look();
    turns.hear(1, elsewhere);
    turns.stop();
    mock.timers.tick(1_000);
    expect(looks).to.deep.equal(["bob"]);
  });
});
