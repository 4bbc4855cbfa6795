import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import { type Effect, type EffectState, effectKey } from "../../src/core/effect.js";
import type { Run } from "../../src/core/run.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import {
  advanced,
  at,
  codes,
  created,
  failure,
  finished,
  intended,
  moved,
  sampleEffect,
  sampleMessage,
  sampleRun,
  told,
} from "./samples.js";

const restarted = (effect: Effect, from: EffectState): Change => ({ kind: "effect-restarted", effect, from });
const reopened = (run: Run): Change => ({ kind: "run-reopened", run });

/** What is begun again: calls, their messages and runs. Of two who want to, one does. */
export function restartContract(opened: Opened): void {
  effectRestarts(opened);
  messageRestarts(opened);
  runReopenings(opened);
}

function effectRestarts(opened: Opened): void {
  const begun = (effect: Effect): Effect => ({ ...effect, state: "started", attempts: effect.attempts + 1 });

  describe("effect-restarted", () => {
    it("replaces everything of a row but its id and key", async () => {
      const store = opened();
      const refused = sampleEffect({ state: "refused", attempts: 2, failure, settledAt: at(1) });
      const next = sampleEffect({
        id: refused.id,
        key: "another",
        shard: 9,
        runId: "run_2",
        stepId: "again",
        connection: "shop/other",
        endpoint: "twilio/call",
        onRepeat: "none",
        recipient: null,
        request: { To: "+16175550000" },
        attempts: 3,
        intendedAt: at(5),
        expiresAt: at(90),
        startedAt: at(6),
      });
      await store.commit([intended(refused)]);
      await store.commit([restarted(next, "refused")]);
      expect(await store.effects.get(refused.id)).to.deep.equal({ ...next, key: refused.key });
    });

    it("lets exactly one of several concurrent commits begin, from every state", async () => {
      const store = opened();
      for (const state of ["intended", "started", "unknown", "refused", "done"] as const) {
        const effect = sampleEffect({ state });
        await store.commit([intended(effect)]);
        const outcome = await codes([1, 2, 3].map(() => store.commit([restarted(begun(effect), state)])));
        expect(outcome).to.deep.equal([null, "EFFECT_KNOWN", "EFFECT_KNOWN"]);
        expect(await store.effects.get(effect.id)).to.deep.equal(begun(effect));
      }
    });

    it("is refused for another state, another count and a row that is not there, with its whole commit", async () => {
      const store = opened();
      const effect = sampleEffect({ state: "unknown" });
      await store.commit([intended(effect)]);
      const wrong = [
        restarted(begun(effect), "refused"),
        restarted({ ...begun(effect), attempts: 3 }, "unknown"),
        restarted(effect, "unknown"),
        restarted(begun(sampleEffect()), "started"),
      ];
      for (const change of wrong) {
        const run = sampleRun();
        await failed(store.commit([created(run), change]), "EFFECT_KNOWN");
        expect(await store.runs.get(run.id)).to.equal(null);
        expect(await store.effects.get(effect.id)).to.deep.equal(effect);
      }
    });

    it("sees what its own commit did before: a creation, a move, and a move that changed nothing", async () => {
      const store = opened();
      const [one, done] = [sampleEffect({ state: "intended", attempts: 0 }), sampleEffect({ state: "done" })];
      const unknown: Effect = { ...begun(one), state: "unknown" };
      await store.commit([intended(one), restarted(begun(one), "intended"), moved(unknown)]);
      await store.commit([restarted(begun(unknown), "unknown"), moved({ ...begun(unknown), state: "refused" })]);
      expect(await store.effects.get(one.id)).to.deep.equal({ ...begun(unknown), state: "refused" });
      await store.commit([intended(done)]);
      const late = moved({ ...done, state: "unknown" });
      await failed(store.commit([late, restarted(begun(done), "unknown")]), "EFFECT_KNOWN");
      await failed(store.commit([restarted(begun(done), "done"), restarted(begun(done), "done")]), "EFFECT_KNOWN");
      expect(await store.effects.get(done.id)).to.deep.equal(done);
    });
  });

  describe("effect-moved", () => {
    it("takes nothing from an attempt that is not the newest, but that it took effect", async () => {
      const store = opened();
      const second = sampleEffect({ state: "unknown", attempts: 2, settledAt: at(2) });
      const first = { ...second, attempts: 1 };
      await store.commit([intended(second)]);
      await store.commit([moved({ ...first, state: "intended", settledAt: null })]);
      await store.commit([moved({ ...first, state: "refused" })]);
      expect(await store.effects.get(second.id)).to.deep.equal(second);
      await store.commit([moved({ ...first, state: "done", vendorId: "SM1" })]);
      expect(await store.effects.get(second.id)).to.include({ state: "done", vendorId: "SM1", attempts: 2 });
    });

    it("leaves the instant of expiry as it was", async () => {
      const store = opened();
      const effect = sampleEffect({ expiresAt: at(60) });
      await store.commit([intended(effect), moved({ ...effect, state: "unknown", expiresAt: null })]);
      expect((await store.effects.get(effect.id))?.expiresAt).to.deep.equal(at(60));
    });
  });

  describe("effects.olderOpen", () => {
    const place = { connection: "shop/twilio", recipient: "+16175551212" };

    it("gives the newest unsettled effect of a place, or the newest before another", async () => {
      const store = opened();
      const [first, second, third] = [
        sampleEffect({ state: "intended" }),
        sampleEffect(),
        sampleEffect({ state: "unknown", settledAt: at(1) }),
      ] as [Effect, Effect, Effect];
      const elsewhere = [sampleEffect({ connection: "shop/other" }), sampleEffect({ recipient: null })];
      await store.commit([first, second, third, ...elsewhere].map(intended));
      expect(await store.effects.olderOpen(place, null)).to.deep.equal(second);
      expect(await store.effects.olderOpen(place, third.id)).to.deep.equal(second);
      expect(await store.effects.olderOpen(place, second.id)).to.deep.equal(first);
      expect(await store.effects.olderOpen(place, first.id)).to.equal(null);
      expect(await store.effects.olderOpen({ ...place, recipient: "+1" }, null)).to.equal(null);
    });

    it("forgets an effect when it is settled, and finds it again when it begins anew", async () => {
      const store = opened();
      const effect = sampleEffect();
      await store.commit([intended(effect), moved({ ...effect, state: "refused", settledAt: at(1) })]);
      expect(await store.effects.olderOpen(place, null)).to.equal(null);
      await store.commit([restarted({ ...begun(effect), settledAt: null }, "refused")]);
      expect((await store.effects.olderOpen(place, null))?.id).to.equal(effect.id);
    });
  });

  describe("the key of an item's effect", () => {
    it("is known like any other, and another item's is not", async () => {
      const store = opened();
      const keys = [0, 1].map((index) =>
        effectKey({ flow: "shop/thank", eventId: "evt_1", path: `lines[${index}]` }, "send"),
      );
      await store.commit(keys.map((key) => intended(sampleEffect({ key }))));
      await failed(store.commit([intended(sampleEffect({ key: keys[1] ?? "" }))]), "EFFECT_KNOWN");
    });
  });
}

function messageRestarts(opened: Opened): void {
  describe("message-restarted", () => {
    it("puts the message of an effect back to its beginning, where it is found by its old id", async () => {
      const store = opened();
      const message = sampleMessage({ status: "failed", errorCode: "30003", vendorId: "SM1" });
      const anew = { ...sampleMessage({ effectId: message.effectId, body: "Again" }), updatedAt: at(3) };
      const other = sampleMessage({ status: "failed" });
      await store.commit([told(message), told(other)]);
      await store.commit([{ kind: "message-restarted", message: anew }]);
      expect(await store.messages.getByEffect(message.effectId)).to.deep.equal({ ...anew, id: message.id });
      expect(await store.messages.get(other.id)).to.deep.equal(other);
      await store.commit([told({ ...anew, status: "queued", vendorId: "SM2" })]);
      const { status, vendorId } = (await store.messages.get(message.id))!;
      expect([status, vendorId]).to.deep.equal(["queued", "SM2"]);
    });
  });
}

function runReopenings(opened: Opened): void {
  const taken = (run: Run): Run => ({
    ...run,
    flowHash: "c3d4",
    status: "queued",
    fence: run.fence + 1,
    dueAt: at(20),
    attempts: 0,
    failure: null,
    steps: [],
    earlier: [{ status: "failed", failure, stopReason: null, endedAt: at(9), retriedAt: at(20) }],
    updatedAt: at(20),
    finishedAt: null,
  });
  const ended = (): Run =>
    finished(sampleRun({ fence: 4, parent: { runId: "run_1", stepId: "lines", index: 3 }, path: "lines[3]" }), {
      status: "failed",
      failure,
    });

  describe("run-reopened", () => {
    it("takes a finished run up again, under another flow version and the next fence", async () => {
      const store = opened();
      const run = ended();
      await store.commit([created(run)]);
      await store.commit([reopened(taken(run))]);
      expect(await store.runs.get(run.id)).to.deep.equal(taken(run));
      await failed(store.commit([advanced(taken(run)), advanced(run)]), "RUN_LEASE_LOST");
    });

    it("lets exactly one of several concurrent commits do it", async () => {
      const store = opened();
      const run = ended();
      await store.commit([created(run)]);
      const outcome = await codes([1, 2, 3].map(() => store.commit([reopened(taken(run))])));
      expect(outcome).to.deep.equal([null, "RUN_NOT_FINISHED", "RUN_NOT_FINISHED"]);
      expect((await store.runs.get(run.id))?.fence).to.equal(5);
    });

    it("is refused for a run that has not ended, one with another fence and one that is not there", async () => {
      const store = opened();
      const [run, open] = [ended(), sampleRun()];
      await store.commit([created(run), created(open)]);
      const wrong = [taken(open), { ...taken(run), fence: 4 }, { ...taken(run), fence: 6 }, taken(ended())];
      for (const change of wrong.map(reopened)) {
        const bystander = sampleRun();
        await failed(store.commit([created(bystander), change]), "RUN_NOT_FINISHED");
        expect(await store.runs.get(bystander.id)).to.equal(null);
      }
      expect(await store.runs.get(run.id)).to.deep.equal(run);
    });

    it("sees what its own commit did before, and is seen by what comes after", async () => {
      const store = opened();
      const run = sampleRun();
      await store.commit([created(run), advanced(finished(run)), reopened(taken(run)), advanced(finished(taken(run)))]);
      expect(await store.runs.get(run.id)).to.deep.equal(finished(taken(run)));
      const again = taken(finished(taken(run)));
      await failed(store.commit([reopened(again), reopened(again)]), "RUN_NOT_FINISHED");
      expect(await store.runs.get(run.id)).to.deep.equal(finished(taken(run)));
    });
  });

  describe("run-advanced", () => {
    it("writes what the run rests for, and leaves where it comes from as it was", async () => {
      const store = opened();
      const run = sampleRun({ parent: { runId: "run_1", stepId: "lines", index: 2 }, path: "lines[2]", item: ["a"] });
      const wait = { kind: "retry", effectId: "eff_1", since: "2026-01-01T00:00:00.000Z" } as const;
      await store.commit([created(run)]);
      await store.commit([advanced({ ...run, status: "waiting", wait, parent: null, path: "", item: null })]);
      expect(await store.runs.get(run.id)).to.deep.equal({ ...run, status: "waiting", wait });
      await store.commit([advanced({ ...run, wait: null })]);
      expect((await store.runs.get(run.id))?.wait).to.equal(null);
    });
  });
}
