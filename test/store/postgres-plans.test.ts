import { expect } from "chai";
import type pg from "pg";
import { packagePath } from "../../src/config/package-root.js";
import type { Change } from "../../src/core/change.js";
import { retentionStages } from "../../src/core/retention.js";
import { connect, placeOf } from "../../src/store/postgres/connection.js";
import { gatherReads } from "../../src/store/postgres/gathered-reads.js";
import { toColumn, toNumbered } from "../../src/store/postgres/numbered.js";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.js";
import { createGroupPlanner } from "../../src/store/postgres/plan-group.js";
import { writesOf } from "../../src/store/sql/changes.js";
import { conversationSearch, newestConversationStatement } from "../../src/store/sql/conversations.js";
import { answerStatement } from "../../src/store/sql/definitions.js";
import { postgresDialect } from "../../src/store/sql/dialect.js";
import * as effects from "../../src/store/sql/effects.js";
import * as events from "../../src/store/sql/events.js";
import { issueSearch, issueStatement } from "../../src/store/sql/issues.js";
import { badItemsStatement, itemCountsStatement, keptItemsStatement } from "../../src/store/sql/items.js";
import {
  messageSearch,
  messageStatement,
  newestToStatement,
  sentMessageStatement,
} from "../../src/store/sql/messages.js";
import { notificationSearch, notificationStatement } from "../../src/store/sql/notifications.js";
import { openEffectsStatement } from "../../src/store/sql/open-effects.js";
import { heldStatement, quarantineSearch, quarantineStatement } from "../../src/store/sql/quarantine.js";
import { readsOf } from "../../src/store/sql/reads.js";
import { newestFromStatement, receivedInStatement, receivedSearch } from "../../src/store/sql/received.js";
import * as records from "../../src/store/sql/records.js";
import { planEventSweep } from "../../src/store/sql/retention/event-sweep.js";
import { planListSweep } from "../../src/store/sql/retention/list-sweep.js";
import * as runs from "../../src/store/sql/runs.js";
import { edgesStatement, pieceStatement, type Search, searchStatement } from "../../src/store/sql/search.js";
import type { Row, Statement } from "../../src/store/sql/statement.js";
import { sharedPostgresServer } from "../../testing/postgres-server.js";
import {
  advanced,
  created,
  intended,
  moved,
  raised,
  recordVersion,
  sampleEffect,
  sampleMessage,
  sampleNotification,
  sampleQuarantined,
  sampleRun,
  start,
  told,
} from "./samples.js";

/** One step of a plan, with those below it. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

const [run, effect, message] = [sampleRun(), sampleEffect(), sampleMessage()];
const span = { from: start, until: new Date(start.getTime() + 60_000), after: null, limit: 50 };
const place = { connection: "shop/twilio", recipient: "+16175551212" };
const record = recordVersion({ key: "R1", version: 2, indexed: { city: "Rome" } });

const turn = { place: "a", effectId: "eff_1", runId: "run_1", attempt: 1 };

/** What is written for every order. */
const changes = [
  ...record.changes,
  created(run),
  advanced(run),
  { kind: "run-reopened", run },
  { kind: "run-listens", run: { id: "run_1", wakes: 0 }, topics: ["a"], againAt: start },
  { kind: "runs-woken", topics: ["a", "b"], at: start },
  intended(effect),
  moved(effect),
  { kind: "effect-restarted", effect, from: "refused" },
  told(message),
  { kind: "message-restarted", message },
  raised(sampleNotification({ level: "error" })),
  { kind: "notification-moved", id: "ntf_1", state: "resolved", at: start },
  { kind: "notifications-resolved", runId: "run_1", eventId: "evt_1", at: start },
  { kind: "issue-moved", fingerprint: "a", state: "resolved", at: start },
  { kind: "record-quarantined", record: sampleQuarantined() },
  { kind: "quarantine-repeated", record: sampleQuarantined() },
  { kind: "quarantine-moved", record: sampleQuarantined() },
  { kind: "items-kept", runId: "run_1", stepId: "each", batches: [[1], [2]] },
  { kind: "turn-taken", turn: { ...turn, until: start }, at: start },
  { kind: "turn-left", turn },
] satisfies Change[];

/** The same in groups, where what is equal is one statement. */
const together: readonly Statement[] = [2, 100].flatMap((size) =>
  createGroupPlanner().together(
    Array.from({ length: size }, (_, n) =>
      writesOf(changes, postgresDialect).map(({ values, ...write }) => ({
        ...write,
        values: values.map((value) => (typeof value === "string" ? `${value} ${n}` : value)),
      })),
    ),
  ),
);

/** What is written for every order, prepared once: planned without knowing the values. */
const written: readonly Statement[] = [
  ...writesOf(changes, postgresDialect),
  ...new Map(together.map((statement) => [statement.sql, statement])).values(),
  runs.extendStatement("ann", "run_1", start),
];

/** What is looked up for every order, prepared once as well. */
const prepared: readonly Statement[] = [
  runs.runStatement("run_1"),
  records.recordStatement("shop/Order", "R1"),
  records.recordVersionStatement("shop/Order", "R1"),
  events.eventStatement("evt_1"),
  events.eventByDedupeKeyStatement("a"),
  effects.effectStatement("eff_1"),
  effects.effectByKeyStatement("a"),
  messageStatement("id", "msg_1"),
  messageStatement("vendor_id", "SM1"),
  messageStatement("effect_id", "eff_1"),
  sentMessageStatement("vendor_id", "SM1"),
  sentMessageStatement("effect_id", "eff_1"),
  notificationStatement("ntf_1"),
  issueStatement("a"),
  quarantineStatement("qua_1"),
  heldStatement("shop/Order", "key R1"),
  keptItemsStatement({ parentRunId: "run_1", stepId: "each" }, 0),
  answerStatement("a"),
  effects.olderOpenEffectStatement(place, "eff_1"),
];

/** Look-ups of many together, as they are asked at the same time. */
async function gathered(): Promise<readonly Statement[]> {
  const asked: Statement[] = [];
  const ask = gatherReads(async (statement) => {
    asked.push(statement);
    return [];
  });
  await Promise.all(prepared.flatMap((statement) => [statement, statement].map(ask)));
  return asked;
}

const filters = {
  runs: [
    { eventId: "evt_1" },
    { dataType: "shop/Order", key: "R1" },
    { parentRunId: "run_1" },
    { flow: "shop/flow 3" },
    { status: "failed" },
  ],
  messages: [{ runId: "run_1" }, { dataType: "shop/Order", key: "R1" }, { to: "+1617" }, { status: "failed" }],
  notifications: [
    { runId: "run_1" },
    { dataType: "shop/Order", key: "R1" },
    { flow: "shop/flow 3" },
    { level: "error" },
    { state: "new" },
  ],
} as const;
const pagings = [{ limit: 50 }, { cursor: "z", limit: 50 }];

/** By two filters or more. */
const searches: readonly Search[] = [
  { ...runs.runSearch({}), filters: [{ flow: "shop/flow 3" }, { status: "failed" }] },
  { ...messageSearch({}), filters: [{ run_id: "run_1" }, { status: "failed" }] },
  { ...notificationSearch({}), filters: [{ flow: "shop/flow 3" }, { level: "error" }, { state: "new" }] },
  { ...events.eventSearch({}), filters: [{ data_type: "shop/Order", key: "R1" }, { kind: "message.read" }] },
  { ...issueSearch({}), filters: [{ state: "new" }, { level: "warning" }] },
  { ...conversationSearch({}), filters: [{ contact: "+1617" }, { state: "open" }] },
  records.recordSearch({ dataType: "shop/Order", where: { phone: "+1 500", status: "open" } }),
];
const pieces = searches.flatMap((search) =>
  [undefined, "z"].flatMap((place) => [
    edgesStatement(search, place, 400),
    ...search.filters.map((_, leading) =>
      pieceStatement(search, { leading, place, edge: place === undefined ? null : "a", limit: 51 }, postgresDialect),
    ),
  ]),
);

/** What is planned each time, with its values. */
const planned: readonly Statement[] = [
  ...pieces,
  runs.backlogStatement(start, 1_000),
  runs.nextDueStatement(),
  runs.releaseAllStatement(start),
  runs.releaseOfStatement("ann", start),
  runs.strandedStatement(50),
  runs.olderOpenRunsStatement(run, 20),
  runs.openRunsOfEventStatement("evt_1"),
  itemCountsStatement({ parentRunId: "run_1", stepId: "each" }),
  badItemsStatement({ parentRunId: "run_1", stepId: "each" }, start, 50),
  runs.failedRunsStatement(span),
  effects.effectsOfRunStatement("run_1"),
  effects.abandonedEffectsStatement("started", start, 50),
  events.eventOfVersionStatement("shop/Order", "R1", 1),
  events.newestEventStatement("shop/Order"),
  events.eventsBetweenStatement("shop/Order", span),
  events.eventsBetweenStatement(null, span),
  openEffectsStatement(1_000),
  newestToStatement({ connection: "shop/twilio", channel: "sms", contact: "+1617" }, 20),
  newestFromStatement({ connection: "shop/twilio", channel: "sms", contact: "+1617" }, "msg_01", 20),
  newestConversationStatement("sms", "+1617"),
  ...pagings.flatMap((paging) => [
    ...filters.runs.map((filter) => searchStatement(runs.runSearch(filter), paging)),
    ...filters.messages.map((filter) => searchStatement(messageSearch(filter), paging)),
    ...filters.notifications.map((filter) => searchStatement(notificationSearch(filter), paging)),
    searchStatement(events.eventSearch({ dataType: "shop/Order", key: "R1" }), paging),
    searchStatement(events.eventSearch({ kind: "message.read" }), paging),
    effects.effectListStatement({ state: "unknown" }, paging),
    searchStatement(quarantineSearch({ state: "held" }), paging),
    searchStatement(issueSearch({ state: "new" }), paging),
    searchStatement(receivedSearch({ contact: "+1617" }), paging),
    receivedInStatement("cnv_1", paging),
    searchStatement(conversationSearch({ contact: "+1617" }), paging),
    searchStatement(conversationSearch({ state: "open" }), paging),
    records.newestRecordsStatement("shop/Order", paging),
    searchStatement(records.recordSearch({ dataType: "shop/Order", where: { phone: "+1 500" } }), paging),
  ]),
];

/** What retention asks and writes: everything that it looks at is due. */
async function ofRetention(): Promise<readonly Statement[]> {
  const asked: Statement[] = [];
  const now = new Date(start.getTime() + 10 * 86_400_000);
  const cutoffs = { succeeded: now, failed: now, payload: now, answers: now };
  const flags = {
    closed_at: null,
    stripped: 0,
    newest: 0,
    open_runs: 0,
    troubled: 0,
    doubted: 0,
    needed: 0,
    caused: 0,
  };
  const event = { ...flags, id: "evt_1", kind: "a", created_at: 1, runs: 1, ended_at: 1, fence: 1, steps: "[]" };
  const row: Row = {
    ...{
      ...event,
      key: "a",
      fingerprint: "a",
      last_notification_id: "ntf_1",
      last_received_id: "rcv_1",
      level: "info",
    },
    ...{ state: "closed", received_at: 1, updated_at: 1, finished_at: 1, alone: 1, live: 0, spent: 1 },
    ...{ full_and_closed: 1, has_document: 1, has_recipients: 0 },
  };
  for (const closedAt of [null, 1]) {
    const found = { ...row, closed_at: closedAt, alone: closedAt === null ? 0 : 1 };
    const ask = async (statement: Statement): Promise<readonly Row[]> => {
      asked.push(statement);
      return [found];
    };
    const reads = readsOf(ask, ask, postgresDialect);
    for (const stage of retentionStages) {
      const sweep = { stage, cutoffs, now, after: "a" };
      const { writes } =
        stage === "events"
          ? await planEventSweep(sweep, reads, postgresDialect)
          : await planListSweep({ ...sweep, stage }, reads);
      asked.push(...writes);
    }
  }
  return asked;
}

describe("PostgreSQL's query plans", function () {
  this.timeout(60_000);
  let client: pg.Client;
  let writer: pg.Client;
  before(async () => {
    const url = await (await sharedPostgresServer()).createDatabase();
    await (await openPostgresStore({ url, migrationsFolder: packagePath("src/store/postgres/migrations") })).close();
    client = await connect(placeOf(url), "plans");
    writer = await connect(placeOf(url), "writes");
  });
  after(() => Promise.all([client.end(), writer.end()]));

  async function explain(statement: Statement, how: "generic" | "custom", by = client): Promise<PlanNode[]> {
    const text = `EXPLAIN (FORMAT JSON${how === "generic" ? ", GENERIC_PLAN" : ""}) ${toNumbered(statement.sql)}`;
    const values = how === "generic" ? [] : statement.values.map(toColumn);
    const { rows } = await by.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(text, values);
    return flatten(rows[0]!["QUERY PLAN"][0].Plan);
  }

  /** What is wrong with the plans of all statements. */
  async function complaints(): Promise<string[]> {
    const first = await firstColumns(client);
    const found: string[] = [];
    for (const [how, statements, by] of [
      ["generic", written, writer],
      ["generic", prepared, client],
      ["generic", await gathered(), client],
      ["generic", [runs.claimStatement("ann", { limit: 50, leaseMs: 1, now: start }, postgresDialect)], client],
      ["custom", planned, client],
      ["custom", await ofRetention(), client],
    ] as const) {
      for (const statement of statements) {
        const plan = await explain(statement, how, by);
        const about = plan.flatMap((node) => complaintAbout(node, first) ?? []);
        const lookUps = how === "generic" ? plan.flatMap((node) => complaintAboutLookUp(node) ?? []) : [];
        found.push(...[...about, ...lookUps].map((complaint) => `${complaint}: ${statement.sql.slice(0, 1_000)}`));
      }
    }
    return found;
  }

  it("find a record by its key, and not among all of its type, however little was there when it was planned", async () => {
    const statement = records.recordStatement("shop/Order", "R1");
    const [one] = (await gathered()).filter(({ sql }) => sql.includes("FROM records r"));
    for (const asked of [statement, one!]) {
      const indexes = (await explain(asked, "generic")).flatMap((node) => node["Index Name"] ?? []);
      expect(indexes).to.have.members(["records_pkey", "events_pkey"]);
    }
  });

  it("go through no table in a database nobody has looked at yet", async () => {
    expect(await complaints()).to.deep.equal([]);
  });

  it("go through no table when much has been done and nothing is open, which is when statistics are made", async () => {
    await client.query(fill(0));
    await client.query("ANALYZE");
    expect(await complaints()).to.deep.equal([]);
  });

  it("go through no table when much is open", async () => {
    await client.query(fill(20_000));
    await client.query("ANALYZE");
    expect(await complaints()).to.deep.equal([]);
  });
});

/** A table is gone through, or an index is from one end to the other, for rows that are then looked at one by one. */
function complaintAbout(node: PlanNode, firstColumns: ReadonlyMap<string, string>): string | null {
  const {
    "Node Type": type,
    "Relation Name": table,
    "Index Name": index,
    "Index Cond": condition,
    Filter: filter,
  } = node;
  if (type === "Seq Scan") return `all of ${table}`;
  if (index === undefined) return null;
  const first = firstColumns.get(index) ?? "";
  if (condition !== undefined && new RegExp(`\\b${first}\\b`).test(condition)) return null;
  if (condition === undefined && (filter === undefined || ofLeases(filter))) return null;
  return `all of ${index} (${condition ?? filter})`;
}

/** Whoever knows what it looks for goes through nothing, however small it looks, and never through two things side by side. */
function complaintAboutLookUp({
  "Node Type": type,
  "Index Name": index,
  "Index Cond": condition,
}: PlanNode): string | null {
  if (type === "Hash Join" || type === "Merge Join") return `a ${type}`;
  return index !== undefined && condition === undefined ? `all of ${index}` : null;
}

/** Runs under a lease are as few as the workers can hold. */
function ofLeases(filter: string): boolean {
  return filter === "(leased_by IS NULL)" || filter === "(leased_by IS NOT NULL)";
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

async function firstColumns(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ index: string; column: string }>(
    `SELECT c.relname AS index, pg_get_indexdef(i.indexrelid, 1, true) AS column
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public'`,
  );
  return new Map(rows.map(({ index, column }) => [index, column]));
}

/** Rows of everything there is much of, with so many runs and effects that have not ended. */
function fill(open: number): string {
  const ended = open === 0;
  const [from, until] = ended ? [1, 20_000] : [20_001, 20_000 + open];
  const series = `generate_series(${from}, ${until}) AS n`;
  const status = ended
    ? "(ARRAY['succeeded', 'failed', 'cancelled'])[1 + n % 3]"
    : "(ARRAY['queued', 'waiting'])[1 + n % 2]";
  const dataType = "(ARRAY['shop/Order', 'shop/Customer', 'shop/Sms'])[1 + n % 3]";
  const id = (prefix: string): string => `'${prefix}_' || lpad(n::text, 26, '0')`;
  return `
    INSERT INTO events (id, shard, kind, data_type, key, version, payload, depth, dedupe_key, decisions, created_at)
      SELECT ${id("evt")}, 0, 'record.created', ${dataType}, 'R' || n, 1, '{}', 0, 'd' || n, '[]', n FROM ${series};
    INSERT INTO records SELECT ${dataType}, 'R' || n, 0, 1, ${id("evt")}, 0, n FROM ${series};
    INSERT INTO record_index SELECT ${dataType}, 'phone', '+1 ' || n, 'R' || n, ${id("evt")} FROM ${series};
    INSERT INTO runs (id, shard, flow, flow_hash, event_id, data_type, key, status, due_at, fence, attempts, steps, depth,
      created_at, updated_at, finished_at, parent_run, parent_step)
      SELECT ${id("run")}, 0, 'shop/flow ' || n % 5, 'h', ${id("evt")}, ${dataType}, 'R' || n, ${status},
        ${ended ? "NULL::bigint" : "n"}, 0, 0, '[]', 0, n, n, ${ended ? "n" : "NULL::bigint"},
        CASE WHEN n % 10 = 0 THEN 'run_' || n / 100 END, CASE WHEN n % 10 = 0 THEN 'each' END FROM ${series};
    INSERT INTO run_topics SELECT 'topic ' || n, ${id("run")} FROM ${series} WHERE ${!ended};
    INSERT INTO effects (id, shard, key, run_id, step_id, connection, endpoint, on_repeat, recipient, request, state,
      attempts, intended_at, settled_at)
      SELECT ${id("eff")}, 0, 'k' || n, ${id("run")}, 'send', 'shop/twilio', 'e', 'none', '+1' || n, '{}',
        ${ended ? "'done'" : "'started'"}, 1, n, ${ended ? "n" : "NULL::bigint"} FROM ${series};
    INSERT INTO messages (id, shard, effect_id, run_id, flow, connection, data_type, key, channel, recipient, body,
      segments, media, vendor_id, status, status_rank, created_at, updated_at)
      SELECT ${id("msg")}, 0, ${id("eff")}, ${id("run")}, 'shop/flow 1', 'shop/twilio', ${dataType}, 'R' || n, 'sms',
        '+1' || n, 'Hey', 1, '[]', 'SM' || n, 'delivered', 5, n, n FROM ${series};
    INSERT INTO notifications (id, shard, level, state, title, fingerprint, flow, run_id, event_id, data_type, key,
      retries, created_at, updated_at)
      SELECT ${id("ntf")}, 0, (ARRAY['info', 'error'])[1 + n % 2], ${ended ? "'resolved'" : "'new'"}, 't', 'f' || n % 50,
        'shop/flow ' || n % 5, ${id("run")}, ${id("evt")}, ${dataType}, 'R' || n, 0, n, n FROM ${series};
    INSERT INTO issues SELECT 'f' || n, 'error', (ARRAY['new', 'resolved'])[1 + n % 2], 't', NULL, NULL, 1, n, n, ${id("ntf")} FROM ${series};
    INSERT INTO quarantined_records (id, shard, data_type, key, document, problems, state, event_id, created_at, updated_at)
      SELECT ${id("qua")}, 0, 'shop/Order', NULL, '{}', '[]',
      ${ended ? "'released'" : "'held'"}, NULL, n, n FROM ${series};
    INSERT INTO conversations SELECT ${id("cnv")}, 0, 'sms', '+1' || n, ${ended ? "'closed'" : "'open'"}, n, n, n, ${id("rcv")}, n, NULL
      FROM ${series};
    INSERT INTO received (id, shard, connection, channel, contact, address, body, media, vendor_id, conversation_id, event_id,
      raw, received_at)
      SELECT ${id("rcv")}, 0, 'shop/twilio', 'sms', '+1' || n, '+1', 'Hey', '[]', 'IN' || n, ${id("cnv")}, ${id("evt")}, '{}', n
      FROM ${series};
    INSERT INTO operations SELECT ${id("opr")}, '{}', ${ended ? "'done'" : "'running'"}, 1, NULL, 0, 0, n, n, ${ended ? "n" : "NULL"}
      FROM ${series};
    INSERT INTO broadcasts (id, name, flow, audience, per_second, state, revision, walked, examined, started, excluded, created_at,
      updated_at, finished_at)
      SELECT ${id("bct")}, 'b', 'f', '{}', 1, ${ended ? "'done'" : "'running'"}, 1, 1, 0, 0, '{}', n, n, ${ended ? "n" : "NULL"}
      FROM ${series};
    INSERT INTO broadcast_recipients (id, broadcast_id, key, recipient, run_id, outcome, outcome_rank, created_at, updated_at)
      SELECT ${id("rcp")}, ${id("bct")}, 'R' || n, '+1' || n, ${id("run")}, 'sent', 4, n, n FROM ${series};
    INSERT INTO answers SELECT 'a' || n, 'h', 200, '{}', n FROM ${series};`;
}
