import { expect } from "chai";
import fc from "fast-check";
import {
  type ConsentEntry,
  consentStates,
  consentWays,
  decide,
  mergeStandings,
  standingOf,
} from "../../src/core/consent.js";
import type { Opened } from "./opened.js";
import { at, sampleConsent, sampleMessage, told } from "./samples.js";

const contact = "+16175551212";
const scope = "sender:+15005550006";
const said = (entry: ConsentEntry) => ({ kind: "consent-recorded", entry }) as const;

const anyEntry = fc
  .tuple(
    ...[fc.nat(5), fc.constantFrom(...consentStates), fc.constantFrom(...consentWays)],
    ...[fc.boolean(), fc.constantFrom(scope, "everything")],
  )
  .map(([second, state, how, force, inScope]) => {
    const more = { at: at(second as number), state, how, force, scope: inScope } as Partial<ConsentEntry>;
    return sampleConsent(more, JSON.stringify(more));
  });

/** Who wants messages, and who does not. */
export function consentContract(store: Opened): void {
  const standings = () => store().consent.standings(contact, "sms");

  describe("consent", () => {
    it("comes back as it was stored", async () => {
      const entry = sampleConsent({
        ...{ scope: "everything", state: "opted-in", how: "operator", force: true, word: null, messageId: null },
        ...{ reason: "asked by phone", by: "Ann", eventId: "evt_1", at: at(-9) },
      });
      await store().commit([said(entry)]);
      expect(await store().consent.entry(entry.id)).to.deep.equal(entry);
      expect(await store().consent.entry("cns_none")).to.equal(null);
      expect(await standings()).to.deep.equal([
        { scope: "everything", stopId: null, startId: entry.id, outId: null, inId: null },
      ]);
    });

    it("is kept by contact, channel and scope", async () => {
      await store().commit([
        said(sampleConsent({}, "1")),
        said(sampleConsent({ scope: "everything" }, "2")),
        said(sampleConsent({ channel: "whatsapp" }, "3")),
        said(sampleConsent({ contact: "+1" }, "4")),
      ]);
      expect((await standings()).map((one) => one.scope)).to.have.members([scope, "everything"]);
      expect(await store().consent.standings(contact, "whatsapp")).to.have.lengthOf(1);
      expect(await store().consent.optOuts("+1", "sms")).to.have.lengthOf(1);
      expect(await store().consent.optOuts("+2", "sms")).to.deep.equal([]);
    });

    it("says at once what a commit has recorded against a contact", async () => {
      expect(await store().consent.optOuts(contact, "sms")).to.deep.equal([]);
      await store().commit([said(sampleConsent())]);
      expect(await store().consent.optOuts(contact, "sms")).to.deep.equal(await standings());
    });

    it("moves forward only, and the same entry changes nothing the second time", async () => {
      const [older, newer] = [sampleConsent({ at: at(1) }), sampleConsent({ at: at(2) })];
      await store().commit([said(newer)]);
      await store().commit([said(older), said(newer)]);
      await store().commit([said({ ...older, word: "another word" })]);
      expect((await standings())[0]).to.include({ stopId: newer.id });
      expect((await store().consent.entry(older.id))?.word).to.equal("STOP");
      expect((await store().consent.entries({ contact }, { limit: 9 })).items).to.deep.equal([newer, older]);
    });

    it("is taken from many at once", async () => {
      const all = Array.from({ length: 30 }, (_, index) => sampleConsent({ at: at(index) }));
      await Promise.all(all.toReversed().map((entry) => store().commit([said(entry)])));
      expect((await standings())[0]).to.include({ stopId: all.at(-1)!.id });
      expect((await store().consent.entries({}, { limit: 50 })).items).to.have.lengthOf(30);
    });

    it("lists what it comes to, last changed first, by what it is and how that is known", async () => {
      const facts = [
        sampleConsent({ contact: "+1", at: at(1) }, "a"),
        sampleConsent({ contact: "+2", at: at(2), state: "opted-in", how: "import" }, "b"),
        sampleConsent({ contact: "+3", at: at(3), channel: "whatsapp", scope: "everything", how: "operator" }, "c"),
        sampleConsent({ contact: "+1", at: at(4), state: "opted-in", how: "import" }, "d"),
      ];
      await store().commit(facts.map(said));
      const list = async (filter: object) =>
        (await store().consent.list(filter, { limit: 9 })).items.map(({ entry }) => `${entry.contact} ${entry.state}`);
      expect(await list({})).to.deep.equal(["+1 opted-out", "+3 opted-out", "+2 opted-in"]);
      expect(await list({ state: "opted-out" })).to.deep.equal(["+1 opted-out", "+3 opted-out"]);
      expect(await list({ how: "import" })).to.deep.equal(["+2 opted-in"]);
      expect(await list({ channel: "whatsapp", scope: "everything" })).to.deep.equal(["+3 opted-out"]);
      expect(await list({ contact: "+2", state: "opted-out" })).to.deep.equal([]);
      const first = await store().consent.list({}, { limit: 2 });
      const rest = await store().consent.list({}, { limit: 2, cursor: first.next ?? "" });
      expect([rest.items.map(({ entry }) => entry.contact), rest.next]).to.deep.equal([["+2"], null]);
    });

    it("comes to the same in the list as by the rule, whatever was said in whatever order", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(anyEntry, { minLength: 1, maxLength: 6, selector: ({ id }) => id }),
          async (facts) => {
            const own = `+${Math.random().toString().slice(2, 12)}`;
            const entries = facts.map((entry) => ({
              ...entry,
              contact: own,
              id: `${entry.id.slice(0, 14)}${idEnd()}`,
            }));
            await store().commit(entries.map(said));
            const { items } = await store().consent.list({ contact: own }, { limit: 9 });
            for (const { entry } of items) {
              const mine = entries.filter((one) => one.scope === entry.scope);
              expect(entry.id).to.equal(decide(mergeStandings(mine.map(standingOf)))?.entryId);
            }
            expect(items).to.have.lengthOf(new Set(entries.map((one) => one.scope)).size);
          },
        ),
        { numRuns: 40 },
      );
    });

    it("goes with a message: the pool of senders that sent it", async () => {
      const message = sampleMessage({ service: "MG1", from: null, status: "suppressed" });
      await store().commit([told(message)]);
      expect(await store().messages.get(message.id)).to.deep.equal(message);
      await store().commit([{ kind: "message-restarted", message: { ...message, service: "MG2", status: "pending" } }]);
      expect(await store().messages.get(message.id)).to.include({ service: "MG2", status: "pending" });
    });
  });
}

let ends = 0;
function idEnd(): string {
  ends += 1;
  return String(ends).padStart(16, "0");
}
