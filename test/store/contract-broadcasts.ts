import { expect } from "chai";
import type { Broadcast, BroadcastRecipient, RecipientNews } from "../../src/core/broadcast.js";
import type { Change } from "../../src/core/change.js";
import type { Opened } from "./opened.js";
import {
  at,
  codes,
  recordVersion,
  sampleBroadcast,
  sampleMessage,
  sampleRecipient,
  start,
  told,
  walk,
} from "./samples.js";

const begun = (broadcast: Broadcast): Change => ({ kind: "broadcast-created", broadcast });
const moved = (broadcast: Broadcast): Change => ({ kind: "broadcast-moved", broadcast });
const added = (recipient: BroadcastRecipient): Change => ({ kind: "recipient-added", recipient });

/** Broadcasts, who is in them, and how audiences are walked. */
export function broadcastContract(opened: Opened): void {
  describe("broadcasts", () => {
    const news = (runId: string | null, more: Partial<RecipientNews>): Change => ({
      kind: "recipient-moved",
      news: { runId: runId ?? "", outcome: "sent", reason: null, code: null, at: at(9), ...more },
    });

    it("come back as they were stored and moved", async () => {
      const broadcast = sampleBroadcast();
      const later: Broadcast = {
        ...broadcast,
        ...{ state: "done", revision: 2, cursor: "evt_9", walked: true, examined: 7, started: 4 },
        ...{ excluded: { duplicate: 2, "opted-out": 1 }, updatedAt: at(5), finishedAt: at(5) },
      };
      await opened().commit([begun(broadcast)]);
      expect(await opened().broadcasts.get(broadcast.id)).to.deep.equal(broadcast);
      await opened().commit([moved(later)]);
      expect(await opened().broadcasts.get(broadcast.id)).to.deep.equal(later);
      expect(await opened().broadcasts.get("bct_none")).to.equal(null);
      expect((await opened().broadcasts.list({ state: "done" }, { limit: 5 })).items).to.deep.equal([later]);
      expect((await opened().broadcasts.list({ state: "running" }, { limit: 5 })).items).to.deep.equal([]);
    });

    it("are unfinished while they run, and after they were stopped until their end", async () => {
      const of = (state: Broadcast["state"], finishedAt: Date | null = null): Broadcast => ({
        ...sampleBroadcast(),
        ...{ state, finishedAt },
      });
      const all = [of("draft"), of("running"), of("paused"), of("stopped"), of("stopped", at(5)), of("done", at(5))];
      await opened().commit(all.map(begun));
      const unfinished = await opened().broadcasts.unfinished(10);
      expect(unfinished.map(({ id }) => id)).to.deep.equal([all[3]?.id, all[1]?.id]);
      expect(await opened().broadcasts.unfinished(1)).to.have.lengthOf(1);
    });

    it("know what they have cost, by currency, of what is known", async () => {
      const broadcast = sampleBroadcast({ estimate: [{ amount: 1.5, currency: "USD", of: 3 }] });
      const recipients = Array.from({ length: 4 }, () => sampleRecipient({ broadcastId: broadcast.id }));
      const messages = recipients.map(({ runId }) => sampleMessage({ runId: runId ?? "" }));
      await opened().commit([begun(broadcast), ...recipients.map(added), ...messages.map(told)]);
      expect(await opened().broadcasts.get(broadcast.id)).to.deep.equal(broadcast);
      expect(await opened().broadcasts.costs(broadcast.id)).to.deep.equal([]);
      const prices = [
        { amount: 0.0079, currency: "USD" },
        { amount: 0.0001, currency: "USD" },
        { amount: 0.05, currency: "EUR" },
      ];
      const priced = prices.map((price, index): Change => {
        return { kind: "message-priced", effectId: messages[index]?.effectId ?? "", price };
      });
      await opened().commit(priced);
      expect(await opened().broadcasts.costs(broadcast.id)).to.deep.equal([
        { amount: 0.05, currency: "EUR", of: 1 },
        { amount: 0.008, currency: "USD", of: 2 },
      ]);
    });

    it("are moved on by one of two, and nothing of the other's commit is stored", async () => {
      const broadcast = sampleBroadcast();
      await opened().commit([begun(broadcast)]);
      const recipients = [sampleRecipient(), sampleRecipient()].map((one) => ({ ...one, broadcastId: broadcast.id }));
      const both = recipients.map((one) => opened().commit([moved({ ...broadcast, revision: 2 }), added(one)]));
      expect((await codes(both)).sort()).to.deep.equal(["BROADCAST_MOVED", null]);
      expect(await opened().broadcasts.counts(broadcast.id)).to.deep.equal({ queued: 1 });
    });

    it("take a record once, and a person once, whom others may have been left out for", async () => {
      const first = sampleRecipient();
      await opened().commit([added(first)]);
      const same = sampleRecipient({ key: first.key });
      const person = sampleRecipient({ recipient: first.recipient });
      expect(await codes([opened().commit([added(same)]), opened().commit([added(person)])])).to.deep.equal([
        "BROADCAST_MOVED",
        "BROADCAST_MOVED",
      ]);
      const leftOut = { ...person, runId: null, outcome: "excluded", exclusion: "duplicate" } as const;
      await opened().commit([
        added(leftOut),
        added(sampleRecipient({ broadcastId: "bct_2", recipient: first.recipient })),
      ]);
      const { broadcasts } = opened();
      expect(await broadcasts.ofPerson(first.broadcastId, first.recipient!)).to.deep.equal(first);
      expect(await broadcasts.ofRecord(first.broadcastId, leftOut.key)).to.deep.equal(leftOut);
      expect(await broadcasts.ofRun(first.runId!)).to.deep.equal(first);
      expect(await broadcasts.ofRecord(first.broadcastId, "none")).to.equal(null);
    });

    it("move recipients forward only, in whatever order news comes", async () => {
      const one = sampleRecipient();
      await opened().commit([added(one)]);
      await opened().commit([news(one.runId, { outcome: "delivered", code: "0" }), news(one.runId, {})]);
      await opened().commit([news(one.runId, { outcome: "undelivered" }), news("run_of_nobody", {})]);
      const expected = { ...one, outcome: "delivered", code: "0", updatedAt: at(9) };
      expect(await opened().broadcasts.ofRun(one.runId!)).to.deep.equal(expected);
      await opened().commit([news(one.runId, { outcome: "read" })]);
      expect((await opened().broadcasts.ofRun(one.runId!))?.outcome).to.equal("read");
    });

    it("list and count recipients by what has become of them", async () => {
      const queued = [1, 2, 3].map(() => sampleRecipient());
      const excluded = (["duplicate", "opted-out"] as const).map((exclusion) =>
        sampleRecipient({ runId: null, outcome: "excluded", exclusion }),
      );
      await opened().commit([...queued, ...excluded].map(added));
      const { broadcasts } = opened();
      const pages = await walk((cursor) => broadcasts.recipients("bct_1", {}, { limit: 2, cursor }));
      expect(pages.flat()).to.deep.equal([...queued, ...excluded].reverse());
      const only = await broadcasts.recipients("bct_1", { outcome: "excluded", exclusion: "duplicate" }, { limit: 9 });
      expect(only.items).to.deep.equal([excluded[0]]);
      expect(await broadcasts.counts("bct_1")).to.deep.equal({ queued: 3, excluded: 2 });
      expect(await broadcasts.counts("bct_2")).to.deep.equal({});
      expect(await broadcasts.count("bct_1", "queued", 2)).to.equal(2);
      expect(await broadcasts.count("bct_1", "queued", 9)).to.equal(3);
    });

    it("walk an audience oldest change first, and come back to what was changed meanwhile", async () => {
      const cities: Record<string, string> = { a: "x", b: "y", c: "x", d: "x" };
      for (const [key, city] of Object.entries(cities)) {
        await opened().commit(recordVersion({ key, version: 1, indexed: { city, kind: "k" } }).changes);
      }
      const { records } = opened();
      const filter = { dataType: "shop/Order", where: { city: "x", kind: "k" } };
      const first = await records.walk(filter, { after: null, limit: 2 });
      expect(first.map(({ key }) => key)).to.deep.equal(["a", "c"]);
      expect(first[0]).to.deep.equal(await records.get("shop/Order", "a"));
      await opened().commit(recordVersion({ key: "a", version: 2, indexed: { city: "x", kind: "k" } }).changes);
      const rest = await records.walk(filter, { after: first[1]!.eventId, limit: 9 });
      expect(rest.map(({ key, version }) => [key, version])).to.deep.equal([
        ["d", 1],
        ["a", 2],
      ]);
      const all = await records.walk({ dataType: "shop/Order" }, { after: null, limit: 9 });
      expect(all.map(({ key }) => key)).to.deep.equal(["b", "c", "d", "a"]);
      expect(await records.count(filter, 9)).to.equal(3);
      expect(await records.count({ dataType: "shop/Order" }, 2)).to.equal(2);
      expect(await records.count({ dataType: "shop/None" }, 2)).to.equal(0);
      expect(all[0]?.updatedAt).to.deep.equal(start);
    });
  });
}
