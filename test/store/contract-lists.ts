import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { Page, Paging } from "../../src/core/paging.js";
import type { Store } from "../../src/core/store.js";
import type { RunFilter } from "../../src/core/store-filters.js";
import type { Opened } from "./opened.js";
import {
  created,
  intended,
  raised,
  recorded,
  recordVersion,
  sampleEffect,
  sampleEvent,
  sampleMessage,
  sampleNotification,
  sampleOperation,
  sampleQuarantined,
  sampleRun,
  told,
  walk,
} from "./samples.js";

/** Where a sample lies in the list: every filter value occurs in some samples and not in the others. */
interface Facts {
  readonly type: "shop/Order" | "shop/Customer";
  readonly key: string;
  readonly flow: string;
  readonly parity: 0 | 1;
  readonly third: 0 | 1 | 2;
}

interface Listed {
  readonly id: string;
}

/** A noun with a list: how its samples are made, and every filter. */
interface Noun {
  readonly name: string;
  make(facts: Facts): { item: Listed; change: Change };
  list(store: Store, filter: object, paging: Paging): Promise<Page<Listed>>;
  /** Filters, with the samples that each must give. */
  readonly filters: readonly (readonly [object, (facts: Facts) => boolean])[];
}

const factsOf = (n: number): Facts => ({
  type: n % 4 === 0 ? "shop/Customer" : "shop/Order",
  key: `R${n % 3}`,
  flow: n % 5 === 0 ? "shop/other" : "shop/thank",
  parity: (n % 2) as 0 | 1,
  third: (n % 3) as 0 | 1 | 2,
});

const ofRecord: Noun["filters"] = [
  [{}, () => true],
  [{ dataType: "shop/Customer" }, ({ type }) => type === "shop/Customer"],
  [{ dataType: "shop/Order", key: "R1" }, ({ type, key }) => type === "shop/Order" && key === "R1"],
  [{ dataType: "shop/None" }, () => false],
];
const ofFlow: Noun["filters"] = [
  [{ flow: "shop/other" }, ({ flow }) => flow === "shop/other"],
  [
    { flow: "shop/thank", dataType: "shop/Order", key: "R2" },
    ({ flow, type, key }) => flow === "shop/thank" && type === "shop/Order" && key === "R2",
  ],
];

const nouns: readonly Noun[] = [
  {
    name: "events",
    make: ({ type, key, parity }) => {
      const kind = parity === 0 ? "record.created" : "message.delivered";
      const item = sampleEvent({ dataType: type, key, kind });
      return { item, change: recorded(item) };
    },
    list: (store, filter, paging) => store.events.list(filter, paging),
    filters: [
      ...ofRecord,
      [{ kind: "message.delivered" }, ({ parity }) => parity === 1],
      [
        { kind: "record.created", dataType: "shop/Order", key: "R1" },
        ({ parity, type, key }) => parity === 0 && type === "shop/Order" && key === "R1",
      ],
      [{ kind: "message.read" }, () => false],
    ],
  },
  {
    name: "runs",
    make: ({ type, key, flow, parity, third }) => {
      const status = parity === 0 ? "succeeded" : "failed";
      const parent = parity === 0 ? { runId: `run_${third}`, stepId: "lines", index: third } : null;
      const item = sampleRun({ dataType: type, key, flow, status, eventId: `evt_${third}`, parent });
      return { item, change: created(item) };
    },
    list: (store, filter, paging) => store.runs.list(filter, paging),
    filters: [
      ...ofRecord,
      ...ofFlow,
      [{ status: "failed" }, ({ parity }) => parity === 1],
      [{ status: "failed", flow: "shop/other" }, ({ parity, flow }) => parity === 1 && flow === "shop/other"],
      [{ eventId: "evt_2" }, ({ third }) => third === 2],
      [{ parentRunId: "run_1" }, ({ third, parity }) => third === 1 && parity === 0],
      [{ status: "waiting" }, () => false],
    ],
  },
  {
    name: "effects",
    make: ({ third }) => {
      const item = sampleEffect({ state: (["done", "unknown", "refused"] as const)[third] });
      return { item, change: intended(item) };
    },
    list: (store, filter, paging) => store.effects.list(filter, paging),
    filters: [
      [{}, () => true],
      [{ state: "done" }, ({ third }) => third === 0],
      [{ state: "unknown" }, ({ third }) => third === 1],
      [{ state: "refused" }, ({ third }) => third === 2],
      [{ state: "started" }, () => false],
    ],
  },
  {
    name: "messages",
    make: ({ type, key, flow, parity, third }) => {
      const [status, to] = [parity === 0 ? "sent" : "failed", `+1617555000${third}`] as const;
      const item = sampleMessage({ dataType: type, key, flow, status, to, runId: `run_${third}` });
      return { item, change: told(item) };
    },
    list: (store, filter, paging) => store.messages.list(filter, paging),
    filters: [
      ...ofRecord,
      [{ status: "failed" }, ({ parity }) => parity === 1],
      [{ to: "+16175550002" }, ({ third }) => third === 2],
      [{ runId: "run_1" }, ({ third }) => third === 1],
      [{ status: "sent", to: "+16175550000" }, ({ parity, third }) => parity === 0 && third === 0],
    ],
  },
  {
    name: "notifications",
    make: ({ type, key, flow, parity, third }) => {
      const [level, state] = [parity === 0 ? "info" : "error", parity === 0 ? "resolved" : "new"] as const;
      const item = sampleNotification({ dataType: type, key, flow, level, state, runId: `run_${third}` });
      return { item, change: raised(item) };
    },
    list: (store, filter, paging) => store.notifications.list(filter, paging),
    filters: [
      ...ofRecord,
      ...ofFlow,
      [{ level: "error" }, ({ parity }) => parity === 1],
      [{ state: "resolved" }, ({ parity }) => parity === 0],
      [{ runId: "run_0" }, ({ third }) => third === 0],
      [{ level: "error", state: "new", runId: "run_0" }, ({ parity, third }) => parity === 1 && third === 0],
      [{ level: "error", state: "resolved" }, () => false],
    ],
  },
  {
    name: "quarantine",
    make: ({ type, third }) => {
      const item = sampleQuarantined({ dataType: type, state: (["held", "released", "discarded"] as const)[third] });
      return { item, change: { kind: "record-quarantined", record: item } };
    },
    list: (store, filter, paging) => store.quarantine.list(filter, paging),
    filters: [
      [{}, () => true],
      [{ state: "held" }, ({ third }) => third === 0],
      [{ dataType: "shop/Customer" }, ({ type }) => type === "shop/Customer"],
      [{ state: "discarded", dataType: "shop/Order" }, ({ third, type }) => third === 2 && type === "shop/Order"],
      [{ dataType: "shop/None" }, () => false],
    ],
  },
  {
    name: "operations",
    make: ({ third }) => {
      const item = sampleOperation({ state: (["running", "stopped", "done"] as const)[third] });
      return { item, change: { kind: "operation-begun", operation: item } };
    },
    list: (store, filter, paging) => store.operations.list(filter, paging),
    filters: [
      [{}, () => true],
      [{ state: "running" }, ({ third }) => third === 0],
      [{ state: "done" }, ({ third }) => third === 2],
    ],
  },
];

/** Lists: filters and pages. */
export function listContract(opened: Opened): void {
  for (const noun of nouns) nounContract(noun, opened);
  recordLists(opened);
  searches(opened);

  describe("effects.listOfRun", () => {
    it("gives the effects of one run in the order they were intended", async () => {
      const store = opened();
      const effects = ["run_1", "run_2", "run_1"].map((runId) => sampleEffect({ runId }));
      await store.commit(effects.map(intended));
      expect(await store.effects.listOfRun("run_1")).to.deep.equal([effects[0], effects[2]]);
      expect(await store.effects.listOfRun("run_3")).to.deep.equal([]);
    });
  });
}

function nounContract({ name, make, list, filters }: Noun, opened: Opened): void {
  describe(`${name}.list`, () => {
    const samples = Array.from({ length: 24 }, (_, n) => ({ facts: factsOf(n), ...make(factsOf(n)) }));

    for (const [filter, fits] of filters) {
      it(`gives pages, newest first, for ${JSON.stringify(filter)}`, async () => {
        const store = opened();
        await store.commit(samples.map(({ change }) => change));
        const expected = samples
          .filter(({ facts }) => fits(facts))
          .map(({ item }) => item)
          .reverse();
        const pages = await walk((cursor) => list(store, filter, { cursor, limit: 4 }));
        expect(pages.flat()).to.deep.equal(expected);
        expect(pages).to.have.lengthOf(Math.max(1, Math.ceil(expected.length / 4)));
      });
    }

    it("has no next page after one that is exactly full", async () => {
      const store = opened();
      await store.commit(samples.slice(0, 4).map(({ change }) => change));
      const page = await list(store, {}, { limit: 4 });
      expect([page.items.length, page.next]).to.deep.equal([4, null]);
    });

    it("begins after any item's id, and goes on rightly when something new comes", async () => {
      const store = opened();
      await store.commit(samples.slice(0, 6).map(({ change }) => change));
      const { next } = await list(store, {}, { limit: 2 });
      await store.commit(samples.slice(6).map(({ change }) => change));
      const rest = await list(store, {}, { cursor: next ?? "", limit: 200 });
      expect(rest.items).to.deep.equal([3, 2, 1, 0].map((index) => samples[index]?.item));
      const after = await list(store, {}, { cursor: samples[2]?.item.id ?? "", limit: 200 });
      expect(after.items).to.deep.equal([1, 0].map((index) => samples[index]?.item));
    });

    it("is empty in an empty store", async () => {
      expect(await list(opened(), {}, { limit: 1 })).to.deep.equal({ items: [], next: null });
    });
  });
}

/** Two filters that both find much, in stretches, and have little in common or nothing. */
function searches(opened: Opened): void {
  describe("lists by several filters", () => {
    const oldest = (n: number): boolean => n < 20;
    const isOther = (n: number): boolean => Math.floor(n / 700) % 2 === 0;
    const runs = Array.from({ length: 2_800 }, (_, n) => {
      const failed = oldest(n) || !isOther(n);
      return sampleRun({ flow: isOther(n) ? "shop/other" : "shop/thank", status: failed ? "failed" : "succeeded" });
    });
    const idsOf = async (filter: RunFilter, limit: number): Promise<string[][]> => {
      const pages = await walk((cursor) => opened().runs.list(filter, { cursor, limit }));
      return pages.map((page) => page.map(({ id }) => id));
    };
    beforeEach(() => opened().commit(runs.map(created)));

    it("find what both find however far back it is, in full pages", async () => {
      const expected = runs
        .slice(0, 20)
        .map(({ id }) => id)
        .reverse();
      const pages = await idsOf({ flow: "shop/other", status: "failed" }, 8);
      expect(pages).to.deep.equal([expected.slice(0, 8), expected.slice(8, 16), expected.slice(16)]);
    });

    it("find everything of a filter that the other one finds all of", async () => {
      const expected = runs
        .filter(({ flow }) => flow === "shop/thank")
        .map(({ id }) => id)
        .reverse();
      expect((await idsOf({ flow: "shop/thank", status: "failed" }, 200)).flat()).to.deep.equal(expected);
    });

    it("end where there is nothing that both find", async () => {
      expect(await idsOf({ flow: "shop/thank", status: "succeeded" }, 50)).to.deep.equal([[]]);
      expect(await idsOf({ flow: "shop/thank", status: "waiting" }, 50)).to.deep.equal([[]]);
      expect(await idsOf({ flow: "shop/thank", status: "failed", eventId: "evt_other" }, 50)).to.deep.equal([[]]);
    });
  });
}

function recordLists(opened: Opened): void {
  describe("records.list", () => {
    const dataType = "shop/Order";
    const customers = ["ann", "bob", "cat"];
    const orders = Array.from({ length: 18 }, (_, n) =>
      recordVersion({
        key: `R${n}`,
        version: 1,
        document: { n },
        indexed: { customer: customers[n % 3] ?? "", city: n % 2 === 0 ? "Rome" : "Oslo" },
      }),
    );
    const numbers = async (where: Record<string, string> | undefined, limit: number): Promise<unknown[][]> => {
      const pages = await walk((cursor) => opened().records.list({ dataType, where }, { cursor, limit }));
      return pages.map((page) => page.map(({ document }) => document.n));
    };
    beforeEach(() =>
      opened().commit([
        ...orders.flatMap(({ changes }) => changes),
        ...recordVersion({ key: "R1", version: 1, dataType: "shop/Other", indexed: { customer: "bob", city: "Oslo" } })
          .changes,
      ]),
    );

    it("gives the records of one data type in pages, newest change first", async () => {
      expect(await numbers(undefined, 7)).to.deep.equal([
        [17, 16, 15, 14, 13, 12, 11],
        [10, 9, 8, 7, 6, 5, 4],
        [3, 2, 1, 0],
      ]);
    });

    it("finds by one indexed field in pages", async () => {
      expect(await numbers({ customer: "bob" }, 4)).to.deep.equal([
        [16, 13, 10, 7],
        [4, 1],
      ]);
    });

    it("finds by several indexed fields, which must all fit", async () => {
      expect(await numbers({ customer: "bob", city: "Oslo" }, 2)).to.deep.equal([[13, 7], [1]]);
      expect(await numbers({ city: "Oslo", customer: "bob" }, 2)).to.deep.equal([[13, 7], [1]]);
    });

    it("finds nothing by another value, another case, another field or a part of the value", async () => {
      for (const where of [{ customer: "dan" }, { customer: "Bob" }, { city: "bob" }, { customer: "bo" }]) {
        expect(await numbers(where, 2), JSON.stringify(where)).to.deep.equal([[]]);
      }
    });

    it("finds by the values of the newest version only, and moves a changed record to the top", async () => {
      const changed = { key: "R4", version: 2, document: { n: 4 }, indexed: { customer: "cat" } };
      await opened().commit(recordVersion(changed).changes);
      expect((await numbers({ customer: "bob" }, 9)).flat()).to.deep.equal([16, 13, 10, 7, 1]);
      expect((await numbers({ customer: "cat" }, 9)).flat()).to.deep.equal([4, 17, 14, 11, 8, 5, 2]);
      expect((await numbers({ city: "Rome" }, 9)).flat()).to.not.include(4);
      expect((await numbers(undefined, 9)).flat()[0]).to.equal(4);
    });

    it("leaves deleted records out of every page", async () => {
      await opened().commit(
        [16, 13].flatMap((n) => recordVersion({ key: `R${n}`, version: 2, deleted: true }).changes),
      );
      expect(await numbers({ customer: "bob" }, 2)).to.deep.equal([
        [10, 7],
        [4, 1],
      ]);
      expect((await numbers(undefined, 5)).flat()).to.have.lengthOf(16);
    });
  });
}
