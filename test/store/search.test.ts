import { expect } from "chai";
import type { Page } from "../../src/core/paging.js";
import { toWrites } from "../../src/store/sql/changes.js";
import { sqliteDialect } from "../../src/store/sql/dialect.js";
import { runSearch } from "../../src/store/sql/runs.js";
import { lookBack } from "../../src/store/sql/search.js";
import type { Row, Statement } from "../../src/store/sql/statement.js";
import { type DatabaseThread, startDatabaseThread } from "../../src/store/sqlite/database-thread.js";
import { created, sampleRun, walk } from "./samples.js";
import { migrationsFolder } from "./temp-store.js";

describe("A search that has far to go", () => {
  const looks = { first: 4, largest: 16, most: 40 };
  const shape = { convert: (row: Row) => String(row.id), cursor: (id: string) => id };
  const filters = [{ flow: "shop/thank" }, { status: "failed" }];
  const search = { ...runSearch({}), filters };
  let thread: DatabaseThread;
  let asked = 0;
  /** One flow succeeds and the other one fails, in turn, and the oldest of all is what is looked for. */
  const runs = Array.from({ length: 401 }, (_, n) =>
    sampleRun(
      n === 0 || n % 2 === 1
        ? { flow: "shop/thank", status: n === 0 ? "failed" : "succeeded" }
        : { flow: "shop/other", status: "failed" },
    ),
  );

  before(async () => {
    thread = await startDatabaseThread({ path: ":memory:", role: "writer", migrationsFolder, maxPages: null });
    const writes = runs.map(created).flatMap((change) => toWrites(change, sqliteDialect));
    await thread.do({ kind: "commit", writes });
  });
  after(() => thread.close());
  beforeEach(() => {
    asked = 0;
  });

  const many = (statement: Statement): Promise<readonly Row[]> => {
    asked += 1;
    return thread.do({ kind: "read", statement });
  };
  const page = (cursor?: string, given = search): Promise<Page<string>> =>
    lookBack(given, { cursor, limit: 5 }, { shape, many, dialect: sqliteDialect, looks });

  it("stops when it has looked at as much as it may, and says where to go on", async () => {
    const first = await page();
    expect(first.items).to.deep.equal([]);
    expect(first.next).to.equal(runs[runs.length - 2 * (4 + 16 + 16 + 16)]?.id);
    expect(asked).to.equal(8);
  });

  it("comes to what it looks for when it is followed, and to an end", async () => {
    const pages = await walk(page);
    expect(pages.flat()).to.deep.equal([runs[0]?.id]);
    expect(pages).to.have.lengthOf(4);
  });

  it("leaves out nothing between two pieces", async () => {
    const given = { ...search, filters: [{ flow: "shop/other" }, { status: "failed" }] };
    const pages = await walk((cursor) => page(cursor, given));
    const others = runs.filter(({ flow }) => flow === "shop/other");
    expect(pages.flat()).to.deep.equal(others.map(({ id }) => id).reverse());
  });

  it("goes no further than the filter reaches that finds least", async () => {
    const { items, next } = await page(undefined, { ...search, filters: [...filters, { status: "waiting" }] });
    expect([items, next, asked]).to.deep.equal([[], null, 2]);
  });
});
