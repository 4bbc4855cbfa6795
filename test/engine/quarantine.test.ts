import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import type { JsonObject } from "../../src/core/json.js";
import type { Accepted } from "../../src/engine/engine.js";
import { flow, openTestEngine, step, type TestEngine } from "./parts.js";

describe("a quarantined record", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const push = (document: JsonObject) => test.engine.accept({ dataType: "shop/Return", document });
  const release = (id: string | null, document: JsonObject | null, force = false): Promise<Accepted> =>
    test.engine.release(id!, { document, force });
  const held = async () => (await test.store.quarantine.list({}, { limit: 50 })).items;
  const raised = async () => (await test.store.notifications.list({ level: "error" }, { limit: 50 })).items;
  const issue = () => test.store.issues.get("shop/Return:RECORD_INVALID");
  async function refusal(work: Promise<unknown>): Promise<PatchbayError> {
    const thrown = await work.then(
      () => expect.fail("nothing was thrown"),
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(PatchbayError);
    return thrown as PatchbayError;
  }

  describe("pushed again as bad as before", () => {
    it("is the same held record, with what came last, and is told once", async () => {
      test = await openTestEngine([]);
      const first = await push({ id: "R1", note: "a" });
      test.clock.now += 1_000;
      const second = await push({ id: "R1", note: "b" });
      expect(second).to.deep.include({ verdict: "quarantined", quarantineId: first.quarantineId });
      const [row, ...others] = await held();
      expect(others).to.deep.equal([]);
      expect(row).to.deep.include({ document: { id: "R1", note: "b" }, count: 2, state: "held", recordVersion: 0 });
      expect(row!.updatedAt.getTime() - row!.createdAt.getTime()).to.equal(1_000);
      expect(await raised()).to.have.lengthOf(1);
      expect(await issue()).to.include({ count: 2, state: "new" });
    });

    it("by many at once is kept once, and every one is counted", async () => {
      test = await openTestEngine([]);
      const all = await Promise.all([1, 2, 3, 4, 5].map((n) => push({ id: "R1", n })));
      expect(new Set(all.map(({ quarantineId }) => quarantineId)).size).to.equal(1);
      expect((await held()).map(({ count }) => count)).to.deep.equal([5]);
      expect(await raised()).to.have.lengthOf(1);
      expect((await issue())?.count).to.equal(5);
    });

    it("is the same without a key when it is the same document, whatever the order of its members", async () => {
      test = await openTestEngine([]);
      await push({ order: "1", note: "a" });
      await push({ note: "a", order: "1" });
      await push({ order: "2" });
      expect((await held()).map(({ count, key }) => [count, key])).to.deep.equal([
        [1, null],
        [2, null],
      ]);
    });

    it("opens its issue again when somebody has resolved it, and starts no alert anew", async () => {
      const alert = flow("a/alert", {
        on: { kind: "notification", levels: ["error"], when: null },
        steps: [step({ id: "tell", kind: "notify", title: "alerted", level: "info" })],
      });
      test = await openTestEngine([alert]);
      await push({ id: "R1" });
      const fingerprint = "shop/Return:RECORD_INVALID";
      const at = new Date(test.clock.now);
      await test.store.commit([{ kind: "issue-moved", fingerprint, state: "resolved", at }]);
      await push({ id: "R1" });
      expect(await issue()).to.include({ count: 2, state: "new" });
      expect((await raised()).map(({ state }) => state)).to.deep.equal(["new"]);
      await test.engine.idle();
      expect((await test.store.runs.list({ flow: "a/alert" }, { limit: 9 })).items).to.have.lengthOf(1);
    });

    it("after it was discarded is held and told anew", async () => {
      test = await openTestEngine([]);
      const { quarantineId } = await push({ id: "R1" });
      await test.engine.discard(quarantineId!);
      expect((await push({ id: "R1" })).quarantineId).to.not.equal(quarantineId);
      expect((await held()).map(({ state }) => state)).to.deep.equal(["held", "discarded"]);
      expect(await raised()).to.have.lengthOf(2);
    });
  });

  describe("whose record has changed meanwhile", () => {
    const good = (note: string) => ({ id: "R1", order: "1", note });

    it("is not released: what came after it stays, and the refusal says which version came when", async () => {
      test = await openTestEngine([]);
      await push(good("first"));
      const { quarantineId } = await push({ id: "R1" });
      test.clock.now += 60_000;
      await push(good("newer"));
      const { code, message, remedy } = await refusal(release(quarantineId, good("older")));
      expect(code).to.equal("QUARANTINE_SUPERSEDED");
      expect(message).to.include("version 2 at 2026-01-01T00:01:00.000Z").and.include("2026-01-01T00:00:00.000Z");
      expect(remedy).to.include("--force");
      expect((await test.store.records.get("shop/Return", "R1"))?.document).to.include({ note: "newer" });
      expect(await held()).to.have.nested.property("[0].state", "held");
      expect(await release(quarantineId, good("older"), true)).to.include({ verdict: "updated", version: 3 });
    });

    it("is not released when the record was deleted meanwhile", async () => {
      test = await openTestEngine([]);
      await push(good("first"));
      const { quarantineId } = await push({ id: "R1" });
      await test.engine.remove("shop/Return", "R1");
      const { code, message } = await refusal(release(quarantineId, good("older")));
      expect([code, message.includes("was deleted")]).to.deep.equal(["QUARANTINE_SUPERSEDED", true]);
      expect(await release(quarantineId, good("older"), true)).to.include({ verdict: "created" });
    });

    it("is released when it came after the newest version, also when it was pushed before it as well", async () => {
      test = await openTestEngine([]);
      await push({ id: "R1" });
      await push(good("first"));
      const { quarantineId } = await push({ id: "R1", note: "again" });
      expect(await release(quarantineId, good("corrected"))).to.include({ verdict: "updated", version: 2 });
    });

    it("is released when the record is the same as the corrected one already", async () => {
      test = await openTestEngine([]);
      const { quarantineId } = await push({ id: "R1" });
      await push(good("same"));
      expect(await release(quarantineId, good("same"))).to.include({ verdict: "unchanged" });
    });

    it("is judged by the clock when it had no key", async () => {
      test = await openTestEngine([]);
      await push(good("before"));
      const late = await push({ order: "1" });
      test.clock.now += 1_000;
      const early = await push({ order: "2" });
      await push({ id: "R2", order: "2" });
      expect(await release(late.quarantineId, good("corrected"))).to.include({ version: 2 });
      test.clock.now += 1_000;
      await push({ id: "R2", order: "3" });
      const { code } = await refusal(release(early.quarantineId, { id: "R2", order: "2" }));
      expect(code).to.equal("QUARANTINE_SUPERSEDED");
    });

    it("is released by one of a release and a push at the same time, and nothing is lost", async () => {
      test = await openTestEngine([]);
      const { quarantineId } = await push({ id: "R1" });
      const [released, pushed] = await Promise.allSettled([
        release(quarantineId, good("corrected")),
        push(good("newer")),
      ]);
      expect(pushed.status).to.equal("fulfilled");
      const { items } = await test.store.events.list({ dataType: "shop/Return" }, { limit: 9 });
      const notes = items.map(({ payload }) => payload.note);
      if (released.status === "fulfilled") expect(notes).to.deep.equal(["newer", "corrected"]);
      else expect(notes).to.deep.equal(["newer"]);
    });
  });

  it("that is pushed again while it is released is not let go unseen", async () => {
    test = await openTestEngine([]);
    const { quarantineId } = await push({ id: "R1", note: "seen" });
    const [released, repeated] = await Promise.allSettled([
      release(quarantineId, { id: "R1", order: "1" }),
      push({ id: "R1", note: "unseen" }),
    ]);
    expect(repeated.status).to.equal("fulfilled");
    const rows = await held();
    const unseen = rows.find(({ document }) => document.note === "unseen");
    expect(unseen).to.include({ state: "held" });
    if (released.status === "rejected") expect(released.reason.code).to.match(/^QUARANTINE_(SUPERSEDED|CHANGED)$/);
    else expect(rows).to.have.lengthOf(2);
  });
});
