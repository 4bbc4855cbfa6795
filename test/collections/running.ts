import { readFile } from "node:fs/promises";
import type { Installer } from "../../src/collections/installer.js";
import { openInstaller } from "../../src/collections/open-installer.js";
import { createConnectors } from "../../src/connectors/registry.js";
import type { JsonObject } from "../../src/core/json.js";
import type { Message } from "../../src/core/message.js";
import type { Notification } from "../../src/core/notification.js";
import type { Run } from "../../src/core/run.js";
import type { Store } from "../../src/core/store.js";
import { FlowEngine } from "../../src/engine/flow-engine.js";
import { openHttp } from "../../src/http/open-http.js";
import { whereaboutsOf } from "../../src/phone/whereabouts.js";
import { type Simulator, startSimulator } from "../../src/simulator/start-simulator.js";
import { openTestStore, partsOf, startTestTranslation } from "../engine/parts.js";
import { noAccess, repositoryPath, testSealer } from "./parts.js";

/** Shipped collections at work: real flows, engine, store and connectors, a simulated Twilio, and a clock that a test moves. */
export interface Running {
  readonly engine: FlowEngine;
  readonly store: Store;
  readonly installer: Installer;
  readonly simulator: Simulator;
  /** Pushes a record and waits until nothing is under way. */
  push(dataType: string, document: JsonObject): Promise<void>;
  /** Lets time go by, in minutes, and does what has become due. */
  pass(minutes: number): Promise<void>;
  /** Texts that Twilio took, oldest first. */
  texts(): string[];
  runs(flow: string): Promise<readonly Run[]>;
  messages(): Promise<readonly Message[]>;
  notifications(level: Notification["level"]): Promise<readonly Notification[]>;
  /** Has Twilio report that a text did not arrive. */
  undelivered(vendorId: string, errorCode: string): Promise<void>;
  close(): Promise<void>;
}

/** Installs collections in this order, with their parameters, and switches flows on. */
export async function run(
  collections: Readonly<Record<string, JsonObject>>,
  { flows, startsAt = "2026-02-03T18:00:00Z" }: { flows: readonly string[]; startsAt?: string },
): Promise<Running> {
  const simulator = await startSimulator({ deliveryDelaysMs: { queued: 0, sent: 0, delivered: 0 } });
  const http = openHttp({
    ...{ timeoutMs: 5_000, maxResponseBytes: 1_000_000, userAgent: "patchbay-test" },
    allow: ["127.0.0.1", "localhost"],
  });
  const store = await openTestStore();
  const translation = startTestTranslation();
  const clock = { now: Date.parse(startsAt) };
  const installer = await openInstaller({
    ...{ store, translation, connectors: [...createConnectors({ http }).values()], access: noAccess },
    ...{ sealer: testSealer, randomToken: () => "hook", now: () => new Date(clock.now) },
    schemasFolder: repositoryPath("schemas"),
    shippedFolder: repositoryPath("collections"),
    flowsFolder: repositoryPath("test/fixtures/collections/no-flows"),
    publisherKey: repositoryPath("test/fixtures/collections/no.key"),
  });
  const parts = {
    ...partsOf({ store, translation, catalog: () => installer.catalog(), clock }),
    whereabouts: whereaboutsOf,
    // What becomes of texts a test says itself.
    publicUrl: null,
  };
  const engine = new FlowEngine(parts, "ann");
  const { accountSid, authToken, url } = simulator;
  const twilio = { accountSid, authToken, apiUrl: url, from: "+15005550006" };
  const all = { ecommerce: {}, communication: {}, twilio, ...collections };
  for (const [name, parameters] of Object.entries(all)) await installer.install({ name, parameters });
  for (const name of flows) await installer.activate(name, true);

  async function work(): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds++) {
      await engine.idle();
      if ((await engine.tick()) === 0) return;
    }
    throw new Error("the engine does not come to rest");
  }
  return {
    ...{ engine, store, installer, simulator },
    push: async (dataType, document) => {
      clock.now += 1_000;
      await engine.accept({ dataType, document });
      await work();
    },
    pass: async (minutes) => {
      for (const ms of [minutes * 60_000, 2_000, 2_000, 2_000]) {
        clock.now += ms;
        await work();
      }
    },
    texts: () => simulator.messages().map(({ to, body }) => `${to} ${body}`),
    runs: async (flow) => (await store.runs.list({ flow }, { limit: 50 })).items,
    messages: async () => (await store.messages.list({}, { limit: 50 })).items,
    notifications: async (level) => (await store.notifications.list({ level }, { limit: 50 })).items,
    undelivered: async (vendorId, errorCode) => {
      clock.now += 1_000;
      await engine.report({
        ...{ effectId: null, vendorId, status: "undelivered", errorCode, cause: "It did not arrive", remedy: null },
        ...{ optedOut: false, dedupeKey: `${vendorId}:undelivered`, raw: {} },
      });
      await work();
    },
    close: async () => {
      await engine.stop();
      await installer.close();
      await http.close();
      await simulator.stop();
      await translation.stop();
      await store.close();
    },
  };
}

/** The first document of a shipped sample, changed as told. */
export async function sampleOf(path: string, changes: JsonObject = {}): Promise<JsonObject> {
  const text = await readFile(repositoryPath(`collections/${path}`), "utf8");
  const { documents } = JSON.parse(text) as { documents: JsonObject[] };
  return { ...documents[0], ...changes };
}
