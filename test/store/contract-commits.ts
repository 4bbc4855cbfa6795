import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import {
  advanced,
  codes,
  created,
  intended,
  moved,
  raised,
  recorded,
  recordVersion,
  sampleEffect,
  sampleEvent,
  sampleFlowVersion,
  sampleMessage,
  sampleNotification,
  sampleRun,
  start,
  told,
} from "./samples.js";

/** What `commit` promises whatever the changes are. */
export function commitContract(opened: Opened): void {
  describe("commit", () => {
    it("stores changes of every kind together", async () => {
      const store = opened();
      const { found, changes } = everyKind();
      await store.commit(changes);
      expect(await found(store)).to.deep.equal(Array(9).fill(true));
    });

    it("stores nothing of a commit that is refused, whatever came before and after the refused change", async () => {
      const store = opened();
      const { found, changes } = everyKind();
      const refused = advanced(sampleRun());
      for (const position of [0, 5, changes.length]) {
        await failed(store.commit(changes.toSpliced(position, 0, refused)), "RUN_LEASE_LOST");
        expect(await found(store)).to.deep.equal(Array(9).fill(false));
      }
      await store.commit(changes);
    });

    it("fails alone when the database itself refuses it, and stores nothing of it", async () => {
      const store = opened();
      const [kept, before, after, other] = [sampleEvent(), sampleEvent(), sampleEvent(), sampleEvent()];
      await store.commit([recorded(kept)]);
      const outcome = await codes([
        store.commit([recorded(before)]),
        store.commit([recorded(other), recorded({ ...kept, key: "R2" })]),
        store.commit([recorded(after)]),
      ]);
      expect(outcome[1]).to.be.a("string");
      expect(outcome.toSpliced(1, 1)).to.deep.equal([null, null]);
      expect(await store.events.get(before.id)).to.not.equal(null);
      expect(await store.events.get(after.id)).to.not.equal(null);
      expect(await store.events.get(other.id)).to.equal(null);
      expect((await store.events.get(kept.id))?.key).to.equal("R1");
    });

    it("is seen by every read that begins after it", async () => {
      const store = opened();
      for (let count = 0; count < 20; count++) {
        const event = sampleEvent();
        await store.commit([recorded(event)]);
        expect(await store.events.get(event.id)).to.deep.equal(event);
      }
    });

    it("takes no changes and a thousand changes", async () => {
      const store = opened();
      await store.commit([]);
      const runs = Array.from({ length: 1_000 }, () => sampleRun());
      await store.commit(runs.map(created));
      expect(await store.runs.get(runs[0]!.id)).to.deep.equal(runs[0]);
      expect(await store.runs.get(runs[999]!.id)).to.deep.equal(runs[999]);
    });

    it("takes more concurrent commits than one transaction holds", async () => {
      const store = opened();
      const runs = Array.from({ length: 1_200 }, () => sampleRun());
      await Promise.all(runs.map((run) => store.commit([created(run)])));
      expect(await store.runs.backlog(start, 2_000)).to.equal(1_200);
    });

    it("applies concurrent commits in the order they were made", async () => {
      const store = opened();
      const effect = sampleEffect({ state: "intended" });
      await Promise.all([
        store.commit([intended(effect)]),
        store.commit([moved({ ...effect, state: "started", attempts: 2 })]),
        store.commit([moved({ ...effect, state: "unknown", attempts: 3 })]),
      ]);
      expect(await store.effects.get(effect.id)).to.deep.equal({ ...effect, state: "unknown", attempts: 3 });
    });

    it("says that the store can be written to", async () => {
      await opened().check();
    });
  });
}

/** One change of every kind that makes something, and whether a store has each. */
function everyKind(): { changes: Change[]; found: (store: ReturnType<Opened>) => Promise<boolean[]> } {
  const record = recordVersion({ key: "R9", version: 1 });
  const [run, effect, message, notification] = [sampleRun(), sampleEffect(), sampleMessage(), sampleNotification()];
  const answer = { key: "K9", requestHash: "ff", status: 201, body: {}, createdAt: start };
  const changes: Change[] = [
    ...record.changes,
    created(run),
    intended(effect),
    told(message),
    raised(notification),
    { kind: "flow-version-kept", version: sampleFlowVersion("h9") },
    { kind: "flow-activated", flow: "shop/thank", active: true, at: start },
    { kind: "answer-kept", answer },
  ];
  const found: ReturnType<typeof everyKind>["found"] = async (store) => {
    const values = await Promise.all([
      store.records.get("shop/Order", "R9"),
      store.events.get(record.event.id),
      store.runs.get(run.id),
      store.effects.get(effect.id),
      store.messages.get(message.id),
      store.notifications.get(notification.id),
      store.flows.version("h9"),
      store.flows.active().then((names) => (names.has("shop/thank") ? names : null)),
      store.answers.get("K9"),
    ]);
    return values.map((value) => value !== null);
  };
  return { changes, found };
}
