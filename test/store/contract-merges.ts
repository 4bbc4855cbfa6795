import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { Effect, EffectState } from "../../src/core/effect.js";
import { type Message, mayMove, messageStatuses } from "../../src/core/message.js";
import type { Opened } from "./opened.js";
import {
  at,
  created,
  failure,
  intended,
  moved,
  newId,
  raised,
  sampleEffect,
  sampleMessage,
  sampleNotification,
  sampleRun,
  told,
} from "./samples.js";

/** Changes to what is there: effects, messages and notifications. */
export function mergeContract(opened: Opened): void {
  effectContract(opened);
  messageContract(opened);

  describe("notification-raised", () => {
    it("tells what a call said that the ledger keeps, by itself and in lists", async () => {
      const store = opened();
      const effect = sampleEffect({ state: "done", request: { To: "+1" }, response: { sid: "SM1" } });
      const { request, response } = effect;
      const [own, others] = [sampleNotification({ request, response }), sampleNotification({ request: { a: 1 } })];
      await store.commit([
        intended(effect),
        { kind: "notification-raised", notification: own, keptBy: effect.id },
        raised(others),
      ]);
      expect(await store.notifications.get(own.id)).to.deep.equal(own);
      expect((await store.notifications.list({ level: own.level }, { limit: 9 })).items).to.deep.equal([others, own]);
    });
  });

  describe("notification-moved", () => {
    it("changes the state and its instant, and nothing else", async () => {
      const store = opened();
      const [notification, other] = [sampleNotification(), sampleNotification()];
      await store.commit([raised(notification), raised(other)]);
      await store.commit([{ kind: "notification-moved", id: notification.id, state: "resolved", at: at(5) }]);
      expect(await store.notifications.get(notification.id)).to.deep.equal({
        ...notification,
        state: "resolved",
        updatedAt: at(5),
      });
      expect(await store.notifications.get(other.id)).to.deep.equal(other);
    });
  });
}

function effectContract(opened: Opened): void {
  const settled = (effect: Effect, state: EffectState): Effect => ({
    ...effect,
    state,
    vendorId: `SM-${state}`,
    response: { sid: state },
    failure,
    attempts: 4,
    startedAt: at(1),
    settledAt: at(2),
  });

  describe("effect-moved", () => {
    for (const from of ["intended", "started", "unknown"] as const) {
      for (const to of ["intended", "started", "done", "refused", "unknown"] as const) {
        it(`moves an effect from ${from} to ${to} with its outcome`, async () => {
          const store = opened();
          const effect = sampleEffect({ state: from });
          await store.commit([intended(effect)]);
          await store.commit([moved(settled(effect, to))]);
          expect(await store.effects.get(effect.id)).to.deep.equal(settled(effect, to));
        });
      }
    }

    for (const end of ["done", "refused"] as const) {
      it(`never leaves ${end}, and the commit goes on`, async () => {
        const store = opened();
        const effect = sampleEffect();
        await store.commit([intended(effect)]);
        await store.commit([moved(settled(effect, end))]);
        for (const state of ["intended", "started", "done", "refused", "unknown"] as const) {
          const message = sampleMessage();
          await store.commit([moved({ ...effect, state, vendorId: "other" }), told(message)]);
          expect(await store.effects.get(effect.id)).to.deep.equal(settled(effect, end));
          expect(await store.messages.get(message.id)).to.deep.equal(message);
        }
      });
    }

    it("changes nothing but state, outcome, attempts and instants", async () => {
      const store = opened();
      const effect = sampleEffect({ state: "intended" });
      await store.commit([intended(effect)]);
      await store.commit([moved({ ...effect, key: "x", request: { To: "x" }, recipient: "x", state: "done" })]);
      expect(await store.effects.get(effect.id)).to.deep.equal({ ...effect, state: "done" });
    });

    it("touches no other effect", async () => {
      const store = opened();
      const [effect, other] = [sampleEffect(), sampleEffect()];
      await store.commit([intended(effect), intended(other)]);
      await store.commit([moved(settled(effect, "done"))]);
      expect(await store.effects.get(other.id)).to.deep.equal(other);
    });
  });
}

function messageContract(opened: Opened): void {
  for (const [name, again] of Object.entries(ways)) messageMoves(opened, { name, again });

  describe("message-recorded", () => {
    it("merges the vendor's callback that comes before our own commit", async () => {
      const store = opened();
      const callback = sampleMessage({ status: "delivered", vendorId: "SM1", updatedAt: at(3) });
      const own = sampleMessage({ effectId: callback.effectId, status: "queued", vendorId: "SM1", updatedAt: at(4) });
      await store.commit([told(callback)]);
      await store.commit([told(own)]);
      expect(await store.messages.getByEffect(callback.effectId)).to.deep.equal(callback);
      expect(await store.messages.get(own.id)).to.equal(null);
    });

    it("merges within one commit, in order", async () => {
      const store = opened();
      const message = sampleMessage();
      await store.commit([
        told(message),
        known({ ...message, status: "undelivered", errorCode: "30003" }),
        told({ ...message, status: "delivered" }),
      ]);
      const { status, errorCode } = (await store.messages.get(message.id))!;
      expect([status, errorCode]).to.deep.equal(["undelivered", "30003"]);
    });

    it("tells of a message what a report has to know of the run and the call that sent it", async () => {
      const store = opened();
      const run = sampleRun({ depth: 3, lane: "marketing" });
      const effect = sampleEffect({ runId: run.id, stepId: "text", state: "started", attempts: 2 });
      const message = sampleMessage({ runId: run.id, effectId: effect.id, vendorId: "SM7" });
      const lost = sampleMessage({ vendorId: "SM8" });
      await store.commit([created(run), intended(effect), told(message), told(lost)]);
      const sent = {
        message,
        sender: { depth: 3, lane: "marketing" },
        call: { stepId: "text", state: "started", attempts: 2 },
      };
      expect(await store.messages.sentByEffect(effect.id)).to.deep.equal(sent);
      expect(await store.messages.sentByVendorId("SM7")).to.deep.equal(sent);
      expect(await store.messages.sentByVendorId("SM8")).to.deep.equal({ message: lost, sender: null, call: null });
      expect(await store.messages.sentByEffect("eff_none")).to.equal(null);
    });

    it("finds a message by its id, its effect and its vendor's id", async () => {
      const store = opened();
      const message = sampleMessage({ vendorId: "SM7" });
      await store.commit([told(message), told(sampleMessage({ vendorId: "SM8" })), told(sampleMessage())]);
      expect(await store.messages.get(message.id)).to.deep.equal(message);
      expect(await store.messages.getByEffect(message.effectId)).to.deep.equal(message);
      expect(await store.messages.getByVendorId("SM7")).to.deep.equal(message);
      expect(await store.messages.getByVendorId("SM9")).to.equal(null);
      expect(await store.messages.getByEffect("eff_none")).to.equal(null);
      expect(await store.messages.get("msg_none")).to.equal(null);
    });
  });
}

/** Tells of a message that is certainly there. */
function known(message: Message): Change {
  return { kind: "message-recorded", message, known: true };
}

/** How a message that is there may be told of. */
const ways = { "message-recorded": told, "message-recorded, of a known message": known };

function messageMoves(opened: Opened, { name, again }: { name: string; again: (message: Message) => Change }): void {
  describe(name, () => {
    it("moves between every two statuses only when the rank rises, with error code and instant", async () => {
      const store = opened();
      const pairs = messageStatuses.flatMap((from) => messageStatuses.map((to) => ({ from, to, id: newId("eff") })));
      await Promise.all(
        pairs.map(async ({ from, to, id }) => {
          const first = sampleMessage({ effectId: id, status: from, errorCode: `after ${from}` });
          await store.commit([told(first)]);
          await store.commit([again({ ...first, status: to, errorCode: `after ${to}`, updatedAt: at(1) })]);
        }),
      );
      for (const { from, to, id } of pairs) {
        const message = await store.messages.getByEffect(id);
        const moves = mayMove(from, to);
        const seen = [message?.status, message?.errorCode, message?.updatedAt.getTime()];
        const expected = [moves ? to : from, `after ${moves ? to : from}`, at(moves ? 1 : 0).getTime()];
        expect(seen, `${from} to ${to}`).to.deep.equal(expected);
      }
    });

    it("keeps a vendor id once known, and takes one that was missing even when the status stays", async () => {
      const store = opened();
      const message = sampleMessage({ status: "sent" });
      const vendorId = async (): Promise<string | null> => (await store.messages.get(message.id))?.vendorId ?? null;
      await store.commit([told(message)]);
      await store.commit([again({ ...message, status: "queued", vendorId: "SM1" })]);
      expect(await vendorId()).to.equal("SM1");
      await store.commit([again({ ...message, status: "delivered", vendorId: null })]);
      expect(await vendorId()).to.equal("SM1");
      await store.commit([again({ ...message, status: "read", vendorId: "SM2" })]);
      expect(await vendorId()).to.equal("SM1");
      expect((await store.messages.get(message.id))?.status).to.equal("read");
    });
  });
}
