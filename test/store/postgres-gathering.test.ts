import { expect } from "chai";
import { gatherReads } from "../../src/store/postgres/gathered-reads.js";
import type { Row, Statement } from "../../src/store/sql/statement.js";
import { tempDatabase } from "./postgres-parts.js";
import { eventAndRun, recordVersion } from "./samples.js";

const sql = "SELECT name FROM people WHERE id = ?";
const look = (id: string): Statement => ({ sql, values: [id] });

describe("Look-ups for PostgreSQL", () => {
  it("go together when they are asked at the same time, and by themselves when they are not", async () => {
    const asked: Statement[] = [];
    const ask = gatherReads(async (statement) => {
      asked.push(statement);
      return [];
    });
    await ask(look("a"));
    await Promise.all(["b", "c", "d"].map((id) => ask(look(id))));
    expect(asked.map(({ sql, values }) => [sql.split("?::text").length - 1, values])).to.deep.equal([
      [0, ["a"]],
      [4, [0, "b", 1, "c", 2, "d", null, null]],
    ]);
  });

  it("of one text wait for those under way, and go together then", async () => {
    const answers: ((rows: Row[]) => void)[] = [];
    const ask = gatherReads(() => new Promise((resolve) => answers.push(resolve)));
    const first = ask(look("a"));
    await new Promise(setImmediate);
    const others = ["b", "c"].map((id) => ask(look(id)));
    await new Promise(setImmediate);
    expect(answers).to.have.lengthOf(1);
    answers[0]!([]);
    await first;
    await new Promise(setImmediate);
    answers[1]!([{ asked_by: 1, name: "Cat" }]);
    expect(await Promise.all(others)).to.deep.equal([[], [{ name: "Cat" }]]);
  });

  it("fail together, and the next ones are asked again", async () => {
    let broken = true;
    const ask = gatherReads(async () => {
      if (broken) throw new Error("gone");
      return [];
    });
    const outcomes = await Promise.allSettled([ask(look("a")), ask(look("b"))]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    broken = false;
    expect(await ask(look("a"))).to.deep.equal([]);
  });

  it("give each what it asked for, also what is there twice or not at all", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    const keys = Array.from({ length: 70 }, (_, n) => `R${n}`);
    await store.commit(keys.flatMap((key) => recordVersion({ key, version: 1 }).changes));
    const { run, event, changes } = eventAndRun();
    await store.commit(changes);
    const found = await Promise.all([...keys, "R3", "nobody"].map((key) => store.records.get("shop/Order", key)));
    expect(found.map((record) => record?.key ?? null)).to.deep.equal([...keys, "R3", null]);
    const [one, two, none] = await Promise.all([run.id, run.id, "run_none"].map((id) => store.runs.get(id)));
    expect([one, two, none]).to.deep.equal([run, run, null]);
    expect(await Promise.all([event.id, "evt_none"].map((id) => store.events.get(id)))).to.deep.equal([event, null]);
  });
});
