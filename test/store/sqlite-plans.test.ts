import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { Paging } from "../../src/core/paging.js";
import {
  broadcastListStatement,
  outcomeCountsStatement,
  recipientListStatement,
  recipientOfPersonStatement,
  recipientOfRecordStatement,
  recipientOfRunStatement,
  unfinishedStatement,
} from "../../src/store/sql/broadcasts.js";
import { toWrites } from "../../src/store/sql/changes.js";
import { consentListStatement, entryListStatement, standingsStatement } from "../../src/store/sql/consent.js";
import {
  conversationSearch,
  conversationStatement,
  newestConversationStatement,
} from "../../src/store/sql/conversations.js";
import { sqliteDialect } from "../../src/store/sql/dialect.js";
import {
  abandonedEffectsStatement,
  effectByKeyStatement,
  effectListStatement,
  effectStatement,
  effectsOfRunStatement,
  olderOpenEffectStatement,
} from "../../src/store/sql/effects.js";
import {
  eventByDedupeKeyStatement,
  eventOfVersionStatement,
  eventSearch,
  eventsBetweenStatement,
  newestEventStatement,
} from "../../src/store/sql/events.js";
import {
  hoursStatement,
  messageCountsStatement,
  recordCountsStatement,
  runCountsStatement,
  unknownStatement,
} from "../../src/store/sql/hourly-counts.js";
import { issueSearch } from "../../src/store/sql/issues.js";
import { badItemsStatement, itemCountsStatement, keptItemsStatement } from "../../src/store/sql/items.js";
import {
  messageSearch,
  messageStatement,
  newestToStatement,
  sentInStatement,
  sentMessageStatement,
} from "../../src/store/sql/messages.js";
import { notificationSearch } from "../../src/store/sql/notifications.js";
import { operationListStatement } from "../../src/store/sql/operations.js";
import { heldStatement, quarantineSearch } from "../../src/store/sql/quarantine.js";
import {
  lastReceivedStatement,
  newestFromStatement,
  receivedInStatement,
  receivedSearch,
  receivedStatement,
} from "../../src/store/sql/received.js";
import {
  newestRecordsStatement,
  recordCountStatement,
  recordSearch,
  recordWalkStatement,
} from "../../src/store/sql/records.js";
import { eventFactsStatement } from "../../src/store/sql/retention/event-facts.js";
import {
  backlogStatement,
  claimStatement,
  extendStatement,
  failedRunsStatement,
  nextDueStatement,
  olderOpenRunsStatement,
  openRunsOfEventStatement,
  releaseAllStatement,
  releaseOfStatement,
  runSearch,
  strandedStatement,
} from "../../src/store/sql/runs.js";
import { edgesStatement, pieceStatement, type Search, searchStatement } from "../../src/store/sql/search.js";
import type { Statement } from "../../src/store/sql/statement.js";
import { matchingStatement, templateListStatement } from "../../src/store/sql/templates.js";
import { type DatabaseThread, startDatabaseThread } from "../../src/store/sqlite/database-thread.js";
import { sampleConversation, sampleEffect, sampleQuarantined, sampleReceived, sampleRun, start } from "./samples.js";
import { migrationsFolder, tempStore } from "./temp-store.js";

/** A list: its filters, the narrowest first, each with the index that it must be found through. */
interface Listed {
  readonly table: string;
  readonly list: (filter: object, paging: Paging) => Statement;
  /** Given where there may be several filters. */
  readonly search?: (filter: object) => Search;
  readonly filters: readonly (readonly [filter: object, index: string])[];
  /** How what is told with each row is found; absent for nothing. */
  readonly beside?: readonly string[];
}

const callsOfNotifications = ["SEARCH e USING INDEX sqlite_autoindex_effects_1 (id=?) LEFT-JOIN"];

const searched = (search: (filter: object) => Search): Pick<Listed, "list" | "search"> => ({
  search,
  list: (filter, paging) => searchStatement(search(filter), paging),
});

const lists: readonly Listed[] = [
  {
    table: "events",
    ...searched(eventSearch),
    filters: [
      [{ dataType: "shop/Order", key: "R1" }, "events_record (data_type=? AND key=?"],
      [{ kind: "message.read" }, "events_kind (kind=?"],
      [{ dataType: "shop/Order" }, "events_type (data_type=?"],
    ],
  },
  {
    table: "runs",
    ...searched(runSearch),
    filters: [
      [{ eventId: "evt_1" }, "runs_event (event_id=?"],
      [{ dataType: "shop/Order", key: "R1" }, "runs_record (data_type=? AND key=?"],
      [{ parentRunId: "run_1" }, "runs_parent (parent_run=?"],
      [{ flow: "shop/thank" }, "runs_flow (flow=?"],
      [{ status: "failed" }, "runs_status (status=?"],
      [{ dataType: "shop/Order" }, "runs_type (data_type=?"],
    ],
  },
  {
    table: "effects",
    list: effectListStatement,
    filters: [[{ state: "unknown" }, "effects_state (state=?"]],
  },
  {
    table: "messages",
    ...searched(messageSearch),
    filters: [
      [{ runId: "run_1" }, "messages_run (run_id=?"],
      [{ dataType: "shop/Order", key: "R1" }, "messages_record (data_type=? AND key=?"],
      [{ to: "+16175551212" }, "messages_recipient (recipient=?"],
      [{ status: "failed" }, "messages_status (status=?"],
      [{ dataType: "shop/Order" }, "messages_type (data_type=?"],
    ],
  },
  {
    table: "received",
    ...searched(receivedSearch),
    filters: [
      [{ runId: "run_1" }, "received_run (run_id=?"],
      [{ contact: "+16175551212" }, "received_contact (contact=?"],
    ],
  },
  {
    table: "notifications",
    ...searched(notificationSearch),
    beside: callsOfNotifications,
    filters: [
      [{ runId: "run_1" }, "notifications_run (run_id=?"],
      [{ dataType: "shop/Order", key: "R1" }, "notifications_record (data_type=? AND key=?"],
      [{ flow: "shop/thank" }, "notifications_flow (flow=?"],
      [{ dataType: "shop/Order" }, "notifications_type (data_type=?"],
      [{ level: "error" }, "notifications_level (level=?"],
      [{ state: "new" }, "notifications_state (state=?"],
    ],
  },
  {
    table: "quarantined_records",
    ...searched(quarantineSearch),
    filters: [
      [{ dataType: "shop/Order" }, "quarantined_records_type (data_type=?"],
      [{ state: "held" }, "quarantined_records_state (state=?"],
    ],
  },
  {
    table: "operations",
    list: operationListStatement,
    filters: [[{ state: "running" }, "operations_state (state=?"]],
  },
];
const pagings: readonly Paging[] = [{ limit: 50 }, { cursor: "x_1", limit: 50 }];

describe("SQLite's query plans", () => {
  let thread: DatabaseThread;
  before(async () => {
    thread = await startDatabaseThread({ path: ":memory:", role: "writer", migrationsFolder, maxPages: null });
  });
  after(() => thread.close());

  const planOf = async ({ sql, values }: Statement): Promise<string[]> => {
    const rows = await thread.do({ kind: "read", statement: { sql: `EXPLAIN QUERY PLAN ${sql}`, values } });
    return rows.map(({ detail }) => String(detail));
  };

  for (const { table, list, search, filters, beside = [] } of lists) {
    it(`walk ${table} in the order of their ids when nothing filters`, async () => {
      const key = `${table} USING INDEX sqlite_autoindex_${table}_1`;
      expect(await planOf(list({}, { limit: 50 }))).to.deep.equal([`SCAN ${key}`, ...beside]);
      expect(await planOf(list({}, { cursor: "x_1", limit: 50 }))).to.deep.equal([`SEARCH ${key} (id<?)`, ...beside]);
    });

    it(`find ${table} by each filter through its index, in order`, async () => {
      for (const [filter, index] of filters) {
        const [first, next] = await Promise.all(pagings.map((paging) => planOf(list(filter, paging))));
        expect(first).to.deep.equal([`SEARCH ${table} USING INDEX ${index})`, ...beside]);
        expect(next).to.deep.equal([`SEARCH ${table} USING INDEX ${index} AND id<?)`, ...beside]);
      }
    });

    if (search === undefined) continue;
    it(`find ${table} by several filters through the indexes of all, and rows only that fit the first of them`, async () => {
      for (const { filter, indexes } of combinations(filters)) {
        const asked = search(filter);
        const given = {
          ...asked,
          filters: asked.filters.filter((one) => Object.values(one).some((v) => v !== undefined)),
        };
        const edges = await planOf(edgesStatement(given, "x_1", 400));
        const covering = indexes.map((index) => `SEARCH ${table} USING COVERING INDEX ${index} AND id<?)`);
        expect(edges.filter((line) => line.startsWith("SEARCH"))).to.have.members(covering);
        for (const leading of given.filters.keys()) {
          const piece = { leading, place: "x_1", edge: "a_1", limit: 51 };
          const plan = await planOf(pieceStatement(given, piece, sqliteDialect));
          const [outer, , inner, ...rest] = plan;
          expect(outer, JSON.stringify(filter)).to.match(
            new RegExp(`^SEARCH ${table} USING INDEX ${table}_\\w+ \\(.*=\\? AND id=\\?\\)$`),
          );
          expect(covering).to.include(inner?.replace("id>? AND ", ""));
          expect(rest.filter((line) => !line.startsWith("USE TEMP B-TREE"))).to.deep.equal(beside);
        }
      }
    });
  }

  it("find records of a data type, and by any indexed fields, through an index and in order", async () => {
    const byField = "INDEX record_index_value (data_type=? AND field=? AND value=?";
    for (const paging of pagings) {
      const after = paging.cursor === undefined ? ")" : " AND event_id<?)";
      const all = await planOf(newestRecordsStatement("shop/Order", paging));
      expect(all[0]).to.equal(`SEARCH r USING INDEX records_newest (data_type=?${after}`);
      const one = await planOf(searchStatement(recordSearch({ dataType: "shop/Order", where: { a: "1" } }), paging));
      expect(one[0]).to.equal(`SEARCH record_index USING ${byField}${after}`);
      for (const line of all) expect(line).to.match(/^SEARCH .* USING (COVERING )?INDEX /);
    }
  });

  it("find records by several indexed fields through the index of their values", async () => {
    const byField = "INDEX record_index_value (data_type=? AND field=? AND value=? AND event_id";
    const search = recordSearch({ dataType: "shop/Order", where: { a: "1", b: "2", c: "3" } });
    const edges = await planOf(edgesStatement(search, "x_1", 400));
    const walks = edges.filter((line) => line.startsWith("SEARCH"));
    expect(walks).to.deep.equal(Array(3).fill(`SEARCH record_index USING COVERING ${byField}<?)`));
    const piece = { leading: 1, place: "x_1", edge: "a_1", limit: 51 };
    const [outer, ...others] = await planOf(pieceStatement(search, piece, sqliteDialect));
    expect(outer).to.equal(`SEARCH record_index USING ${byField}=?)`);
    for (const line of others)
      expect(line).to.match(/^(SEARCH .* USING (COVERING )?INDEX |LIST |CORRELATED |USE TEMP)/);
  });

  it("claim, count and release runs through the index of what is due, without a sort", async () => {
    const due = "SEARCH runs USING INDEX runs_due";
    expect(await planOf(claimStatement("ann", { limit: 10, leaseMs: 1, now: start }, sqliteDialect))).to.deep.equal([
      "SEARCH runs USING COVERING INDEX sqlite_autoindex_runs_1 (id=?)",
      "LIST SUBQUERY 4",
      "COMPOUND QUERY",
      "LEFT-MOST SUBQUERY",
      "CO-ROUTINE (subquery-1)",
      `${due} (due_at>? AND due_at<?)`,
      "SCAN (subquery-1)",
      "UNION ALL",
      "CO-ROUTINE (subquery-3)",
      `${due}_later (due_at>? AND due_at<?)`,
      "SCAN (subquery-3)",
    ]);
    expect(await planOf(nextDueStatement())).to.deep.equal([`${due} (due_at>?)`]);
    expect(await planOf(releaseAllStatement(start))).to.deep.equal([`${due} (due_at>?)`]);
    expect(await planOf(releaseOfStatement("ann", start))).to.deep.equal([`${due} (due_at>?)`]);
    expect(await planOf(backlogStatement(start, 10))).to.include.members([
      "SEARCH runs USING COVERING INDEX runs_due (due_at>? AND due_at<?)",
      "SEARCH runs USING COVERING INDEX runs_due_later (due_at>? AND due_at<?)",
    ]);
  });

  it("find single things through one index", async () => {
    const contact = "+16175551212";
    const listening = { channel: "whatsapp", sender: "+15005550006", connection: "shop/twilio", contact } as const;
    const statements = [
      extendStatement("ann", "run_1", start),
      eventOfVersionStatement("shop/Order", "R1", 1),
      effectStatement("eff_1"),
      effectByKeyStatement("one"),
      effectsOfRunStatement("run_1"),
      messageStatement("id", "msg_1"),
      messageStatement("vendor_id", "SM1"),
      messageStatement("effect_id", "eff_1"),
      heldStatement("shop/Order", "key R1"),
      receivedStatement("id", "rcv_1"),
      receivedStatement("vendor_id", "SM1"),
      lastReceivedStatement(listening, start),
      lastReceivedStatement({ ...listening, sender: null }, start),
      matchingStatement("shop/twilio", { id: "HX1", name: null }),
      templateListStatement("shop/twilio"),
      conversationStatement("cnv_1"),
      newestConversationStatement("sms", "+16175551212"),
    ];
    for (const statement of statements) {
      const plan = await planOf(statement);
      expect(plan, statement.sql).to.have.lengthOf(1);
      expect(plan[0]).to.match(/^SEARCH \w+ USING INDEX /);
    }
  });

  it("find a message with the run and the call that sent it through one index each", async () => {
    const known = [
      "SEARCH runs USING INDEX sqlite_autoindex_runs_1 (id=?) LEFT-JOIN",
      "SEARCH effects USING INDEX sqlite_autoindex_effects_1 (id=?) LEFT-JOIN",
    ];
    for (const column of ["vendor_id", "effect_id"] as const) {
      const [first, ...others] = await planOf(sentMessageStatement(column, "1"));
      expect(first).to.match(new RegExp(`^SEARCH messages USING INDEX \\w+ \\(${column}=\\?\\)$`));
      expect(others).to.deep.equal(known);
    }
  });

  it("find issues by each filter through an index, last seen first", async () => {
    const newest = "last_notification_id";
    const find = (filter: object) =>
      Promise.all(pagings.map((paging) => planOf(searchStatement(issueSearch(filter), paging))));
    expect(await find({})).to.deep.equal([
      ["SCAN issues USING INDEX issues_newest"],
      [`SEARCH issues USING INDEX issues_newest (${newest}<?)`],
    ]);
    for (const [filter, index] of [
      [{ level: "error" }, "issues_level (level=?"],
      [{ state: "new" }, "issues_state (state=?"],
    ] as const) {
      expect(await find(filter)).to.deep.equal([
        [`SEARCH issues USING INDEX ${index})`],
        [`SEARCH issues USING INDEX ${index} AND ${newest}<?)`],
      ]);
    }
  });

  it("find conversations by each filter through an index, last received first", async () => {
    const newest = "last_received_id";
    const find = (filter: object) =>
      Promise.all(pagings.map((paging) => planOf(searchStatement(conversationSearch(filter), paging))));
    expect(await find({})).to.deep.equal([
      ["SCAN conversations USING INDEX conversations_newest"],
      [`SEARCH conversations USING INDEX conversations_newest (${newest}<?)`],
    ]);
    for (const [filter, index] of [
      [{ contact: "+16175551212" }, "conversations_contact (contact=?"],
      [{ channel: "sms" }, "conversations_channel (channel=?"],
      [{ state: "open" }, "conversations_state (state=?"],
    ] as const) {
      expect(await find(filter)).to.deep.equal([
        [`SEARCH conversations USING INDEX ${index})`],
        [`SEARCH conversations USING INDEX ${index} AND ${newest}<?)`],
      ]);
    }
  });

  it("find a broadcast's recipients by record, person, run and outcome, in order, and count them on an index", async () => {
    const paging = { limit: 50, cursor: "rcp_1" };
    const wanted: readonly (readonly [Statement, string])[] = [
      [recipientOfRecordStatement("b", "1"), "INDEX broadcast_recipients_record (broadcast_id=? AND key=?)"],
      [recipientOfPersonStatement("b", "+1"), "INDEX broadcast_recipients_person (broadcast_id=? AND recipient=?)"],
      [recipientOfRunStatement("run_1"), "INDEX broadcast_recipients_run (run_id=?)"],
      [recipientListStatement("b", {}, paging), "INDEX broadcast_recipients_list (broadcast_id=? AND id<?)"],
      [
        recipientListStatement("b", { outcome: "sent" }, paging),
        "INDEX broadcast_recipients_outcome (broadcast_id=? AND outcome=? AND id<?)",
      ],
      [
        recipientListStatement("b", { exclusion: "duplicate" }, paging),
        "INDEX broadcast_recipients_exclusion (broadcast_id=? AND exclusion=? AND id<?)",
      ],
      [outcomeCountsStatement("b"), "COVERING INDEX broadcast_recipients_outcome (broadcast_id=?)"],
    ];
    for (const [statement, index] of wanted) {
      expect(await planOf(statement)).to.deep.equal([`SEARCH broadcast_recipients USING ${index}`]);
    }
    expect(await planOf(broadcastListStatement({ state: "running" }, paging))).to.deep.equal([
      "SEARCH broadcasts USING INDEX broadcasts_state (state=? AND id<?)",
    ]);
    expect(await planOf(unfinishedStatement(20))).to.deep.equal(["SCAN broadcasts USING INDEX broadcasts_unfinished"]);
  });

  it("walk an audience in the order of an index, and count it", async () => {
    const of = { after: "evt_1", limit: 100 };
    const plain = await planOf(recordWalkStatement({ dataType: "shop/Order" }, of));
    expect(plain[0]).to.equal("SEARCH r USING INDEX records_newest (data_type=? AND event_id>?)");
    const found = await planOf(recordWalkStatement({ dataType: "shop/Order", where: { city: "x" } }, of));
    expect(found[0]).to.equal(
      "SEARCH found USING INDEX record_index_value (data_type=? AND field=? AND value=? AND event_id>?)",
    );
    for (const plan of [plain, found]) expect(plan.join()).not.to.include("TEMP B-TREE");
    const counted = await planOf(recordCountStatement({ dataType: "shop/Order", where: { city: "x" } }, 10));
    expect(counted.join()).to.include("record_index_value (data_type=? AND field=? AND value=?)");
  });

  it("find what is on record about a contact through its key, and the ledger in order", async () => {
    const contact = "+16175551212";
    expect(await planOf(standingsStatement(contact, "sms"))).to.deep.equal([
      "SEARCH consents USING INDEX sqlite_autoindex_consents_1 (contact=? AND channel=?)",
    ]);
    expect(await planOf(entryListStatement({ contact }, { limit: 50, cursor: "cns_1" }))).to.deep.equal([
      "SEARCH consent_entries USING INDEX consent_entries_contact (contact=? AND id<?)",
    ]);
    expect(await planOf(consentListStatement({ state: "opted-out" }, { limit: 50, cursor: "cns_1" }))).to.deep.equal([
      "SEARCH c USING INDEX consents_last (last_id<?)",
      "SEARCH e USING INDEX sqlite_autoindex_consent_entries_1 (id=?)",
    ]);
  });

  it("find what was written to and fro through the contact or the conversation, in order", async () => {
    const correspondent = { connection: "shop/twilio", channel: "sms", contact: "+16175551212" } as const;
    const conversation = sampleConversation();
    const wanted: readonly (readonly [Statement, string])[] = [
      [newestToStatement(correspondent, 20), "SEARCH messages USING INDEX messages_recipient (recipient=?)"],
      [
        newestFromStatement(correspondent, "msg_1", 20),
        "SEARCH received USING INDEX received_contact (contact=? AND id>?)",
      ],
      [
        sentInStatement(conversation, { limit: 50 }),
        "SEARCH messages USING INDEX messages_recipient (recipient=? AND id>? AND id<?)",
      ],
      [
        receivedInStatement("cnv_1", { limit: 50, cursor: "1" }),
        "SEARCH received USING INDEX received_conversation (conversation_id=? AND id<?)",
      ],
    ];
    for (const [statement, plan] of wanted) expect(await planOf(statement)).to.deep.equal([plan]);
  });

  it("walk spans, and look for what is open, through one index and in order", async () => {
    const span = { from: start, until: start, after: null, limit: 10 };
    const of = { parentRunId: "a", stepId: "b" };
    const wanted: readonly (readonly [Statement, string])[] = [
      [eventsBetweenStatement(null, span), "SEARCH events USING INDEX sqlite_autoindex_events_1 (id>? AND id<?)"],
      [eventsBetweenStatement("a", span), "SEARCH events USING INDEX events_type (data_type=? AND id>? AND id<?)"],
      [newestEventStatement("a"), "SEARCH events USING INDEX events_type (data_type=?)"],
      [eventByDedupeKeyStatement("a"), "SEARCH events USING INDEX events_dedupe_key (dedupe_key=?)"],
      [failedRunsStatement(span), "SEARCH runs USING INDEX runs_status (status=? AND id>? AND id<?)"],
      [
        olderOpenRunsStatement(sampleRun(), 20),
        "SEARCH runs USING INDEX runs_open (flow=? AND data_type=? AND key=? AND id<?)",
      ],
      [itemCountsStatement(of), "SEARCH runs USING COVERING INDEX runs_items (parent_run=? AND parent_step=?)"],
      [
        badItemsStatement(of, start, 9),
        "SEARCH runs USING INDEX runs_items (parent_run=? AND parent_step=? AND status=?)",
      ],
      [
        keptItemsStatement(of, 0),
        "SEARCH run_items USING INDEX sqlite_autoindex_run_items_1 (run_id=? AND step_id=? AND batch=?)",
      ],
      [openRunsOfEventStatement("evt_1"), "SEARCH runs USING INDEX runs_event (event_id=?)"],
      [strandedStatement(10), "SCAN runs USING INDEX runs_stranded"],
    ];
    for (const [statement, plan] of wanted) expect(await planOf(statement)).to.deep.equal([plan]);
  });

  it("look for an older open effect by its place, and up to the effect that asks", async () => {
    const place = { connection: "shop/twilio", recipient: "+16175551212" };
    expect(await planOf(olderOpenEffectStatement(place, "eff_1"))).to.deep.equal([
      "SEARCH effects USING INDEX sqlite_autoindex_effects_1 (id=?)",
      "SCALAR SUBQUERY 1",
      "SEARCH effects USING INDEX effects_open (connection=? AND recipient=? AND id<?)",
    ]);
  });

  it("look for abandoned effects through the index of their state, oldest first, and ask each run by its id", async () => {
    expect(await planOf(abandonedEffectsStatement("started", start, 50))).to.deep.equal([
      "SEARCH effects USING INDEX effects_state (state=?)",
      "SEARCH runs EXISTS USING INDEX sqlite_autoindex_runs_1 (id=?)",
    ]);
  });

  it("look at what is old through indexes only, whatever there is beside it", async () => {
    const cutoffs = { succeeded: start, failed: start, payload: start, answers: start };
    const statement = eventFactsStatement({ stage: "events", cutoffs, now: start, after: "evt_1" }, 100);
    const plan = await planOf(statement!);
    expect(plan.filter((line) => line.startsWith("SEARCH"))).to.have.length.greaterThan(8);
    for (const line of plan) expect(line).to.match(/^(SEARCH .* USING |(CORRELATED )?SCALAR SUBQUERY)/);
    expect(plan.join("\n")).to.include("effects_doubt (recipient=? AND connection=?)");
  });

  it("count what was made in a span along the order of ids: the rest of the table is not looked at", async () => {
    const until = new Date(start.getTime() + 1_000);
    // Flow by flow, or all flows at once.
    const ofSpan = /^SEARCH \w+ USING INDEX \w+ \((ANY\(flow\) AND )?id>\? AND id<\?\)$/;
    expect((await planOf(runCountsStatement(start, until)))[0]).to.match(ofSpan);
    expect((await planOf(messageCountsStatement(start, until)))[0]).to.match(ofSpan);
    expect((await planOf(recordCountsStatement(start, until)))[0]).to.equal(
      "SEARCH events USING INDEX events_kind (kind=? AND id>? AND id<?)",
    );
    expect(await planOf(hoursStatement(start, until))).to.deep.equal([
      "SEARCH hourly_counts USING INDEX sqlite_autoindex_hourly_counts_1 (hour>? AND hour<?)",
    ]);
    expect((await planOf(unknownStatement(10)))[1]).to.equal(
      "SEARCH effects USING COVERING INDEX effects_state (state=?)",
    );
  });

  it("never go through a whole table to change something", async () => {
    const [effect, run, record] = [sampleEffect(), sampleRun(), sampleQuarantined()];
    const changes: readonly Change[] = [
      { kind: "run-advanced", run },
      { kind: "run-reopened", run },
      { kind: "run-listens", run, topics: ["a"], againAt: start },
      { kind: "run-listens-no-more", runId: "run_1" },
      { kind: "runs-woken", topics: ["a", "b"], at: start },
      { kind: "effect-moved", effect },
      { kind: "effect-restarted", effect, from: "refused" },
      { kind: "notification-moved", id: "ntf_1", state: "resolved", at: start },
      { kind: "notifications-resolved", runId: "run_1", eventId: "evt_1", at: start },
      { kind: "issue-moved", fingerprint: "a", state: "resolved", at: start },
      { kind: "quarantine-moved", record },
      { kind: "quarantine-repeated", record },
      { kind: "notification-repeated", id: "ntf_1", fingerprint: "a", cause: "again", at: start },
      { kind: "conversation-joined", id: "cnv_1", receivedId: sampleReceived().id, receivedAt: start },
      { kind: "conversation-moved", id: "cnv_1", state: "closed", at: start },
      { kind: "conversation-moved", id: "cnv_1", state: "open", at: start },
    ];
    for (const write of changes.flatMap((change) => toWrites(change, sqliteDialect))) {
      const plan = await planOf(write);
      for (const line of plan) expect(line, write.sql).to.match(/^(SEARCH .* USING |LIST SUBQUERY|CORRELATED )/);
    }
  });

  it("are the same in the thread that reads, and after a reopening", async () => {
    await using temp = await tempStore();
    await (await temp.open()).close();
    const reader = await startDatabaseThread({ path: temp.path, role: "reader", migrationsFolder, maxPages: null });
    const filter = { runId: "run_1" } as const;
    const { sql, values } = searchStatement(notificationSearch(filter), { limit: 50 });
    const rows = await reader.do({ kind: "read", statement: { sql: `EXPLAIN QUERY PLAN ${sql}`, values } });
    await reader.close();
    expect(rows.map(({ detail }) => detail)).to.deep.equal([
      "SEARCH notifications USING INDEX notifications_run (run_id=?)",
      ...callsOfNotifications,
    ]);
  });

  it("know every index: none is without an estimate", async () => {
    const read = (sql: string) => thread.do({ kind: "read", statement: { sql, values: [] } });
    const definitions = "'schema_migrations', 'collections', 'flow_versions', 'flows', 'schedules', 'answers'";
    const indexes = await read(
      `SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name NOT IN (${definitions})`,
    );
    const estimated = await read("SELECT idx FROM sqlite_stat1");
    expect(estimated.map(({ idx }) => idx)).to.have.members(indexes.map(({ name }) => name));
  });
});

/** Every choice of two or more filters, with their indexes; a data type with a key is one filter, not two. */
function combinations(filters: Listed["filters"]): { filter: object; indexes: string[] }[] {
  return Array.from({ length: 2 ** filters.length }, (_, bits) => filters.filter((_, place) => (bits >> place) & 1))
    .filter((chosen) => chosen.length > 1 && chosen.filter(([filter]) => "dataType" in filter).length < 2)
    .map((chosen) => ({
      filter: Object.assign({}, ...chosen.map(([filter]) => filter)),
      indexes: chosen.map(([, index]) => index),
    }));
}
