import { expect } from "chai";
import type { Ledgers } from "../../chaos/ledgers.js";
import { judge, type Verdict } from "../../chaos/verdict.js";
import { atRest, changed } from "./ledgers.js";

/** Names what was found, with the order it was found at. */
function found({ findings }: Verdict): readonly string[] {
  return findings.map(({ wrong, about }) => `${wrong} ${about?.order.id ?? "-"}`);
}

/** What is found beside the one unknown outcome that the ledgers have anyway. */
function wrongIn(ledgers: Ledgers): readonly string[] {
  return found(judge(ledgers)).filter((finding) => finding !== "unknown CHAOS-000003");
}

function taken(...reports: readonly (readonly [sid: string, ...statuses: string[]])[]): Ledgers["taken"] {
  return new Map(reports.map(([sid, ...statuses]) => [sid, new Set(statuses)]));
}

describe("The verdict of chaos", () => {
  it("is good when every order has its message, or an operator knows why not", () => {
    const verdict = judge(atRest());
    expect(verdict).to.include({ good: true, accepted: 3, messages: 2 });
    expect(found(verdict)).to.deep.equal(["unknown CHAOS-000003"]);
    expect([...verdict.explained]).to.deep.equal([["ENDPOINT_REFUSED", 1]]);
  });

  it("is bad as soon as one thing is wrong", () => {
    const verdict = judge(changed(atRest(), "vendor", { at: 0, to: null }));
    expect(verdict.good).to.equal(false);
    expect(verdict.counts.lost).to.equal(1);
  });

  describe("finds lost", () => {
    it("an accepted order without run and message", () => {
      let ledgers = changed(atRest(), "vendor", { at: 0, to: null });
      for (const name of ["messages", "runs", "effects", "notifications"] as const)
        ledgers = changed(ledgers, name, { at: 0, to: null });
      expect(wrongIn(ledgers)).to.deep.equal(["lost CHAOS-000001"]);
    });

    it("an order whose run failed without saying why", () => {
      const ledgers = changed(atRest(), "notifications", { at: 1, to: { cause: null } });
      expect(wrongIn(ledgers)).to.include("lost CHAOS-000002");
    });

    it("an order whose run claims to have succeeded, while the vendor has nothing", () => {
      const ledgers = changed(atRest(), "vendor", { at: 0, to: null });
      expect(wrongIn(ledgers)).to.have.members(["lost CHAOS-000001", "mismatched CHAOS-000001"]);
    });

    it("no order whose recipient has opted out, which is said without a warning", () => {
      let ledgers = changed(atRest(), "runs", { at: 1, to: { status: "succeeded", failure: null } });
      ledgers = changed(ledgers, "messages", { at: 1, to: { status: "suppressed" } });
      const notice = { level: "info", code: "RECIPIENT_OPTED_OUT", cause: "Texted STOP" } as const;
      const suppressed = changed(ledgers, "notifications", { at: 1, to: notice });
      expect(wrongIn(suppressed)).to.deep.equal([]);
      expect([...judge(suppressed).explained]).to.deep.equal([["RECIPIENT_OPTED_OUT", 1]]);
      const unsaid = changed(suppressed, "notifications", { at: 1, to: { cause: null } });
      expect(wrongIn(unsaid)).to.deep.equal(["lost CHAOS-000002"]);
    });

    it("no order that was never taken", () => {
      let ledgers = changed(atRest(), "vendor", { at: 0, to: null });
      for (const name of ["messages", "runs", "effects", "notifications"] as const)
        ledgers = changed(ledgers, name, { at: 0, to: null });
      ledgers = changed(ledgers, "told", { at: 0, to: { accepted: false } });
      expect(wrongIn(ledgers)).to.deep.equal(["unanswered CHAOS-000001"]);
    });
  });

  describe("finds duplicated", () => {
    it("an order with two messages", () => {
      const { vendor, ...others } = atRest();
      const twice = [...vendor, ...vendor.slice(0, 1).map((message) => ({ ...message, sid: "SM9" }))];
      expect(wrongIn({ ...others, vendor: twice })).to.deep.equal(["duplicated CHAOS-000001"]);
    });

    it("two messages of an order that no store was told about", () => {
      const { vendor, ...others } = changed(atRest(), "told", { at: 0, to: { accepted: false } });
      const twice = [...vendor, ...vendor.slice(0, 1).map((message) => ({ ...message, sid: "SM9" }))];
      expect(wrongIn({ ...others, vendor: twice })).to.include("duplicated CHAOS-000001");
    });
  });

  describe("finds silent", () => {
    it("an unknown outcome without notification", () => {
      expect(wrongIn(changed(atRest(), "notifications", { at: 2, to: null }))).to.deep.equal(["silent CHAOS-000003"]);
    });

    it("an unknown outcome whose notification is resolved already", () => {
      const ledgers = changed(atRest(), "notifications", { at: 2, to: { state: "resolved" } });
      expect(wrongIn(ledgers)).to.deep.equal(["silent CHAOS-000003"]);
    });

    it("an unknown outcome that is told as if all were well", () => {
      const ledgers = changed(atRest(), "notifications", { at: 2, to: { level: "info" } });
      expect(wrongIn(ledgers)).to.deep.equal(["silent CHAOS-000003"]);
    });

    it("a failed run without notification", () => {
      expect(wrongIn(changed(atRest(), "notifications", { at: 1, to: null }))).to.include("silent CHAOS-000002");
    });

    it("an undelivered message without notification", () => {
      const ledgers = changed(atRest(), "vendor", { at: 0, to: { status: "undelivered" } });
      const ours = changed(ledgers, "messages", { at: 0, to: { status: "undelivered" } });
      expect(wrongIn(ours)).to.deep.equal(["silent CHAOS-000001"]);
    });
  });

  describe("finds stuck", () => {
    it("a run that is still under way", () => {
      const to = { status: "waiting", dueAt: "2026-02-03T17:29:15.219Z" } as const;
      expect(wrongIn(changed(atRest(), "runs", { at: 0, to }))).to.deep.equal(["stuck CHAOS-000001"]);
    });

    it("a run that nobody would ever take up", () => {
      const verdict = judge(changed(atRest(), "runs", { at: 0, to: { status: "running", dueAt: null } }));
      expect(verdict.findings.find(({ wrong }) => wrong === "stuck")?.why).to.include("nobody would ever take it up");
    });

    it("a call that is still open although its run has ended", () => {
      const ledgers = changed(atRest(), "effects", { at: 1, to: { state: "started" } });
      expect(wrongIn(ledgers)).to.deep.equal(["stuck CHAOS-000002"]);
    });

    it("a run that no order explains", () => {
      const to = { key: null, status: "queued", dueAt: null } as const;
      expect(wrongIn(changed(atRest(), "runs", { at: 0, to }))).to.include("stuck -");
    });
  });

  describe("finds mismatched", () => {
    it("a message that went to another number", () => {
      const ledgers = changed(atRest(), "vendor", { at: 0, to: { to: "+12015550199" } });
      expect(wrongIn(ledgers)).to.deep.equal(["mismatched CHAOS-000001"]);
    });

    it("a message that is known under another SID", () => {
      const ledgers = changed(atRest(), "messages", { at: 0, to: { vendorId: "SM9" } });
      expect(wrongIn(ledgers)).to.include("mismatched CHAOS-000001");
    });

    it("a message that was sent although the ledger says that it was refused", () => {
      const { vendor, ...others } = atRest();
      const sent = { sid: "SM2", to: "+15005550004", body: "", status: "delivered", effect: "eff_2" } as const;
      const ledgers = { ...others, vendor: [...vendor, { ...sent, orderId: "CHAOS-000002" }] };
      expect(wrongIn(ledgers)).to.deep.equal(["mismatched CHAOS-000002"]);
    });

    it("a message that was sent for another order's effect", () => {
      const ledgers = changed(atRest(), "vendor", { at: 0, to: { effect: "eff_2" } });
      expect(wrongIn(ledgers)).to.deep.equal(["mismatched CHAOS-000001"]);
    });

    it("a message that is further here than at the vendor", () => {
      const ledgers = changed(atRest(), "vendor", { at: 0, to: { status: "sent" } });
      expect(wrongIn(ledgers)).to.deep.equal(["mismatched CHAOS-000001"]);
    });

    it("a message that ended differently here and at the vendor", () => {
      const ledgers = changed(atRest(), "vendor", { at: 0, to: { status: "undelivered" } });
      expect(wrongIn(ledgers)).to.deep.equal(["mismatched CHAOS-000001"]);
    });

    it("a message that is behind a report which was taken", () => {
      const ledgers = changed(atRest(), "messages", { at: 0, to: { status: "queued" } });
      const reported = { ...ledgers, taken: taken(["SM1", "sent"]) };
      expect(wrongIn(reported)).to.deep.equal(["mismatched CHAOS-000001"]);
    });

    it("no message that is behind because its reports found nobody", () => {
      const ledgers = changed(atRest(), "messages", { at: 0, to: { status: "sent" } });
      expect(wrongIn({ ...ledgers, taken: taken(["SM1", "sent"]) })).to.deep.equal([]);
    });

    it("an outcome that is still unknown although the message was reported", () => {
      const reported = { ...atRest(), taken: taken(["SM3", "sent"]) };
      expect(wrongIn(reported)).to.deep.equal(["mismatched CHAOS-000003"]);
    });
  });

  it("finds a message that nobody ordered", () => {
    const ledgers = changed(atRest(), "vendor", { at: 0, to: { orderId: "CHAOS-000099" } });
    expect(wrongIn(ledgers)).to.include("stray -");
  });
});
