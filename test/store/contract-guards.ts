import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { ErrorCode } from "../../src/core/error-catalogue.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import {
  advanced,
  codes,
  created,
  finished,
  intended,
  recorded,
  recordVersion,
  sampleEffect,
  sampleEvent,
  sampleRun,
} from "./samples.js";

interface Case {
  readonly code: ErrorCode;
  readonly because: string;
  /** What is there before. */
  readonly given: readonly Change[];
  readonly refused: Change;
}

const run = sampleRun({ fence: 3 });
const cases: readonly Case[] = [
  {
    code: "RECORD_CONFLICT",
    because: "a first version when there is one",
    given: recordVersion({ key: "R1", version: 1 }).changes,
    refused: recordVersion({ key: "R1", version: 1 }).written,
  },
  {
    code: "RECORD_CONFLICT",
    because: "a first version that can be searched for when there is one",
    given: recordVersion({ key: "R1", version: 1, indexed: { status: "paid" } }).changes,
    refused: recordVersion({ key: "R1", version: 1, indexed: { status: "paid" } }).written,
  },
  {
    code: "RECORD_CONFLICT",
    because: "a version that leaves one out",
    given: recordVersion({ key: "R1", version: 1 }).changes,
    refused: recordVersion({ key: "R1", version: 3 }).written,
  },
  {
    code: "RECORD_CONFLICT",
    because: "a second version when there is no first",
    given: recordVersion({ key: "R1", version: 1, dataType: "shop/Other" }).changes,
    refused: recordVersion({ key: "R1", version: 2 }).written,
  },
  {
    code: "EVENT_DUPLICATED",
    because: "an event with a known key",
    given: [recorded(sampleEvent({ dedupeKey: "SM1:sent" }))],
    refused: recorded(sampleEvent({ dedupeKey: "SM1:sent", key: "R2" })),
  },
  {
    code: "RUN_LEASE_LOST",
    because: "an older fence",
    given: [created(run)],
    refused: advanced({ ...run, fence: 2 }),
  },
  {
    code: "RUN_LEASE_LOST",
    because: "a newer fence",
    given: [created(run)],
    refused: advanced({ ...run, fence: 4 }),
  },
  {
    code: "RUN_LEASE_LOST",
    because: "a run that is finished",
    given: [created(finished(run))],
    refused: advanced(run),
  },
  { code: "RUN_LEASE_LOST", because: "a run that is not there", given: [], refused: advanced(sampleRun()) },
  {
    code: "EFFECT_KNOWN",
    because: "an effect with a known key",
    given: [intended(sampleEffect({ key: "shop/thank:evt_1:send" }))],
    refused: intended(sampleEffect({ key: "shop/thank:evt_1:send" })),
  },
];

/** What a commit is refused for, and that nobody else suffers from it. */
export function guardContract(opened: Opened): void {
  describe("a guard", () => {
    for (const { code, because, given, refused } of cases) {
      it(`refuses ${because} with ${code}, and its neighbours are stored`, async () => {
        const store = opened();
        await store.commit(given);
        const [before, bystander, after] = [sampleRun(), sampleRun(), sampleRun()];
        const outcome = await codes([
          store.commit([created(before)]),
          store.commit([created(bystander), refused]),
          store.commit([created(after)]),
        ]);
        expect(outcome).to.deep.equal([null, code, null]);
        expect(await store.runs.get(before.id)).to.deep.equal(before);
        expect(await store.runs.get(bystander.id)).to.equal(null);
        expect(await store.runs.get(after.id)).to.deep.equal(after);
      });
    }

    it("leaves what was there as it was", async () => {
      const store = opened();
      const first = recordVersion({ key: "R1", version: 1, document: { total: 1 } });
      const second = recordVersion({ key: "R1", version: 1, document: { total: 2 } });
      await store.commit(first.changes);
      await failed(store.commit(second.changes), "RECORD_CONFLICT");
      expect((await store.records.get("shop/Order", "R1"))?.document).to.deep.equal({ total: 1 });
      expect(await store.events.get(second.event.id)).to.equal(null);
    });

    it("lets exactly one of several concurrent commits write a version", async () => {
      const store = opened();
      const outcome = await codes(
        [1, 2, 3, 4].map((n) => store.commit(recordVersion({ key: "R1", version: 1, document: { n } }).changes)),
      );
      expect(outcome).to.deep.equal([null, "RECORD_CONFLICT", "RECORD_CONFLICT", "RECORD_CONFLICT"]);
      expect((await store.records.get("shop/Order", "R1"))?.document).to.deep.equal({ n: 1 });
    });

    it("lets exactly one of several concurrent commits record an event, intend an effect and end a run", async () => {
      const store = opened();
      const started = sampleRun();
      await store.commit([created(started)]);
      const rivals: ((n: number) => Change)[] = [
        (n) => recorded(sampleEvent({ dedupeKey: "SM1:sent", depth: n })),
        () => intended(sampleEffect({ key: "one" })),
        () => advanced(finished(started)),
      ];
      for (const rival of rivals) {
        const outcome = await codes([1, 2, 3].map((n) => store.commit([rival(n)])));
        expect(outcome.filter((code) => code === null)).to.have.lengthOf(1);
      }
    });
  });

  describe("a guard sees earlier changes of its own commit", () => {
    it("takes a second version after the first", async () => {
      const store = opened();
      await store.commit([
        ...recordVersion({ key: "R1", version: 1 }).changes,
        ...recordVersion({ key: "R1", version: 2 }).changes,
      ]);
      expect((await store.records.get("shop/Order", "R1"))?.version).to.equal(2);
    });

    it("takes a run that was created in it and goes on", async () => {
      const store = opened();
      const created1 = sampleRun();
      await store.commit([created(created1), advanced({ ...created1, attempts: 1 }), advanced(finished(created1))]);
      expect(await store.runs.get(created1.id)).to.deep.equal(finished(created1));
    });

    const sameRun = sampleRun();
    const refused: readonly (readonly [string, ErrorCode, readonly Change[]])[] = [
      [
        "the same version twice",
        "RECORD_CONFLICT",
        [recordVersion({ key: "R1", version: 1 }).written, recordVersion({ key: "R1", version: 1 }).written],
      ],
      [
        "the same event twice",
        "EVENT_DUPLICATED",
        [recorded(sampleEvent({ dedupeKey: "one" })), recorded(sampleEvent({ dedupeKey: "one" }))],
      ],
      [
        "the same effect twice",
        "EFFECT_KNOWN",
        [intended(sampleEffect({ key: "one" })), intended(sampleEffect({ key: "one" }))],
      ],
      [
        "a run that was finished in it",
        "RUN_LEASE_LOST",
        [created(sameRun), advanced(finished(sameRun)), advanced(sameRun)],
      ],
      ["a run that was created finished", "RUN_LEASE_LOST", [created(finished(sameRun)), advanced(sameRun)]],
      ["a run with another fence", "RUN_LEASE_LOST", [created(sameRun), advanced({ ...sameRun, fence: 1 })]],
    ];
    for (const [what, code, changes] of refused) {
      it(`refuses ${what}`, async () => {
        const store = opened();
        await failed(store.commit(changes), code);
        expect(await store.records.version("shop/Order", "R1")).to.equal(0);
        expect(await store.runs.get(sameRun.id)).to.equal(null);
        expect(await store.effects.getByKey("one")).to.equal(null);
      });
    }

    it("keeps things of one name and different kinds apart", async () => {
      const store = opened();
      const clash = sampleRun({ id: "one" });
      await store.commit([
        created(clash),
        recorded(sampleEvent({ dedupeKey: "one" })),
        intended(sampleEffect({ key: "one" })),
      ]);
      expect(await store.effects.getByKey("one")).to.not.equal(null);
    });
  });
}
