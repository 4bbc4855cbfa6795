import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import { firstIdAt } from "../../src/core/id.js";
import type { ConnectionCheck, ConnectionSwitch } from "../../src/core/inspection.js";
import { MOST_PAST_CHECKS, type PastCheck } from "../../src/core/past-check.js";
import type { Opened } from "./opened.js";
import { at, start } from "./samples.js";

const DAY = 86_400;

/** Which connections are on, and how they were found. */
export function connectionsContract(opened: Opened): void {
  describe("connections", () => {
    const off: ConnectionSwitch = {
      ...{ connection: "shop/twilio", active: false, by: "ann", reason: "wrong texts", at: start },
    };
    const check: ConnectionCheck = {
      connection: "shop/twilio",
      health: "warnings",
      checkedAt: start,
      told: ["trial"],
      account: { id: "AC1", name: null, status: "active", trial: true, balance: null },
      senders: [
        {
          ...{ id: "PN1", kind: "number", address: "+15005550006", name: "Müller ✓", capabilities: ["sms"] },
          ...{ status: null, memberOf: null, used: true, webhooks: [] },
        },
      ],
      concerns: [{ code: "trial", level: "warning", about: null, message: "A trial", remedy: "Upgrade" }],
    };

    it("keep their last switch, and the definitions are others then", async () => {
      const store = opened();
      const stamps = [await store.definitionsStamp()];
      for (const switched of [off, { ...off, active: true, by: null, reason: null, at: at(1) }]) {
        await store.commit([{ kind: "connection-switched", switched }]);
        expect(await store.connections.switches()).to.deep.equal([switched]);
        stamps.push(await store.definitionsStamp());
      }
      expect(new Set(stamps)).to.have.lengthOf(3);
    });

    it("keep what the last look found", async () => {
      const store = opened();
      expect(await store.connections.check("shop/twilio")).to.equal(null);
      await store.commit([{ kind: "connection-checked", check }]);
      const later = { ...check, health: "fine" as const, checkedAt: at(1), concerns: [], told: [] };
      await store.commit([{ kind: "connection-checked", check: later }]);
      await store.commit([{ kind: "connection-checked", check: { ...check, connection: "shop/another" } }]);
      expect(await store.connections.check("shop/twilio")).to.deep.equal(later);
      expect((await store.connections.checks()).map(({ connection }) => connection)).to.deep.equal([
        "shop/another",
        "shop/twilio",
      ]);
    });

    const looked = (seconds: number, more: Partial<PastCheck> = {}): PastCheck => ({
      id: `${firstIdAt("chk", at(seconds))}0000000000000000`,
      connection: "shop/twilio",
      checkedAt: at(seconds),
      ...{ occasion: "regular", tookMs: 120, health: "fine", concerns: [], more: 0 },
      ...more,
    });
    const keep = (pasts: readonly PastCheck[], before = at(-DAY)) =>
      opened().commit(pasts.map((past): Change => ({ kind: "connection-check-kept", past, before })));

    it("list their looks, newest first, and those alone that found trouble", async () => {
      const concerns = [{ code: "trial", level: "warning", about: "Müller ✓", message: "A", remedy: "B" }] as const;
      const silent = looked(3, { health: "unknown", occasion: "asked", tookMs: 30_000 });
      const warned = looked(1, { health: "warnings", concerns, more: 12 });
      await keep([looked(0), warned, looked(2), silent, looked(4, { connection: "shop/another" })]);
      const list = (trouble: boolean, cursor?: string) =>
        opened().connections.pastChecks({ connection: "shop/twilio", trouble }, { limit: 2, cursor });
      const first = await list(false);
      expect(first.items).to.deep.equal([silent, looked(2)]);
      expect(await list(false, first.next!)).to.deep.equal({ items: [warned, looked(0)], next: null });
      expect(await list(true)).to.deep.equal({ items: [silent, warned], next: null });
    });

    it("tell what the looks of a span found, and how it began", async () => {
      await keep([0, 10, 20, 30, 40].map((seconds) => looked(seconds, { tookMs: seconds })));
      await keep([looked(15, { connection: "shop/another" })]);
      const found = async (from: number, until: number) =>
        (await opened().connections.pastHealths("shop/twilio", at(from), at(until))).map(({ tookMs }) => tookMs);
      expect(await found(20, 40)).to.deep.equal([10, 20, 30]);
      expect(await found(-1, 5)).to.deep.equal([0]);
      expect(await found(50, 60)).to.deep.equal([40]);
      expect(await found(-2, -1)).to.deep.equal([]);
    });

    it("keep the newest few thousand looks, and none that is too old", async () => {
      const many = Array.from({ length: MOST_PAST_CHECKS + 2 }, (_, index) => looked(index));
      await keep([looked(0.5, { connection: "shop/another" }), ...many]);
      const count = async (connection: string) =>
        (await opened().connections.pastHealths(connection, at(-DAY), at(DAY))).length;
      expect(await count("shop/twilio")).to.equal(MOST_PAST_CHECKS);
      expect(await count("shop/another")).to.equal(1);
      expect((await opened().connections.pastHealths("shop/twilio", at(-DAY), at(3)))[0]?.checkedAt).to.deep.equal(
        at(2),
      );
      await keep([looked(9_000)], at(MOST_PAST_CHECKS));
      expect(await count("shop/twilio")).to.equal(3);
      expect(await count("shop/another")).to.equal(0);
    });
  });
}
