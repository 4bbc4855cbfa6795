import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import jsonata from "jsonata";
import { readGrammar } from "../../src/collections/grammar.js";
import type { InstallerParts } from "../../src/collections/installation.js";
import type { Installer } from "../../src/collections/installer.js";
import { openInstaller } from "../../src/collections/open-installer.js";
import type { ReadingContext } from "../../src/collections/read-collection.js";
import type { SourceAccess } from "../../src/collections/source/source-access.js";
import { createEmailConnector } from "../../src/connectors/email/connector.js";
import { createHttpConnector } from "../../src/connectors/http/connector.js";
import { createWebhookConnector } from "../../src/connectors/webhook/connector.js";
import type { Change } from "../../src/core/change.js";
import type {
  Collection,
  CollectionVersion,
  InstalledCollection,
  TrustedPublisher,
} from "../../src/core/collection.js";
import type { Connection, Connector } from "../../src/core/connector.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { ConnectionSwitch } from "../../src/core/inspection.js";
import { isJsonObject, type Json, type JsonObject } from "../../src/core/json.js";
import type { Overlay } from "../../src/core/overlay.js";
import type { StoredRecord } from "../../src/core/record.js";
import type { Store } from "../../src/core/store.js";
import type { Http } from "../../src/http/http.js";
import { toE164 } from "../../src/phone/phone.js";
import { createSealer } from "../../src/secrets/sealer.js";
import type { Scope, Translation } from "../../src/translation/translation.js";

/** The one seam of these tests: what stands in for the rooms that are built elsewhere. */

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Gives the absolute path of a file or folder of the repository. */
export function repositoryPath(path: string): string {
  return root + path;
}

/** Memory with the store's promises as far as the installer relies on them. */
export function openMemoryStore() {
  const collections = new Map<string, InstalledCollection>();
  const active = new Set<string>();
  const switches = new Map<string, ConnectionSwitch>();
  const publishers = new Map<string, TrustedPublisher>();
  const versions: CollectionVersion[] = [];
  const overlays = new Map<string, Overlay>();
  const records: StoredRecord[] = [];
  let openRuns = 0;
  const commits: (readonly Change[])[] = [];
  let refusal: Error | null = null;
  const keep = (change: Change): void => {
    if (change.kind === "collection-installed") collections.set(change.installed.collection.name, change.installed);
    if (change.kind === "collection-uninstalled") collections.delete(change.name);
    if (change.kind === "collection-version-kept") keepVersion(change.version, versions);
    if (change.kind === "collection-version-dropped") {
      const at = versions.findIndex(
        ({ name, origin }) => name === change.name && origin.integrity === change.integrity,
      );
      if (at >= 0) versions.splice(at, 1);
    }
    if (change.kind === "overlay-set")
      overlays.set(`${change.overlay.collection}/${change.overlay.file}`, change.overlay);
    if (change.kind === "overlay-removed") overlays.delete(`${change.collection}/${change.file}`);
    keepSwitch(change);
  };
  const keepSwitch = (change: Change): void => {
    if (change.kind === "connection-switched") switches.set(change.switched.connection, change.switched);
    if (change.kind === "flow-activated" && change.active) active.add(change.flow);
    if (change.kind === "flow-activated" && !change.active) active.delete(change.flow);
    if (change.kind === "publisher-trusted") publishers.set(change.publisher.key, change.publisher);
    if (change.kind === "publisher-distrusted") publishers.delete(change.key);
  };
  return {
    commits,
    /** Makes the next commits fail. */
    refuse: (error: Error | null): void => {
      refusal = error;
    },
    commit: async (changes: readonly Change[]): Promise<void> => {
      if (refusal) throw refusal;
      commits.push(changes);
      for (const change of structuredClone(changes)) keep(change);
    },
    exclusive: true,
    definitionsStamp: async () =>
      JSON.stringify([
        [...collections.values()].map(({ installedAt }) => installedAt),
        [...active],
        [...switches.values()],
      ]),
    collections: {
      list: async () => structuredClone([...collections.values()]),
      versions: async (name: string) => versions.filter((one) => one.name === name),
      version: async (name: string, integrity: string) =>
        versions.find((one) => one.name === name && one.origin.integrity === integrity) ?? null,
      overlays: async (name: string | null) =>
        [...overlays.values()].filter(({ collection }) => name === null || collection === name),
    },
    /** Records that are stored; tests add to them. */
    kept: records,
    records: {
      list: async ({ dataType }: { readonly dataType: string }) => ({
        items: records.filter((one) => one.dataType === dataType),
        next: null,
      }),
      count: async ({ dataType }: { readonly dataType: string }) =>
        records.filter((one) => one.dataType === dataType).length,
    },
    /** Says how many runs of a collection's flows are not finished. */
    leaveOpen: (runs: number): void => {
      openRuns = runs;
    },
    runs: { openOfCollection: async () => openRuns },
    broadcasts: { list: async () => ({ items: [], next: null }) },
    flows: { active: async (): Promise<ReadonlySet<string>> => new Set(active) },
    publishers: { list: async () => [...publishers.values()] },
    connections: { switches: async () => [...switches.values()] },
  };
}

function keepVersion(version: CollectionVersion, versions: CollectionVersion[]): void {
  const isSame = ({ name, origin }: CollectionVersion): boolean =>
    name === version.name && origin.integrity === version.origin.integrity;
  const known = versions.findIndex(isSame);
  if (known !== -1) versions.splice(known, 1);
  versions.unshift(version);
}

export type MemoryStore = ReturnType<typeof openMemoryStore>;

/** A Twilio connector that calls nobody and keeps count. */
export function scriptConnector() {
  const opened: JsonObject[] = [];
  const sent: JsonObject[] = [];
  let closed = 0;
  let release: (() => void) | null = null;
  const connection = (): Connection => ({
    prepare: (_endpoint, payload) => ({
      request: payload,
      recipient: String(payload.to),
      message: null,
      validForMs: null,
    }),
    send: async (_endpoint, request) => {
      sent.push(request);
      if (request.hold === true) await new Promise<void>((resolve) => (release = resolve));
      return { summary: "sent", vendorId: "SM1", response: {}, messageStatus: "queued" };
    },
    find: async (_endpoint, request) => {
      if (request.hold === true) await new Promise<void>((resolve) => (release = resolve));
      return "absent";
    },
    receive: () => ({ reports: [], messages: [], ignored: null, answer: null }),
    close: async () => {
      closed += 1;
    },
  });
  const connector: Connector = {
    key: "twilio",
    title: "Twilio",
    settings: {
      type: "object",
      additionalProperties: false,
      required: ["accountSid", "authToken"],
      properties: {
        accountSid: { type: "string", pattern: "^AC[0-9a-fA-F]{32}$" },
        authToken: { type: "string", minLength: 1, writeOnly: true },
        apiKey: { type: "string" },
        apiKeySecret: { type: "string", writeOnly: true },
        secondaryAuthToken: { type: "string", minLength: 1, writeOnly: true },
        from: { type: "string", pattern: "^(whatsapp:)?(?=.*[A-Za-z0-9])\\+?[A-Za-z0-9 ]+$" },
        messagingServiceSid: { type: "string" },
        defaultCountry: { type: "string" },
        apiUrl: { type: "string" },
        senders: { type: "array" },
        dailyCap: { type: "integer" },
        timeZone: { type: "string" },
        checkMedia: { type: "boolean" },
        mmsMegabytes: { type: "integer" },
        whatsappMegabytes: { type: "integer" },
        prices: { type: "object" },
        currency: { type: "string" },
        deleteMediaAfterFetch: { type: "boolean" },
        whatsappMarginMinutes: { type: "integer" },
      },
    },
    endpoints: [
      {
        key: "send-message",
        title: "Send a message",
        onRepeat: "duplicate",
        findable: true,
        payload: {
          type: "object",
          additionalProperties: false,
          properties: {
            ...{ to: { type: "string" }, from: { type: "string" }, body: { type: "string" } },
            ...{ template: { type: "object" }, sendAt: { type: "string" }, validityPeriod: { type: "integer" } },
          },
        },
      },
    ],
    webhooks: [],
    open: (settings) => {
      opened.push(settings);
      return connection();
    },
  };
  return { connector, opened, sent, closed: () => closed, release: () => release?.() };
}

/** Calls nobody: collections are read and opened without a request. */
const nobody: Http = {
  request: (request) => Promise.reject(new Error(`${request.url} is not called in these tests`)),
  download: (request) => Promise.reject(new Error(`${request.url} is not called in these tests`)),
  connect: () => Promise.reject(new Error("nothing is sent in these tests")),
  close: async () => {},
};

/** JSONata on the main thread, without limits. */
export const translation: Pick<Translation, "check" | "evaluate"> = {
  check: (expression) => {
    try {
      jsonata(expression);
      return [];
    } catch (error) {
      const { message, position } = error as { message: string; position?: number };
      return [{ path: `at ${position ?? 0}`, message }];
    }
  },
  evaluate: (template, scope) => evaluate(template, scope),
};

async function evaluate(template: Json, scope: Scope): Promise<Json | undefined> {
  if (typeof template === "string") return template.startsWith("=") ? run(template.slice(1), scope) : template;
  if (Array.isArray(template)) return Promise.all(template.map(async (item) => (await evaluate(item, scope)) ?? null));
  if (!isJsonObject(template)) return template;
  const members = await Promise.all(
    Object.entries(template).map(async ([name, member]) => [name, await evaluate(member, scope)] as const),
  );
  return Object.fromEntries(members.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

async function run(expression: string, { input, bindings }: Scope): Promise<Json | undefined> {
  const compiled = jsonata(expression);
  compiled.registerFunction("phone", (written: string, country: string) => toE164(written, country));
  try {
    const result: unknown = await compiled.evaluate(structuredClone(input), structuredClone(bindings));
    return result === undefined ? undefined : (JSON.parse(JSON.stringify(result)) as Json);
  } catch (error) {
    if (error instanceof PatchbayError) throw error;
    throw new PatchbayError("TRANSLATOR_FAILED", (error as Error).message);
  }
}

/** What collections are read with in tests. */
export async function readingContext(installed: readonly Collection[] = []): Promise<ReadingContext> {
  const grammar = await readGrammar(repositoryPath("schemas"));
  return { grammar, installed, connectors: shippedConnectors(), translation };
}

/** The connectors that shipped collections have connections of; all but Twilio's are the real ones. */
export function shippedConnectors(): readonly Connector[] {
  return [
    scriptConnector().connector,
    createEmailConnector({ http: nobody }),
    createHttpConnector({ http: nobody }),
    createWebhookConnector({ now: Date.now }),
  ];
}

/** Reaches nothing. */
export const noAccess: SourceAccess = {
  get: async (url) => {
    throw new PatchbayError("HOST_FORBIDDEN", `${url} is not called`);
  },
  addressesOf: async ({ hostname }) => {
    throw new PatchbayError("HOST_FORBIDDEN", `${hostname} is not called`);
  },
  isAllowed: () => false,
  searchPath: process.env.PATH ?? "",
  indexes: [],
};

/** Made once: deriving its key takes scrypt a twentieth of a second. */
export const testSealer = createSealer("a secret for tests only");

/** An installer over memory, with everything it was given. */
export async function withInstaller<T>(
  overrides: Partial<InstallerParts> & { store?: MemoryStore | Store },
  use: (installer: Installer, parts: InstallerParts) => Promise<T>,
): Promise<T> {
  const parts: InstallerParts = {
    store: openMemoryStore(),
    connectors: shippedConnectors(),
    translation,
    sealer: testSealer,
    schemasFolder: repositoryPath("schemas"),
    shippedFolder: repositoryPath("collections"),
    flowsFolder: repositoryPath("flows"),
    publisherKey: repositoryPath("test/fixtures/collections/no.key"),
    access: noAccess,
    now: () => new Date("2026-02-03T10:00:00Z"),
    randomToken: () => randomBytes(16).toString("hex"),
    ...overrides,
  };
  const installer = await openInstaller(parts);
  try {
    return await use(installer, parts);
  } finally {
    await installer.close();
  }
}

/** Parameters that the Twilio collection accepts. */
export const twilioParameters: JsonObject = {
  accountSid: `AC${"0".repeat(32)}`,
  authToken: "token-for-tests",
  from: "+14155550100",
};

/** Installs the three shipped collections. */
export async function installShipped(installer: Installer): Promise<void> {
  for (const name of ["ecommerce", "communication"]) await installer.install({ name, parameters: {} });
  await installer.install({ name: "twilio", parameters: twilioParameters });
}

/** Gives the code and details of the error that work throws. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<PatchbayError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof PatchbayError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
