import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { MessageCheck } from "../../src/core/message-check.js";
import type { Opened } from "./opened.js";
import { at, sampleMessage, start, told } from "./samples.js";

/** What is to be asked about messages, and the walk through them. */
export function messageCheckContract(store: Opened): void {
  describe("checks of messages", () => {
    const check = (more: Partial<MessageCheck> = {}): MessageCheck => ({
      ...{ messageId: "msg_1", purpose: "confirm", dueAt: start, attempts: 0, noticeId: null, createdAt: start },
      ...more,
    });
    const due = (one: MessageCheck): Change => ({ kind: "message-check-due", check: one });

    it("are due when their time has come, replaced and done", async () => {
      const later = check({ messageId: "msg_2", dueAt: at(10) });
      await store().commit([due(check()), due(later)]);
      expect(await store().messages.dueChecks(at(-1), 5)).to.deep.equal([]);
      expect(await store().messages.dueChecks(at(10), 5)).to.deep.equal([check(), later]);
      expect(await store().messages.dueChecks(at(10), 1)).to.deep.equal([check()]);
      const again = check({ purpose: "cancel", dueAt: at(20), attempts: 2, noticeId: "ntf_1" });
      await store().commit([due(again), { kind: "message-check-done", messageId: "msg_2" }]);
      expect(await store().messages.dueChecks(at(30), 5)).to.deep.equal([again]);
      await store().commit([due(check())]);
      expect(await store().messages.dueChecks(at(30), 5)).to.deep.equal([check({ noticeId: "ntf_1" })]);
    });

    it("are not needed for a price that is kept, whatever is recorded after it", async () => {
      const [one, two] = [sampleMessage({ vendorId: "SM1" }), sampleMessage({ vendorId: "SM2" })];
      const price = { amount: 0.0079, currency: "USD" };
      await store().commit([told(one), told(two), { kind: "message-priced", effectId: one.effectId, price }]);
      await store().commit([told({ ...one, status: "read" })]);
      expect((await store().messages.get(one.id))?.price).to.deep.equal(price);
      expect((await store().messages.get(two.id))?.price).to.equal(null);
      const walked = await store().messages.walk("", at(60), 5);
      expect(walked.map(({ priced }) => priced)).to.deep.equal([true, false]);
      await store().commit([
        { kind: "message-priced", effectId: one.effectId, price: { ...price, amount: 12_345.678901 } },
        { kind: "message-priced", effectId: two.effectId, price },
      ]);
      expect((await store().messages.get(one.id))?.price?.amount).to.equal(12_345.678901);
    });

    it("come from a walk along the messages, which goes forward only", async () => {
      const messages = [sampleMessage({ vendorId: "SM1" }), sampleMessage({ vendorId: null, status: "delivered" })];
      await store().commit(messages.map(told));
      const walked = await store().messages.walk("", at(60), 5);
      expect(walked.map(({ id, vendorId }) => [id, vendorId])).to.deep.equal(
        messages.map(({ id, vendorId }) => [id, vendorId]),
      );
      expect(walked[1]!.statusRank).to.equal(4);
      expect(await store().messages.walk(messages[0]!.id, at(60), 5)).to.have.lengthOf(1);
      expect(await store().messages.walk("", at(-60), 5)).to.deep.equal([]);
      const advance = (place: string): Change => ({ kind: "walk-advanced", name: "a", place });
      expect(await store().messages.walkPlace("a")).to.equal(null);
      await store().commit([advance("msg_2")]);
      await store().commit([advance("msg_1")]);
      expect(await store().messages.walkPlace("a")).to.equal("msg_2");
    });
  });
}
