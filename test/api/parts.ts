import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Installer, InstallRequest } from "../../src/collections/installer.js";
import type { Catalog, InstalledFlow, OpenConnection } from "../../src/core/catalog.js";
import type { Collection, InstalledCollection } from "../../src/core/collection.js";
import type { Connection, WebhookRequest } from "../../src/core/connector.js";
import { type DataType, indexedValues, keyOf } from "../../src/core/data-type.js";
import type { Effect } from "../../src/core/effect.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { Event } from "../../src/core/event.js";
import type { TranslatorDefinition } from "../../src/core/flow.js";
import { canonicalJson, type JsonObject, mergePatch } from "../../src/core/json.js";
import type { Message, MessageReport } from "../../src/core/message.js";
import type { Notification } from "../../src/core/notification.js";
import type { StoredRecord } from "../../src/core/record.js";
import type { Run } from "../../src/core/run.js";
import type { Change, KeptAnswer, Page, Paging, Store } from "../../src/core/store.js";
import type { Accepted, Engine, Push } from "../../src/engine/engine.js";

/** What the tests of the API work with besides the API: scripted stand-ins, each typed against its port. */
export interface TestParts {
  readonly engine: Engine;
  readonly store: Store;
  readonly installer: Installer;
  /** Everything `engine.report` was given. */
  readonly reports: MessageReport[];
  /** Every webhook request a connection received. */
  readonly received: WebhookRequest[];
  /** How often the engine was asked to take a record. */
  accepts(): number;
  /** Whether the store answers; it does until told otherwise. */
  setStoreAvailable(available: boolean): void;
  /** Makes the next accepted push fail with this. */
  failNext(error: unknown): void;
  /** Keeps pushes waiting until the function it gives is called. */
  holdPushes(): () => void;
}

interface Definitions {
  readonly dataTypes: readonly Omit<DataType, "validate">[];
  readonly translators: readonly TranslatorDefinition[];
  readonly flows: readonly InstalledFlow[];
  readonly collections: readonly Collection[];
  readonly parameters: Readonly<Record<string, JsonObject>>;
}

interface Stored {
  readonly run: Run;
  readonly effect: Effect;
  readonly message: Message;
  readonly notification: Notification;
  readonly report: MessageReport;
}

/** Secret part of the test connection's webhook address. */
export const HOOK_SECRET = "s3cret-of-the-hook";
export const ACCOUNT_SID = "AC00000000000000000000000000000001";

/** Opens the stand-ins with one order-to-SMS installation in them. */
export async function openParts(): Promise<TestParts> {
  const definitions = (await readFixture("definitions.json")) as Definitions;
  const stored = (await readFixture("stored.json")) as Stored;
  const received: WebhookRequest[] = [];
  const installer = scriptedInstaller(definitions, scriptedConnection(received, stored.report));
  const state = new Memory(stored);
  const { engine, ...controls } = scriptedEngine(state, installer);
  return {
    ...{ engine, installer, received, ...controls },
    store: state.port(),
    setStoreAvailable: (available) => {
      state.available = available;
    },
  };
}

async function readFixture(name: string): Promise<unknown> {
  const text = await readFile(new URL(`../../../test/fixtures/api/${name}`, import.meta.url), "utf8");
  return JSON.parse(text, (key, value) => (key.endsWith("At") && value !== null ? new Date(value) : value));
}

function scriptedConnection(received: WebhookRequest[], report: MessageReport): OpenConnection {
  const unused = () => {
    throw new Error("the API makes no calls");
  };
  const connection: Connection = {
    ...{ prepare: unused, send: unused, close: async () => undefined },
    receive(webhook, request) {
      received.push(request);
      if (webhook !== "status") throw new PatchbayError("WEBHOOK_UNKNOWN", `There is no webhook ${webhook}`);
      if (request.headers["x-twilio-signature"] !== "right") {
        throw new PatchbayError("SIGNATURE_INVALID", "The signature does not match");
      }
      return [report];
    },
  };
  const connector = { key: "twilio", title: "Twilio", settings: {}, endpoints: [], open: unused };
  return { name: "twilio/twilio", connector, connection, hookSecret: HOOK_SECRET };
}

function scriptedInstaller(definitions: Definitions, connection: OpenConnection): Installer {
  const flows = definitions.flows.map((flow) => ({ ...flow }));
  const installed: InstalledCollection[] = [];
  const dataTypes = definitions.dataTypes.map(
    (type): DataType => ({ ...type, validate: (record) => missing(type, record) }),
  );
  const byName = <T extends { name: string }>(all: readonly T[], name: string) =>
    all.find((one) => one.name === name) ?? null;
  const catalog: Catalog = {
    dataType: (name) => byName(dataTypes, name),
    translator: (name) => byName(definitions.translators, name),
    flow: (name) => flows.find(({ version }) => version.flow.name === name) ?? null,
    flowsFor: () => flows,
    connection: (name) => (name === connection.name ? connection : null),
    parameters: (collection) => definitions.parameters[collection ?? ""] ?? {},
    dataTypes: () => dataTypes,
    translators: () => definitions.translators,
    flows: () => flows,
    connections: () => [connection],
  };
  const install = async ({ name, parameters }: InstallRequest): Promise<InstalledCollection> => {
    const collection = definitions.collections.find((one) => one.name === name);
    if (collection === undefined) {
      const problems = [
        { path: "/name", message: "is required", file: "collection.yaml", remedy: "Name it", severity: "error" },
      ];
      throw new PatchbayError("COLLECTION_INVALID", "collection.yaml /name is required", { problems });
    }
    const { hookSecrets, sealedSecrets } = { hookSecrets: {}, sealedSecrets: "sealed" };
    const done = { collection, hash: "c1", parameters, sealedSecrets, hookSecrets, installedAt: new Date() };
    installed.splice(0, installed.length, ...installed.filter((one) => one.collection.name !== name), done);
    return done;
  };
  return {
    install,
    catalog: () => catalog,
    shipped: async () => definitions.collections,
    installed: async () => [...installed],
    check: () => ({ collection: null, problems: [] }),
    localProblems: () => [],
    close: async () => {},
    async activate(name, active) {
      const index = flows.findIndex(({ version }) => version.flow.name === name);
      flows[index] = { ...flows[index]!, active };
      return active ? ["Another active flow texts the same customer"] : [];
    },
    async tryTranslator(name, input) {
      if (catalog.translator(name) === null) throw new PatchbayError("TRANSLATOR_UNKNOWN", `There is no ${name}`);
      return { output: { phone: input }, problems: [{ path: "/message", message: "is required" }] };
    },
  };
}

function missing({ schema }: Pick<DataType, "schema">, record: JsonObject) {
  const required = (schema.required ?? []) as string[];
  return required.filter((name) => !(name in record)).map((name) => ({ path: `/${name}`, message: "is required" }));
}

function scriptedEngine(state: Memory, installer: Installer) {
  let failure: unknown = null;
  let gate: Promise<void> = Promise.resolve();
  let accepts = 0;
  const reports: MessageReport[] = [];
  const accept = async ({ dataType: name, document }: Push): Promise<Accepted> => {
    accepts += 1;
    await gate;
    const thrown = failure;
    failure = null;
    if (thrown !== null) throw thrown;
    state.check();
    const dataType = installer.catalog().dataType(name);
    if (dataType === null) throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${name}`);
    const problems = dataType.validate(document);
    if (problems.length > 0) throw new PatchbayError("RECORD_INVALID", "The record is not valid", { problems });
    const key = keyOf(dataType, document) ?? "made-up";
    const decisions = installer
      .catalog()
      .flows()
      .filter(({ version }) => version.flow.on.kind === "record" && version.flow.on.dataType === name)
      .map(({ active, version }) => ({
        flow: version.flow.name,
        verdict: active ? ("fired" as const) : ("inactive" as const),
        reason: active ? "the record is new" : "the flow is switched off",
        runId: active ? "run_1" : null,
      }));
    return state.write(dataType, { key, document, decisions });
  };
  const engine: Engine = {
    accept,
    async patch(dataType, key, patch) {
      const before = await state.require(dataType, key);
      return accept({ dataType, document: mergePatch(before.document, patch) as JsonObject });
    },
    async remove(dataType, key) {
      const { version } = await state.require(dataType, key);
      state.records.delete(`${dataType} ${key}`);
      return { verdict: "deleted", dataType, key, version: version + 1, eventId: "evt_9", decisions: [] };
    },
    async report(report) {
      state.check();
      reports.push(report);
    },
    ...{ tick: async () => 0, idle: async () => undefined, start: async () => undefined, stop: async () => undefined },
  };
  const holdPushes = () => {
    const waiting = new EventEmitter();
    gate = once(waiting, "release").then(() => undefined);
    return () => void waiting.emit("release");
  };
  const failNext = (error: unknown) => {
    failure = error;
  };
  return { engine, reports, accepts: () => accepts, failNext, holdPushes };
}

/** What the stand-ins remember. */
class Memory {
  available = true;
  readonly records = new Map<string, StoredRecord & { indexed: Record<string, string> }>();
  readonly versions = new Map<string, number>();
  readonly events: Event[] = [];
  readonly answers = new Map<string, KeptAnswer>();
  private notification: Notification;

  constructor(private readonly stored: Stored) {
    this.notification = stored.notification;
  }

  check(): void {
    if (!this.available) throw new PatchbayError("STORE_UNAVAILABLE", "The disk is full");
  }

  async require(dataType: string, key: string): Promise<StoredRecord> {
    const found = this.records.get(`${dataType} ${key}`);
    if (found === undefined) throw new PatchbayError("RECORD_UNKNOWN", `There is no ${dataType} ${key}`);
    return found;
  }

  write(
    dataType: DataType,
    { key, document, decisions }: Pick<Event, "decisions"> & { key: string; document: JsonObject },
  ): Accepted {
    const id = `${dataType.name} ${key}`;
    const before = this.records.get(id);
    const version = (this.versions.get(id) ?? 0) + 1;
    const same = before !== undefined && canonicalJson(before.document) === canonicalJson(document);
    if (same)
      return { verdict: "unchanged", dataType: dataType.name, key, version: version - 1, eventId: null, decisions: [] };
    const verdict = before === undefined ? "created" : "updated";
    const eventId = `evt_${this.events.length + 1}`;
    const createdAt = new Date("2026-11-21T09:00:00Z");
    this.events.push({
      ...{ id: eventId, shard: 1, kind: `record.${verdict}`, dataType: dataType.name, key, version, payload: document },
      ...{ causedByRun: null, depth: 0, dedupeKey: null, decisions, createdAt },
    });
    const indexed = indexedValues(dataType, document);
    this.records.set(id, { dataType: dataType.name, key, version, document, eventId, updatedAt: createdAt, indexed });
    this.versions.set(id, version);
    return { verdict, dataType: dataType.name, key, version, eventId, decisions };
  }

  port(): Store {
    const { run, effect, message } = this.stored;
    const none = () => {
      throw new Error("the API does not need this");
    };
    const ready = <T>(value: T): Promise<T> => {
      this.check();
      return Promise.resolve(value);
    };
    return {
      commit: async (changes) => {
        this.check();
        for (const change of changes) this.apply(change);
      },
      records: {
        get: async (dataType, key) => ready(this.records.get(`${dataType} ${key}`) ?? null),
        version: async (dataType, key) => ready(this.versions.get(`${dataType} ${key}`) ?? 0),
        list: async ({ dataType, where = {} }, paging) => {
          const all = [...this.records.values()].filter((one) => one.dataType === dataType && fits(one.indexed, where));
          return ready(
            cut(
              all.map((one) => ({ ...one, id: one.key })),
              paging,
            ),
          );
        },
      },
      events: {
        get: async (id) => ready(this.events.find((one) => one.id === id) ?? null),
        list: async (filter, paging) =>
          ready(
            cut(
              this.events.filter((one) => fits(one, filter)),
              paging,
            ),
          ),
        ofVersion: none,
      },
      runs: {
        get: async (id) => ready(id === run.id ? run : null),
        list: async (filter, paging) =>
          ready(
            cut(
              [run].filter((one) => fits(one, filter)),
              paging,
            ),
          ),
        ...{ claim: none, extend: none, releaseAll: none, nextDueAt: none, backlog: none },
      },
      effects: {
        listOfRun: async (runId) => ready(runId === effect.runId ? [effect] : []),
        ...{ get: none, getByKey: none, list: none },
      },
      messages: {
        get: async (id) => ready(id === message.id ? message : null),
        getByVendorId: async (id) => ready(id === message.vendorId ? message : null),
        getByEffect: none,
        list: async (filter, paging) =>
          ready(
            cut(
              [message].filter((one) => fits(one, filter)),
              paging,
            ),
          ),
      },
      notifications: {
        get: async (id) => ready(id === this.notification.id ? this.notification : null),
        list: async (filter, paging) =>
          ready(
            cut(
              [this.notification].filter((one) => fits(one, filter)),
              paging,
            ),
          ),
      },
      collections: { list: none, get: none },
      flows: { active: none, version: none },
      answers: { get: async (key) => ready(this.answers.get(key) ?? null) },
      exclusive: true,
      check: () => ready(undefined),
      close: async () => undefined,
    };
  }

  private apply(change: Change): void {
    if (change.kind === "answer-kept") this.answers.set(change.answer.key, change.answer);
    else if (change.kind === "notification-moved") {
      this.notification = { ...this.notification, state: change.state, updatedAt: change.at };
    } else throw new Error(`the API does not commit ${change.kind}`);
  }
}

function fits(thing: object, filter: object): boolean {
  const values = thing as Record<string, unknown>;
  return Object.entries(filter).every(([name, value]) => value === undefined || values[name] === value);
}

function cut<T extends { readonly id: string }>(all: readonly T[], { cursor, limit }: Paging): Page<T> {
  const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
  const items = all.slice(start, start + limit);
  return { items, next: start + limit < all.length ? (items.at(-1)?.id ?? null) : null };
}
