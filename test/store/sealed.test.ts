import { expect } from "chai";
import type { Store } from "../../src/core/store.js";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.js";
import { peopleColumns } from "../../src/store/sql/people/columns.js";
import type { Row } from "../../src/store/sql/statement.js";
import { perform, sharedPostgresServer } from "../../testing/postgres-server.js";
import { storeContract } from "./contract.js";
import { consentContract } from "./contract-consent.js";
import { findingContract } from "./contract-finding.js";
import { mergeContract } from "./contract-merges.js";
import { recordContract } from "./contract-records.js";
import { roundTripContract } from "./contract-round-trips.js";
import { wakingContract } from "./contract-waking.js";
import { emptyAll, postgresMigrations } from "./postgres-parts.js";
import { clearValues, sealing } from "./sealed-parts.js";
import { rowsBeside, tempStore } from "./temp-store.js";

/** Looks at every value when the store is closed: whatever the contract has written is sealed. */
function watched(store: Store, look: () => Promise<readonly string[]>, done: () => Promise<void>): Store {
  return {
    ...store,
    close: async () => {
      const clear = await look();
      await done();
      expect(clear).to.deep.equal([]);
    },
  };
}

storeContract("SQLite with people sealed", async (): Promise<Store> => {
  const temp = await tempStore();
  const store = await temp.open({ people: sealing });
  const look = () => clearValues(async (sql) => rowsBeside(temp.path, sql));
  return watched(store, look, async () => temp[Symbol.asyncDispose]());
});

/** Where PostgreSQL's statements are its own: several rows in one, what is merged, its phrases. The rest is as on SQLite. */
const ownParts = [mergeContract, recordContract, wakingContract, findingContract, consentContract, roundTripContract];

let contractUrl = "";
const openSealed = async (): Promise<Store> => {
  if (contractUrl === "") contractUrl = await (await sharedPostgresServer()).createDatabase();
  else await perform(contractUrl, emptyAll);
  const store = await openPostgresStore({ url: contractUrl, migrationsFolder: postgresMigrations, people: sealing });
  const look = () => clearValues(async (sql) => (await perform(contractUrl, sql)).rows as Row[]);
  return watched(store, look, () => store.close());
};
storeContract("PostgreSQL with people sealed", openSealed, ownParts);

/** What of each table says nothing about anybody: ids, states, kinds, names of flows and connections, definitions, settings, what is sealed anyway. */
const clearColumns: Readonly<Record<string, string>> = {
  api_keys: "id prefix hash role data_types",
  attachment_pieces: "attachment_id",
  attachments: "id received_id connection channel stated_type content_type state vendor_copy notice_id",
  audit_anchors: "name id",
  audit_entries: "id actor_kind actor_role action outcome code",
  breakers: "connection",
  broadcast_recipients: "id broadcast_id run_id outcome exclusion code",
  broadcasts: "id flow flow_hash state cursor excluded estimate",
  collection_versions: "name integrity version files origin signature",
  collections: "name collection hash parameters sealed_secrets hook_secrets integrity",
  connection_checks: "connection health found",
  connection_switches: "connection",
  consent_entries: "id channel scope state how message_id event_id",
  consents: "channel scope stop_id start_id out_id in_id last_id",
  conversations: "id channel state last_received_id",
  daily_counts: "subject day told_day",
  definition_changes: "name stamp",
  effects: "id key run_id step_id connection endpoint on_repeat state",
  events: "id kind data_type caused_by_run",
  flow_versions: "hash version",
  flows: "name",
  hourly_counts: "counts",
  issues: "level state code flow last_notification_id",
  leases: "name holder",
  message_checks: "message_id purpose notice_id",
  messages: "id effect_id run_id flow connection data_type channel status error_code service price_currency",
  notifications: "id level state code flow run_id event_id message_id data_type effect_id",
  operations: "id state cursor",
  overlays: "collection file base mine",
  paces: "connection",
  past_checks: "id connection occasion health concerns",
  people_seals: "name state data_key",
  processes: "name role version",
  publishers: "key name",
  quarantined_records: "id data_type state event_id",
  received: "id connection channel opt_out conversation_id event_id message_id run_id data_type",
  record_index: "data_type field event_id",
  records: "data_type event_id",
  run_items: "run_id step_id",
  run_topics: "run_id",
  runs: "id flow flow_hash event_id data_type status leased_by parent_run parent_step path",
  schedules: "flow",
  setup_tokens: "hash",
  sign_in_attempts: "place",
  template_lists: "connection failure",
  templates: "connection id name language form body approval",
  turns: "effect_id run_id",
  user_sessions: "id hash user_id",
  users: "id role password factor",
  walks: "name place",
  write_lanes: "lane",
};

describe("The columns about people", () => {
  it("and those that are not are all there are", async () => {
    await using temp = await tempStore();
    await temp.open();
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    const unsaid = rowsBeside(temp.path, sql).flatMap(({ name }) => {
      const table = String(name);
      const said = [...Object.keys(peopleColumns[table] ?? {}), ...(clearColumns[table] ?? "").split(" ")];
      return rowsBeside(temp.path, `PRAGMA table_info(${table})`)
        .filter(({ type }) => type === "TEXT")
        .map((column) => String(column.name))
        .filter((column) => !said.includes(column))
        .map((column) => `${table}.${column}`);
    });
    expect(unsaid).to.deep.equal([]);
  });
});
