import { expect } from "chai";
import { type AuditDraft, beginning, chained, type Place, verifyChain } from "../../src/audit/chain.js";
import { type AuditEntry, auditId } from "../../src/core/audit.js";

const draft: AuditDraft = {
  ...{
    at: new Date("2026-11-22T02:00:00Z"),
    actor: { kind: "key", id: "key_1", role: "operator" },
    action: "retry-run",
  },
  ...{ target: { id: "run_1" }, facts: {}, address: null, requestId: null, outcome: "asked", code: null },
};

function chainOf(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let n = 0; n < length; n++)
    entries.push(chained({ ...draft, requestId: `req_${n}` }, entries.at(-1) ?? beginning));
  return entries;
}

const verify = (entries: readonly AuditEntry[], known: Place | null = null) => {
  const walk = async (after: string, limit: number) => entries.filter(({ id }) => id > after).slice(0, limit);
  const audit = {
    walk,
    anchor: async () => null,
    last: async () => null,
    list: async () => ({ items: [], next: null }),
  };
  return verifyChain({ audit }, known);
};

const [first, second, third, ...rest] = chainOf(1_203) as [AuditEntry, AuditEntry, AuditEntry, ...AuditEntry[]];

describe("the chain of the audit log", () => {
  it("is intact as it was written, over many pages", async () => {
    expect(await verify([first, second, third, ...rest])).to.deep.include({ intact: true, entries: 1_203 });
    expect(await verify([])).to.deep.include({ intact: true, entries: 0, head: beginning });
  });

  const changes: [string, Partial<AuditEntry>][] = [
    ["who it was", { actor: { ...second.actor, id: "key_2" } }],
    ["with which role", { actor: { ...second.actor, role: "owner" } }],
    ["what was done", { action: "cancel-run" }],
    ["to what", { target: { id: "run_2" } }],
    ["what was said", { facts: { force: true } }],
    ["when", { at: new Date(0) }],
    ["from where", { address: "192.0.2.1" }],
    ["by which request", { requestId: null }],
    ["how it ended", { outcome: "refused" }],
    ["why", { code: "RUN_UNKNOWN" }],
  ];
  for (const [what, change] of changes) {
    it(`names the entry of which somebody has changed ${what}`, async () => {
      const { broken, head } = await verify([first, { ...second, ...change }, third]);
      expect(broken).to.deep.equal({ id: auditId(2), reason: "it is not as it was written" });
      expect(head.id).to.equal(auditId(1));
    });
  }

  it("names the entry behind one that was taken out, and one that was written anew with a hash of its own", async () => {
    expect((await verify([first, third])).broken?.id).to.equal(auditId(3));
    const anew = chained({ ...draft, action: "cancel-run" }, first);
    expect((await verify([first, anew, third])).broken).to.include({ id: auditId(3) });
    expect((await verify([second, third])).broken?.id).to.equal(auditId(2));
  });

  it("shows by an earlier head that its end was cut off, or that all of it was written anew", async () => {
    const head = { id: third.id, hash: third.hash };
    expect((await verify([first, second, third, ...rest], head)).intact).to.equal(true);
    expect((await verify([first, second], head)).broken).to.include({ id: auditId(3) });
    const other = chained({ ...draft, requestId: "other" }, second);
    expect((await verify([first, second, other], head)).broken?.reason).to.include("not the one that was there");
  });
});
