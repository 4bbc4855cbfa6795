import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import { createNumbering, toColumn, toNumbered } from "../../src/store/postgres/numbered.js";
import { type Command, createGroupPlanner } from "../../src/store/postgres/plan-group.js";
import { toWrites } from "../../src/store/sql/changes.js";
import { postgresDialect } from "../../src/store/sql/dialect.js";
import { failed } from "../http/failed.js";
import { tempDatabase } from "./postgres-parts.js";
import {
  advanced,
  codes,
  created,
  finished,
  intended,
  moved,
  raised,
  recorded,
  recordVersion,
  sampleEffect,
  sampleEvent,
  sampleNotification,
  sampleRun,
  start,
} from "./samples.js";

function plan(...jobs: Change[][]): readonly Command[] {
  return createGroupPlanner().together(
    jobs.map((changes) => changes.flatMap((change) => toWrites(change, postgresDialect))),
  );
}

/** What a command does, in short: `INSERT runs x4`. */
function outline(commands: readonly Command[]): string[] {
  return commands.map(({ sql }) => {
    const [, verb, table] = /(?:^|\) )(INSERT|UPDATE|DELETE)(?: INTO| FROM)? (\w+)/.exec(sql) ?? [];
    const rows = verb === "INSERT" ? ` x${sql.split("(?").length - 1}` : "";
    return `${verb} ${table}${rows}`;
  });
}

describe("A group of commits for PostgreSQL", () => {
  it("goes through the tables in one order, whatever the order of the changes", () => {
    const run = sampleRun();
    const one = [
      created(run),
      recorded(sampleEvent()),
      raised(sampleNotification({ level: "error" })),
      intended(sampleEffect()),
    ];
    const order = [
      "INSERT events x1",
      "INSERT runs x1",
      "INSERT effects x1",
      "INSERT notifications x1",
      "INSERT issues x1",
    ];
    expect(outline(plan(one))).to.deep.equal(order);
    expect(outline(plan(one.toReversed()))).to.deep.equal(order);
  });

  it("writes equal inserts as few statements of a few sizes, with every row once", () => {
    const jobs = Array.from({ length: 87 }, () => [created(sampleRun())]);
    const [one] = plan([created(sampleRun())]);
    const columns = one!.values.length;
    const commands = plan(...jobs);
    expect(outline(commands)).to.deep.equal([64, 16, 6, 1].map((size) => `INSERT runs x${size}`));
    expect(commands.flatMap(({ jobs }) => jobs).toSorted((a, b) => a - b)).to.deep.equal([...jobs.keys()]);
    expect(commands.flatMap(({ values }) => values)).to.have.lengthOf(87 * columns);
  });

  it("locks issues in the order of their names, each once in a statement", () => {
    const named = (fingerprint: string): Change[] => [raised(sampleNotification({ level: "error", fingerprint }))];
    const commands = plan(...["d", "b", "a", "c", "b"].map(named)).filter(({ sql }) => sql.includes("INTO issues"));
    expect(commands.map(({ values }) => values.filter((value) => /^[abcd]$/.test(String(value))))).to.deep.equal([
      ["a", "b", "c", "d"],
      ["b"],
    ]);
  });

  it("keeps the order of what is about the same thing, over jobs too", () => {
    const effect = sampleEffect({ state: "intended" });
    const other = sampleEffect();
    const commands = plan(
      [intended(effect)],
      [moved({ ...effect, state: "started" })],
      [intended(other)],
      [moved({ ...effect, state: "done" })],
    );
    const about = commands.map(({ sql, values }) => [
      sql.slice(0, 6),
      values.includes(effect.id),
      values.includes("done"),
    ]);
    expect(about.slice(-2)).to.deep.equal([
      ["UPDATE", true, false],
      ["UPDATE", true, true],
    ]);
  });

  it("wakes after the topics of the same group are written, and behind everything else that is done to runs", () => {
    const commands = plan(
      [{ kind: "runs-woken", topics: ["a"], at: start }],
      [created(sampleRun()), { kind: "run-listens", run: { id: "run_1", wakes: 0 }, topics: ["a"], againAt: start }],
    );
    expect(outline(commands)).to.deep.equal([
      "DELETE run_topics",
      "INSERT run_topics x1",
      "INSERT runs x1",
      "UPDATE runs",
      "UPDATE runs",
    ]);
    expect(commands.map(({ wakes }) => wakes)).to.deep.equal([false, false, false, false, true]);
  });

  it("wakes for all jobs at once, each topic with its earliest instant", () => {
    const woken = (topics: string[], ms: number): Change[] => [
      { kind: "runs-woken", topics, at: new Date(start.getTime() + ms) },
    ];
    const commands = plan(woken(["b", "a"], 250), woken(["a"], 0), woken(["c"], 0));
    expect(commands.map(({ jobs, wakes }) => ({ jobs, wakes }))).to.deep.equal([{ jobs: [0, 1, 2], wakes: true }]);
    const at = start.getTime();
    expect(commands[0]!.values).to.deep.equal(["a", at, "b", at + 250, "c", at, null, null]);
  });

  it("writes equal updates and deletions as one statement of a few sizes, filled up with rows of nothing", () => {
    const jobs = Array.from({ length: 5 }, (_, n): Change[] => [
      advanced(sampleRun()),
      { kind: "turn-left", turn: { place: `place ${n}`, effectId: "eff_1", attempt: 1 } },
    ]);
    const commands = plan(...jobs);
    expect(outline(commands)).to.deep.equal(["DELETE turns", "UPDATE runs"]);
    expect(commands.map(({ sql }) => sql.split("(?").length - 1)).to.deep.equal([8, 8]);
    expect(commands.map(({ guarded }) => guarded)).to.deep.equal([null, 5]);
    expect(commands[0]!.values.slice(15)).to.deep.equal(Array(9).fill(null));
  });

  it("keeps statements of tables it does not know in their order, before all others", () => {
    const unknown = ["b", "a"].map((name) => ({ sql: `UPDATE later SET ${name} = ? WHERE id = ?`, values: [1, 2] }));
    const [write] = [toWrites(created(sampleRun()), postgresDialect)].flat();
    const commands = createGroupPlanner().together([[write!, ...unknown]]);
    expect(commands.map(({ sql }) => sql.slice(0, 18))).to.deep.equal([
      "UPDATE later SET b",
      "UPDATE later SET a",
      "INSERT INTO runs (",
    ]);
  });
});

describe("A group with refused commits", () => {
  it("stores the others, and refuses each with its own reason", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    const [known, kept] = [sampleEffect(), sampleEvent()];
    await store.commit([intended(known), recorded(kept)]);
    const runs = Array.from({ length: 40 }, () => sampleRun());
    const outcome = await codes([
      ...runs.map((run) => store.commit([created(run)])),
      store.commit([created(sampleRun()), intended({ ...sampleEffect(), key: known.key })]),
      store.commit([advanced(finished(sampleRun()))]),
      store.commit([recorded({ ...kept, key: "other" })]),
      store.commit(recordVersion({ key: "R9", version: 2 }).changes),
      store.commit(recordVersion({ key: "R8", version: 1 }).changes),
    ]);
    expect(outcome).to.deep.equal([
      ...Array(40).fill(null),
      "EFFECT_KNOWN",
      "RUN_LEASE_LOST",
      "INTERNAL_ERROR",
      "RECORD_CONFLICT",
      null,
    ]);
    expect(await store.runs.backlog(start, 100)).to.equal(40);
  });

  it("takes a commit that was refused only for what another refused one had written", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    const effect = sampleEffect();
    const outcome = await codes([
      store.commit([intended({ ...effect, id: "eff_1" }), advanced(finished(sampleRun()))]),
      store.commit([intended({ ...effect, id: "eff_2" })]),
    ]);
    expect(outcome).to.deep.equal(["RUN_LEASE_LOST", null]);
    expect((await store.effects.getByKey(effect.key))?.id).to.equal("eff_2");
  });

  it("names what was in the way, of several of one kind too", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    const [known, fresh] = [sampleEffect({ key: "known" }), sampleEffect({ key: "fresh" })];
    await store.commit([intended(known)]);
    const error = await failed(store.commit([intended(fresh), intended({ ...known, id: "eff_9" })]), "EFFECT_KNOWN");
    expect(error.message).to.include("known").and.not.to.include("fresh");
  });
});

describe("A statement for PostgreSQL", () => {
  it("has numbers for its values, and question marks in text are left alone", () => {
    expect(toNumbered("SELECT '?', a FROM b WHERE c = ? AND d IN (?, ?)")).to.equal(
      "SELECT '?', a FROM b WHERE c = $1 AND d IN ($2, $3)",
    );
  });

  it("has one name for one text, and none when there are too many texts", () => {
    const numbering = createNumbering();
    const names = Array.from({ length: 1_001 }, (_, n) => numbering(`SELECT ${n}`).name);
    expect(new Set(names)).to.have.lengthOf(1_001);
    expect(names.at(-1)).to.equal("");
    expect(numbering("SELECT 7").name).to.equal(names[7]);
  });

  it("gives JSON as text, and no NUL", () => {
    expect([toColumn({ json: { a: [1] } }), toColumn("a\0b"), toColumn(null), toColumn(7)]).to.deep.equal([
      '{"a":[1]}',
      "a\ufffdb",
      null,
      7,
    ]);
  });
});
