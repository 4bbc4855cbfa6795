import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import type {
  ContentRequest,
  Installer,
  InstallRequest,
  JustInstalled,
  Undertaking,
} from "../../src/collections/installer.js";
import type { AvailableCollection } from "../../src/collections/source/available-collection.js";
import type { Catalog, InstalledFlow, OpenConnection } from "../../src/core/catalog.js";
import type { Change } from "../../src/core/change.js";
import type { Collection, InstalledCollection, Origin, TrustedPublisher } from "../../src/core/collection.js";
import type { Connection, WebhookRequest } from "../../src/core/connector.js";
import { type DataType, keyOf } from "../../src/core/data-type.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { TranslatorDefinition } from "../../src/core/flow.js";
import { type JsonObject, mergePatch } from "../../src/core/json.js";
import type { MessageReport } from "../../src/core/message.js";
import type { Store } from "../../src/core/store.js";
import type { Accepted, Engine, Push } from "../../src/engine/engine.js";
import { Memory, type Stored } from "./memory.js";
import { scriptedCare } from "./scripted-care.js";
import { scriptedOperator } from "./scripted-operator.js";
import { scriptedPlans } from "./scripted-plans.js";

/** What the tests of the API work with besides the API: scripted stand-ins, each typed against its port. */
export interface TestParts {
  readonly engine: Engine;
  readonly store: Store;
  readonly installer: Installer;
  /** What the stand-ins remember; tests may add to it. */
  readonly memory: Memory;
  /** What the engine was asked to do by an operator, in order. */
  readonly asked: readonly unknown[];
  /** What was stored with the switching of connections. */
  readonly alongside: readonly Change[];
  /** Everything that was planned or applied, in order. */
  readonly undertaken: readonly Undertaking[];
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
  /** Takes so many pushes more, and turns the rest away with this. */
  failAfter(pushes: number, error: unknown): void;
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

/** Secret part of the test connection's webhook address. */
export const HOOK_SECRET = "s3cret-of-the-hook";
/** Who has signed everything that the test installer reads. */
export const PUBLISHER = "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
export const INTEGRITY = `sha512-${"A".repeat(86)}==`;
export const ACCOUNT_SID = "AC00000000000000000000000000000001";

/** Opens the stand-ins with one order-to-SMS installation in them. */
export async function openParts(): Promise<TestParts> {
  const definitions = (await readFixture("definitions.json")) as Definitions;
  const stored = (await readFixture("stored.json")) as Stored;
  const received: WebhookRequest[] = [];
  const alongside: Change[] = [];
  const undertaken: Undertaking[] = [];
  const installer = scriptedInstaller(definitions, scriptedConnection(received, stored.report), {
    ...{ kept: alongside, undertaken },
  });
  const state = new Memory(stored);
  const { engine, ...controls } = scriptedEngine(state, installer);
  return {
    ...{ engine, installer, received, alongside, undertaken, memory: state, ...controls },
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
    ...{ send: unused, find: unused, close: async () => undefined },
    prepare: (_endpoint, { to, body }) => {
      if (typeof to !== "string") throw new PatchbayError("PHONE_MISSING", "There is no phone number in `to`");
      const message = {
        channel: "sms",
        from: null,
        service: null,
        to,
        body: String(body),
        segments: 2,
        media: [],
      } as const;
      return { request: {}, recipient: to, message, validForMs: null, price: { amount: 0.0166, currency: "USD" } };
    },
    receive(webhook, request) {
      received.push(request);
      if (webhook !== "status") throw new PatchbayError("WEBHOOK_UNKNOWN", `There is no webhook ${webhook}`);
      if (request.headers["x-twilio-signature"] !== "right") {
        throw new PatchbayError("SIGNATURE_INVALID", "The signature does not match");
      }
      return { reports: [report], messages: [], ignored: null, answer: null };
    },
  };
  const sending = { key: "send-message", title: "Send", onRepeat: "duplicate", findable: true } as const;
  const endpoints = [{ ...sending, payload: { type: "object" } }];
  const connector = { key: "twilio", title: "Twilio", settings: {}, endpoints, webhooks: [], open: unused };
  return { name: "twilio/twilio", connector, connection, hookSecret: HOOK_SECRET, maxPerSecond: null };
}

function scriptedInstaller(
  definitions: Definitions,
  only: OpenConnection,
  { kept, undertaken }: { readonly kept: Change[]; readonly undertaken: Undertaking[] },
): Installer {
  let connection = only;
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
  const trusted = new Map<string, TrustedPublisher>();
  const originOf = (request: ContentRequest): Origin => {
    const source = request.source ?? request.name ?? request.from ?? "files";
    return { source, resolved: source, integrity: INTEGRITY, version: "1.0.0", publisher: PUBLISHER };
  };
  const needsTrust = ({ source }: ContentRequest) => source !== undefined && !trusted.has(PUBLISHER);
  const install = async (request: InstallRequest): Promise<JustInstalled> => {
    const { source, name = source, parameters } = request;
    if (needsTrust(request) && !request.acceptUnsigned) throw new PatchbayError("COLLECTION_UNSIGNED", "Not trusted");
    const collection = definitions.collections.find((one) => one.name === name);
    if (collection === undefined) {
      const problems = [
        { path: "/name", message: "is required", file: "collection.yaml", remedy: "Name it", severity: "error" },
      ];
      throw new PatchbayError("COLLECTION_INVALID", "collection.yaml /name is required", { problems });
    }
    const { hookSecrets, sealedSecrets } = { hookSecrets: {}, sealedSecrets: "sealed" };
    const installedAt = new Date();
    const origin = originOf(request);
    const integrity = INTEGRITY;
    const done = { collection, hash: "c1", parameters, sealedSecrets, hookSecrets, integrity, installedAt, origin };
    installed.splice(0, installed.length, ...installed.filter((one) => one.collection.name !== name), done);
    return done;
  };
  return {
    install,
    ...scriptedPlans({ installed, install, undertaken }),
    catalog: () => catalog,
    shipped: async () => definitions.collections,
    installed: async () => [...installed],
    check: () => ({ collection: null, problems: [] }),
    localProblems: () => [],
    definitionFile: async ({ name }) => {
      const collection = name.split("/")[0] ?? "";
      return { ...{ file: `${name}.yaml`, collection, text: "a", hash: "h", published: "a" }, changedAt: new Date(0) };
    },
    checkDefinition: async () => ({ problems: [], flow: null }),
    tryExpression: async () => ({ value: 1, failure: null }),
    editLocal: async () => {},
    leftOut: () => [],
    refresh: async () => {},
    secrets: async () => [{ collection: "twilio", parameters: ["authToken"], sealedBy: "current" }],
    setSecret: async () => {},
    reseal: async () => ({ resealed: ["twilio"], unreadable: [] }),
    close: async () => {},
    examine: async (request) => ({
      ...{ collection: definitions.collections[0] ?? null, problems: [], origin: originOf(request) },
      publisher: trusted.get(PUBLISHER) ?? null,
      needsTrust: needsTrust(request),
    }),
    content: async (request) => ({ files: request.files ?? {}, origin: originOf(request), signature: null }),
    publication: async () => {
      throw new Error("what is published is tested on a whole Patchbay");
    },
    search: async (words) => ({
      collections: definitions.collections.filter(({ name }) => name.includes(words)).map(toAvailable),
      unreadable: [{ index: "https://example.com/index.json", message: "It does not answer" }],
    }),
    publishers: {
      list: async () => [...trusted.values()],
      trust: async ({ key, name }) => {
        const publisher = { key, name, trustedAt: new Date() };
        trusted.set(key, publisher);
        return publisher;
      },
      distrust: async (key) => {
        const publisher = trusted.get(key);
        if (publisher === undefined) throw new PatchbayError("PUBLISHER_UNKNOWN", `Nobody is ${key}`);
        trusted.delete(key);
        return publisher;
      },
    },
    async switchConnection(switched, alongside) {
      const { off: _off, ...rest } = connection;
      connection = switched.active ? rest : { ...rest, off: switched };
      kept.push(...alongside);
    },
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

function toAvailable({ name, version, title, summary }: Collection): AvailableCollection {
  const unsaid = { category: null, publisher: null, deprecated: null, publishedAt: null, index: null };
  return { name, version, title, summary, versions: [version], key: PUBLISHER, ...unsaid };
}

function missing({ schema }: Pick<DataType, "schema">, record: JsonObject) {
  const required = (schema.required ?? []) as string[];
  return required.filter((name) => !(name in record)).map((name) => ({ path: `/${name}`, message: "is required" }));
}

function scriptedEngine(state: Memory, installer: Installer) {
  let failure: unknown = null;
  let gate: Promise<void> = Promise.resolve();
  let accepts = 0;
  let room = Number.POSITIVE_INFINITY;
  let turnedAway: unknown = null;
  const reports: MessageReport[] = [];
  const accept = async ({ dataType: name, document }: Push): Promise<Accepted> => {
    accepts += 1;
    await gate;
    const thrown = failure;
    failure = null;
    if (thrown !== null) throw thrown;
    if (accepts > room) throw turnedAway;
    state.check();
    const dataType = installer.catalog().dataType(name);
    if (dataType === null) throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${name}`);
    const problems = dataType.validate(document);
    if (problems.length > 0 && dataType.quarantine) return state.hold(dataType, { document, problems });
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
  const { operator, asked } = scriptedOperator(state, { accept, installer });
  const engine: Engine = {
    ...operator,
    connections: scriptedCare(state),
    accept,
    async deliver() {
      state.check();
    },
    async patch(dataType, key, patch) {
      const before = await state.require(dataType, key);
      return accept({ dataType, document: mergePatch(before.document, patch) as JsonObject });
    },
    async remove(dataType, key) {
      const { version } = await state.require(dataType, key);
      state.records.delete(`${dataType} ${key}`);
      const place = { dataType, key, version: version + 1, eventId: "evt_9" };
      return { verdict: "deleted", ...place, decisions: [], quarantineId: null, problems: [] };
    },
    async report(report) {
      state.check();
      reports.push(report);
    },
    async receive() {
      state.check();
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
  const failAfter = (pushes: number, error: unknown) => {
    room = accepts + pushes;
    turnedAway = error;
  };
  return { engine, reports, asked, accepts: () => accepts, failNext, failAfter, holdPushes };
}
