import { expect } from "chai";
import fc from "fast-check";
import {
  type ConsentEntry,
  type ConsentStanding,
  consentStates,
  consentWays,
  decide,
  describeScope,
  isConsentScope,
  mergeStandings,
  noStanding,
  scopesOf,
  scopesOfSender,
  standingOf,
} from "../../src/core/consent.js";
import { idOfFact } from "../../src/core/id.js";

type Said = Pick<ConsentEntry, "id" | "state" | "how" | "force">;

/** An entry of the n-th minute; `documented` is an operator's that is to undo a STOP. */
function said(minute: number, state: Said["state"], way: Said["how"] | "documented"): Said {
  const at = new Date(Date.UTC(2026, 0, 1, 0, minute));
  const id = idOfFact("cns", at, Buffer.from(`${state}${way}`.padEnd(20).slice(-20)));
  return { id, state, how: way === "documented" ? "operator" : way, force: way === "documented" };
}

const stop = (minute: number) => said(minute, "opted-out", "keyword");
const start = (minute: number) => said(minute, "opted-in", "keyword");
const decided = (...entries: readonly Said[]) => decide(mergeStandings(entries.map(standingOf)));

const anySaid = fc
  .tuple(fc.nat(6), fc.constantFrom(...consentStates), fc.constantFrom(...consentWays, "documented" as const))
  .map((words) => said(...words));

/** The rule as a story: facts in the order in which they happened, of one instant the opt-outs last. */
function tell(entries: readonly Said[]): { state: string | null; isOwnStop: boolean } {
  const minuteOf = ({ id }: Said): string => id.slice(0, 14);
  const inOrder = entries.toSorted((a, b) => minuteOf(a).localeCompare(minuteOf(b)) || a.state.localeCompare(b.state));
  let stopped = false;
  let state: string | null = null;
  for (const { state: word, how, force } of inOrder) {
    const own = how === "keyword" || how === "vendor-report";
    if (word === "opted-out") {
      state = word;
      stopped ||= own;
    } else if (own || force || !stopped) {
      state = word;
      stopped = false;
    }
  }
  return { state, isOwnStop: stopped };
}

describe("decide", () => {
  it("says nothing where nothing is on record", () => {
    expect(decide(noStanding)).to.equal(null);
  });

  it("goes by the newest word", () => {
    expect(decided(stop(1))).to.include({ state: "opted-out", isOwnStop: true });
    expect(decided(stop(1), start(2))).to.deep.include({ state: "opted-in", entryId: start(2).id });
    expect(decided(stop(1), start(2), stop(3))).to.include({ state: "opted-out", entryId: stop(3).id });
    expect(decided(said(1, "opted-out", "operator"), said(2, "opted-in", "import"))).to.include({ state: "opted-in" });
  });

  it("keeps a person's STOP against what others record, unless that is documented", () => {
    expect(decided(stop(1), said(2, "opted-in", "operator"))).to.include({ state: "opted-out", isOwnStop: true });
    expect(decided(stop(1), said(2, "opted-in", "import"))).to.include({ state: "opted-out" });
    expect(decided(stop(1), said(2, "opted-in", "documented"))).to.include({ state: "opted-in" });
    expect(decided(said(1, "opted-out", "vendor-report"), said(2, "opted-in", "import"))).to.include({
      state: "opted-out",
    });
  });

  it("does not let a late report of an older refusal undo a START", () => {
    const late = said(1, "opted-out", "vendor-report");
    expect(decided(start(2), late)).to.include({ state: "opted-in" });
    expect(decided(late, start(2))).to.include({ state: "opted-in" });
  });

  it("takes the opt-out of two words of one instant", () => {
    expect(decided(start(1), stop(1))).to.include({ state: "opted-out" });
  });

  it("comes to the same in any order of arrival and however often the same is told", () => {
    const shuffled = fc.array(anySaid, { maxLength: 12 }).chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray([...facts, ...facts, ...facts], { minLength: 0 }).map((some) => [...some, ...facts]),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([facts, told]) => {
        const known = mergeStandings(facts.map(standingOf));
        const arrived = told.reduce<ConsentStanding>(
          (standing, fact) => mergeStandings([standing, standingOf(fact)]),
          noStanding,
        );
        expect(arrived).to.deep.equal(known);
        expect(decide(arrived)).to.deep.equal(decide(known));
      }),
    );
  });

  it("comes to what the story comes to when it is told as it happened", () => {
    fc.assert(
      fc.property(fc.array(anySaid, { maxLength: 10 }), (facts) => {
        const { state = null, isOwnStop = false } = decided(...facts) ?? {};
        expect({ state, isOwnStop }).to.deep.equal(tell(facts));
      }),
    );
  });

  it("takes parts that were put together before for the same as all of them", () => {
    const many = fc.array(anySaid, { maxLength: 6 });
    fc.assert(
      fc.property(many, many, (one, other) => {
        const merged = mergeStandings([one, other].map((facts) => mergeStandings(facts.map(standingOf))));
        expect(merged).to.deep.equal(mergeStandings([...one, ...other].map(standingOf)));
      }),
    );
  });
});

describe("scopes", () => {
  it("cover who a message is sent as: everything, the connection, the pool of senders and the sender", () => {
    expect(scopesOf({ connection: "shop/twilio", service: "MG1", sender: "+15005550006" })).to.deep.equal([
      "everything",
      "connection:shop/twilio",
      "service:MG1",
      "sender:+15005550006",
    ]);
    expect(scopesOf({ connection: "shop/twilio", service: null, sender: null })).to.have.lengthOf(2);
  });

  it("mean the pool and the number when somebody texts a number of a pool", () => {
    expect(scopesOfSender({ service: null, sender: "+1" })).to.deep.equal(["sender:+1"]);
    expect(scopesOfSender({ service: "MG1", sender: "+1" })).to.deep.equal(["service:MG1", "sender:+1"]);
    expect(scopesOfSender({ service: "MG1", sender: "MG1" })).to.deep.equal(["service:MG1"]);
  });

  it("are told from other texts", () => {
    const good = ["everything", "connection:shop/twilio", "service:MG1", "sender:+15005550006", "sender:Acme Inc"];
    expect(good.map(isConsentScope)).to.deep.equal(good.map(() => true));
    const bad = ["", "all", "sender:", "service:a b", "connection:shop", "sender:a\nb"];
    expect(bad.map(isConsentScope)).to.deep.equal(bad.map(() => false));
  });

  it("have names for sentences", () => {
    expect(["everything", "connection:a/b", "service:MG1", "sender:+1"].map(describeScope)).to.deep.equal([
      "anybody here",
      "a/b",
      "the messaging service MG1",
      "+1",
    ]);
  });
});
