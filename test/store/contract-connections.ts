import { expect } from "chai";
import type { ConnectionCheck, ConnectionSwitch } from "../../src/core/inspection.js";
import type { Opened } from "./opened.js";
import { at, start } from "./samples.js";

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
  });
}
