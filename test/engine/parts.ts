import { randomBytes } from "node:crypto";
import { packagePath } from "../../src/config/package-root.js";
import type { Catalog, InstalledFlow, OpenConnection } from "../../src/core/catalog.js";
import type {
  CallContext,
  CallResult,
  Connection,
  Connector,
  Finding,
  PreparedCall,
  Search,
} from "../../src/core/connector.js";
import type { DataType } from "../../src/core/data-type.js";
import { PatchbayError, type Problem } from "../../src/core/errors.js";
import type { FlowDefinition, FlowVersion, Step, TranslatorDefinition, Trigger } from "../../src/core/flow.js";
import { createNewId } from "../../src/core/id.js";
import type { JsonObject } from "../../src/core/json.js";
import type { MessageReport, MessageStatus } from "../../src/core/message.js";
import type { InboundMessage } from "../../src/core/received-message.js";
import { defaultRetryPolicy } from "../../src/core/retry-policy.js";
import { countSegments } from "../../src/core/segments.js";
import type { SenderPace, SendingRules } from "../../src/core/sending.js";
import type { Store } from "../../src/core/store.js";
import type { EngineParts } from "../../src/engine/engine-parts.js";
import { FlowEngine } from "../../src/engine/flow-engine.js";
import { openLog } from "../../src/log/log.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { startTranslation } from "../../src/translation/start-translation.js";
import type { Translation } from "../../src/translation/translation.js";

/** What the scripted vendor does with the next call: answers, or throws. */
export type Script = (request: JsonObject, context: CallContext) => Promise<CallResult> | CallResult;

/** A vendor whose calls are counted; it stands outside, so it is scripted. */
export class ScriptedVendor {
  readonly calls: JsonObject[] = [];
  readonly contexts: CallContext[] = [];
  readonly searches: JsonObject[] = [];
  /** What the next questions about a call are answered with; `absent` without one. */
  readonly findings: ((search: Search) => Finding)[] = [];
  /** What calls do for which nothing else is scripted; null: the vendor accepts. */
  usual: Script | null = null;
  /** Who makes every call. */
  sender: SenderPace | null = null;
  readonly #scripts: Script[] = [];

  /** The next calls do this, in turn; without a script the vendor accepts. */
  next(...scripts: Script[]): void {
    this.#scripts.push(...scripts);
  }

  readonly connector: Connector = {
    key: "post",
    title: "Scripted vendor",
    settings: { type: "object" },
    endpoints: [{ key: "send", title: "Send", onRepeat: "duplicate", findable: true, payload: { type: "object" } }],
    webhooks: [],
    open: () => this.connection,
  };

  readonly connection: Connection = {
    prepare: (_endpoint, payload): PreparedCall => {
      if (typeof payload.to !== "string") throw new PatchbayError("PHONE_MISSING", "There is no number in `to`");
      const body = String(payload.body ?? "");
      return {
        request: { to: payload.to, body },
        recipient: payload.to,
        message: {
          channel: "sms",
          from: sender(payload),
          service: text(payload.service),
          to: payload.to,
          body,
          segments: countSegments(body).count,
          media: [],
        },
        validForMs: typeof payload.validForMs === "number" ? payload.validForMs : null,
      };
    },
    send: async (_endpoint, request, context): Promise<CallResult> => {
      this.calls.push(request);
      this.contexts.push(context);
      const script = this.#scripts.shift() ?? this.usual;
      return script ? script(request, context) : accepted(`SM${this.calls.length}`);
    },
    senderOf: () => this.sender,
    find: async (_endpoint, request, search): Promise<Finding> => {
      this.searches.push(request);
      return this.findings.shift()?.(search) ?? "absent";
    },
    receive: () => ({ reports: [], messages: [], ignored: null, answer: null }),
    close: async () => {},
  };
}

/** A pool of senders has not chosen one yet. */
function sender({ service, from }: JsonObject): string | null {
  return text(from) ?? (service === undefined ? "+15005550006" : null);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The vendor's usual answer. */
export function accepted(sid: string): CallResult {
  return {
    summary: `message ${sid} queued`,
    vendorId: sid,
    response: { sid, status: "queued" },
    messageStatus: "queued",
  };
}

/** A vendor that fails with this error. */
export function failing(...error: ConstructorParameters<typeof PatchbayError>): Script {
  return () => {
    throw new PatchbayError(...error);
  };
}

/** A promise that a test resolves when it wants to. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

type StepInput = Partial<Step> & { id: string; kind: Step["kind"] };

/** A step with the defaults a flow file would give it. */
export function step(input: StepInput): Step {
  const standard = {
    translate: { input: null },
    call: { retry: defaultRetryPolicy, with: {}, connection: "test/post", endpoint: "post/send" },
    save: { emitEvents: true },
    notify: { level: "notice", message: null },
    stop: { level: "notice" },
    choose: { otherwise: null },
    each: {},
    wait: { timeoutMs: null, cancelIf: null },
    start: { with: {} },
  }[input.kind];
  return { when: null, onError: "fail", ...standard, ...input } as Step;
}

/** A flow on created orders that sends one text, unless told otherwise. */
export function flow(
  name: string,
  given: {
    on?: Partial<Trigger>;
    steps?: readonly Step[];
    translators?: Record<string, TranslatorDefinition>;
    active?: boolean;
    sending?: SendingRules;
  } = {},
): InstalledFlow {
  const definition: FlowDefinition = {
    name,
    title: name,
    summary: null,
    on: {
      kind: "record",
      dataType: "shop/Order",
      events: ["created"],
      changed: [],
      when: null,
      mode: "becomes-true",
      ...given.on,
    } as Trigger,
    steps: given.steps ?? [sendStep()],
    ...(given.sending && { sending: given.sending }),
  };
  const version: FlowVersion = {
    hash: `hash of ${name}`,
    flow: definition,
    translators: given.translators ?? {},
    collection: null,
  };
  return { version, active: given.active ?? true };
}

/** The step that texts the order's phone. */
export function sendStep(more: Partial<Step> = {}): Step {
  return step({ id: "send", kind: "call", with: { to: "=phone", body: '="Order " & id' }, ...more } as StepInput);
}

function dataType(name: string, required: readonly string[], more: Partial<DataType> = {}): DataType {
  const validate = (record: JsonObject): Problem[] =>
    required
      .filter((field) => record[field] === undefined)
      .map((field) => ({ path: `/${field}`, message: "is required" }));
  return {
    name,
    title: name,
    schema: {},
    key: ["id"],
    keyAuto: false,
    quarantine: false,
    indexed: [],
    validate,
    ...more,
  };
}

function listensTo(on: Trigger, kind: string, type: string | null): boolean {
  if (on.kind === "record") return kind.startsWith("record.") && on.dataType === type;
  if (kind === "message.received") return on.kind === "received";
  return kind.startsWith(`${on.kind}.`) && ["message", "notification", "webhook"].includes(on.kind);
}

/** A catalog of three data types, one connection, and these flows. */
export function catalogOf(
  flows: readonly InstalledFlow[],
  vendor: Pick<ScriptedVendor, "connector" | "connection">,
  maxPerSecond: number | null = null,
): Catalog {
  const types = [
    dataType("shop/Order", ["id"], { indexed: ["phone"] }),
    dataType("shop/Sms", ["phone"], { keyAuto: true }),
    dataType("shop/Return", ["id", "order"], { quarantine: true }),
  ];
  const open: OpenConnection = {
    name: "test/post",
    connector: vendor.connector,
    connection: vendor.connection,
    hookSecret: "s3cret",
    maxPerSecond,
  };
  const sorted = [...flows].sort((a, b) => a.version.flow.name.localeCompare(b.version.flow.name));
  return {
    dataType: (name) => types.find((type) => type.name === name) ?? null,
    translator: () => null,
    flow: (name) => sorted.find(({ version }) => version.flow.name === name) ?? null,
    flowsFor: (kind, type) => sorted.filter(({ version }) => listensTo(version.flow.on, kind, type)),
    connection: (name) => (name === open.name ? open : null),
    parameters: () => ({ shop: "Acme" }),
    dataTypes: () => types,
    translators: () => [],
    flows: () => sorted,
    connections: () => [open],
  };
}

/** An engine on a real store and real translation, with a scripted vendor outside. */
export interface TestEngine {
  readonly engine: FlowEngine;
  readonly store: Store;
  readonly vendor: ScriptedVendor;
  /** The clock: add to it instead of waiting. */
  readonly clock: { now: number };
  push(document: JsonObject): ReturnType<FlowEngine["accept"]>;
  /** Replaces the flows. */
  use(...flows: InstalledFlow[]): void;
  /** A second engine on the same store, as after a crash of the first. */
  another(worker: string, more?: Partial<EngineParts>): FlowEngine;
  /** Does not wait, at the end, for what the first engine has under way: it is dead. */
  abandon(): void;
  close(): Promise<void>;
}

/** Opens an empty store in memory. */
export function openTestStore(): Promise<Store> {
  return openSqliteStore({ path: ":memory:", migrationsFolder: packagePath("src/store/sqlite/migrations") });
}

/** Starts a translation with one thread. */
export function startTestTranslation(): Translation {
  return startTranslation({ timeoutMs: 2_000, memoryMb: 64, maxOutputBytes: 1_000_000, threads: 1 });
}

/** What an engine is given when a test moves its clock. */
export function partsOf(
  given: Pick<EngineParts, "store" | "translation" | "catalog"> & { clock: { readonly now: number } },
  limits: Partial<EngineParts["limits"]> = {},
): EngineParts {
  const { clock, ...parts } = given;
  return {
    ...parts,
    log: openLog("silent"),
    newId: createNewId(() => clock.now, randomBytes),
    now: () => clock.now,
    random: () => 1,
    whereabouts: () => ({ country: null, timeZones: [] }),
    checkEveryMs: null,
    publicUrl: "https://patchbay.example",
    role: "all",
    version: "0.0.0",
    refresh: async () => {},
    retention: { succeededDays: null, failedDays: null, payloadDays: null, answersDays: null },
    limits: {
      inlineRuns: 100,
      leaseMs: 60_000,
      pollMs: 60_000,
      reconcileAfterMs: 60_000,
      confirmAfterMs: 86_400_000,
      askPrices: false,
      maxBacklog: 10_000,
      ...limits,
    },
  };
}

/** What is around a test's engine. */
export interface TestWorld {
  /** Whether others may use the store at the same time. */
  readonly shared?: boolean;
  /** In place of one in memory. */
  readonly store?: Store;
  /** The connection's pace. */
  readonly maxPerSecond?: number | null;
  readonly role?: EngineParts["role"];
  /** How long things are kept; for ever without it. */
  readonly retention?: EngineParts["retention"];
}

/** Opens an engine with these flows; `close` closes everything. */
export async function openTestEngine(
  flows: readonly InstalledFlow[],
  limits: Partial<EngineParts["limits"]> = {},
  { shared = false, maxPerSecond = null, role = "all", retention, store: given }: TestWorld = {},
): Promise<TestEngine> {
  const store = { ...(given ?? (await openTestStore())), exclusive: !shared };
  const translation = startTestTranslation();
  const vendor = new ScriptedVendor();
  const clock = { now: Date.UTC(2026, 0, 1) };
  let catalog = catalogOf(flows, vendor, maxPerSecond);
  const parts = {
    ...partsOf({ store, translation, catalog: () => catalog, clock }, limits),
    role,
    ...(retention && { retention }),
  };
  await store.commit(flows.map(({ version }) => ({ kind: "flow-version-kept", version })));
  const engine = new FlowEngine(parts, "ann");
  let dead = false;
  return {
    engine,
    store,
    vendor,
    clock,
    push: (document) => engine.accept({ dataType: "shop/Order", document }),
    use: (...others) => {
      catalog = catalogOf(others, vendor, maxPerSecond);
    },
    another: (worker, more = {}) => new FlowEngine({ ...parts, ...more }, worker),
    abandon: () => {
      dead = true;
    },
    close: async () => {
      if (!dead) await engine.stop();
      await translation.stop();
      await store.close();
    },
  };
}

/** A text that came in from the customer of the tests' orders. */
export function inboundOf(vendorId: string, body: string, more: Partial<InboundMessage> = {}): InboundMessage {
  return {
    channel: "sms",
    contact: "+15005550010",
    to: "+15005550006",
    service: null,
    body,
    media: [],
    vendorId,
    quotes: null,
    optOut: null,
    fallback: null,
    dedupeKey: `received:${vendorId}`,
    raw: { MessageSid: vendorId },
    ...more,
  };
}

/** A vendor's report about the message of an effect. */
export function reportOf(effectId: string, status: MessageStatus, more: Partial<MessageReport> = {}): MessageReport {
  return {
    effectId,
    vendorId: "SM1",
    status,
    errorCode: null,
    cause: null,
    remedy: null,
    optedOut: false,
    dedupeKey: `SM1:${status}`,
    raw: { MessageStatus: status },
    ...more,
  };
}
