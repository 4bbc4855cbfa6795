import { expect } from "chai";
import { beginning, chained, verifyChain } from "../../src/audit/chain.js";
import { openTrail } from "../../src/audit/trail.js";
import { auditId } from "../../src/core/audit.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import { at } from "./samples.js";

const draft = {
  actor: { kind: "user", id: "usr_1", role: "owner" },
  action: "retry-run",
  target: { id: "run_1", ns: "shop" },
  facts: { force: true, from: "pinned" },
  address: "127.0.0.1",
  requestId: "req_1",
  outcome: "asked",
  code: null,
} as const;

/** Who did what, and that nobody changes it afterwards. */
export function auditContract(opened: Opened): void {
  describe("audit", () => {
    it("gives entries as they were written, newest first, by actor and by act", async () => {
      const store = opened();
      const trail = openTrail(store);
      await trail.record(draft);
      await trail.record({ ...draft, action: "sign-in", requestId: null, actor: { ...draft.actor, id: "usr_2" } });
      const all = await store.audit.list({}, { limit: 10 });
      expect(all.items.map(({ id, action }) => [id, action])).to.deep.equal([
        [auditId(2), "sign-in"],
        [auditId(1), "retry-run"],
      ]);
      expect(all.items[1]).to.deep.include(draft);
      expect((await store.audit.list({ actor: "usr_2" }, { limit: 10 })).items).to.have.lengthOf(1);
      expect((await store.audit.list({ action: "retry-run" }, { limit: 10 })).items).to.have.lengthOf(1);
      const page = await store.audit.list({}, { limit: 1 });
      expect((await store.audit.list({}, { limit: 1, cursor: page.next ?? "" })).items[0]?.id).to.equal(auditId(1));
      expect(await store.audit.last()).to.have.property("id", auditId(2));
    });

    it("keeps one chain, whoever writes at the same time", async () => {
      const store = opened();
      // Two trails stand for two processes.
      const trails = [openTrail(store), openTrail(store)];
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => trails[n % 2]!.record({ ...draft, requestId: `req_${n}` })),
      );
      expect(await verifyChain(store, null)).to.deep.include({ intact: true, entries: 20 });
    });

    it("writes an entry and what is beside it, or neither", async () => {
      const store = opened();
      const trail = openTrail(store);
      const entry = chained({ ...draft, at: at(1) }, beginning);
      await trail.record(draft, [{ kind: "process-left", name: "nobody" }]);
      await failed(store.commit([{ kind: "audit-recorded", entry }]), "AUDIT_CONFLICT");
      const refused = { kind: "quarantine-moved", record: { id: "qua_1", state: "released", count: 1 } } as never;
      await trail.record(draft, [refused]).then(
        () => expect.fail("it is refused"),
        () => undefined,
      );
      expect(await verifyChain(store, null)).to.deep.include({ intact: true, entries: 1 });
    });

    it("is verified from where the older entries were taken away", async () => {
      const store = opened();
      const trail = openTrail(store);
      for (let n = 0; n < 5; n++) await trail.record(draft);
      const before = await verifyChain(store, null);
      expect(await trail.trim(new Date(store.now() + 60_000))).to.equal(4);
      await trail.record(draft);
      const verdict = await verifyChain(store, before.head);
      expect(verdict).to.deep.include({ intact: true, entries: 2, broken: null });
      expect(verdict.anchor).to.include({ id: auditId(4) });
    });
  });
}
