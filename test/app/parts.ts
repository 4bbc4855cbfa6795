import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, type AppOptions, startApp } from "../../src/app.js";
import { readConfig } from "../../src/config/config.js";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import type { Account } from "../../src/simulator/accounts.js";
import { openPhoneDesk, openPhoneReach } from "../../src/simulator/phone-desk.js";
import type { Simulator } from "../../src/simulator/start-simulator.js";
import { startSimulator } from "../../src/simulator/start-simulator.js";
import { freePort } from "../../testing/free-port.js";
import { cheapPasswords } from "../api/open-test-access.js";

/** An answer of the API, parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject & { readonly items?: JsonObject[] };
}

/** Patchbay, whole, with a simulated Twilio outside. */
export interface TestApp {
  readonly url: string;
  readonly simulator: Simulator;
  readonly folder: string;
  request(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Installs the three collections and switches flows on. */
  setUp(...flows: string[]): Promise<void>;
  /** Repeats a question until the answer satisfies; fails after twenty seconds. */
  until<T>(question: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T>;
  list(path: string): Promise<JsonObject[]>;
  /** Gives a token that the first owner is made with. */
  offerSetup(): Promise<string | null>;
  /** Stops the process's parts and starts them anew on the same folder; @param changed Variables that are other ones from now on. */
  restart(variables?: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything on free ports and a fresh folder. */
export async function openTestApp(
  variables: Record<string, string> = {},
  { options = {}, account }: { readonly options?: AppOptions; readonly account?: Account } = {},
): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-app-"));
  const reach = openPhoneReach();
  const simulator = await startSimulator({
    deliveryDelaysMs: { queued: 0, sent: 5, delivered: 10 },
    foretell: reach.foretell,
    ...(account && { accounts: [account] }),
  });
  const samples = [{ dataType: "ecommerce/Order", document: await sampleOrder() }];
  const phones = openPhoneDesk({ simulator, reach, samples });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const given = {
    DATABASE_URL: `sqlite:${join(folder, "patchbay.db")}`,
    PORT: `${port}`,
    PUBLIC_URL: url,
    LOG_LEVEL: "silent",
    OUTBOUND_ALLOW: new URL(simulator.url).host,
    FLOWS_FOLDER: packagePath("flows"),
    CALL_TIMEOUT_MS: "400",
    ...variables,
  };
  const config = readConfig(given);
  const appOptions = { phones, passwordCost: cheapPasswords, ...options };
  let app: App = await startApp(config, appOptions);

  async function request(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const content = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: text };
    const answer = await fetch(`${url}${path}`, { method, ...content });
    const received = await answer.text();
    return { status: answer.status, headers: answer.headers, body: received === "" ? {} : JSON.parse(received) };
  }

  return {
    url,
    simulator,
    folder,
    request,
    offerSetup: () => app.offerSetup(),
    list: async (path) => (await request("GET", path)).body.items ?? [],
    setUp: async (...flows) => {
      const { accountSid, authToken } = simulator;
      const parameters = { accountSid, authToken, from: "+15005550006", defaultCountry: "US", apiUrl: simulator.url };
      await must(request("POST", "/api/v1/collections/install", { name: "ecommerce", parameters: {} }));
      await must(request("POST", "/api/v1/collections/install", { name: "communication", parameters: {} }));
      await must(request("POST", "/api/v1/collections/install", { name: "twilio", parameters }));
      for (const flow of flows) await must(request("PATCH", `/api/v1/flows/${flow}`, { active: true }));
    },
    until: async (question, satisfies) => {
      const end = Date.now() + 20_000;
      for (;;) {
        const answer = await question();
        if (satisfies(answer)) return answer;
        if (Date.now() > end) throw new Error(`waited twenty seconds; the last answer was ${JSON.stringify(answer)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    restart: async (changed) => {
      await app.stop();
      app = await startApp(changed ? readConfig({ ...given, ...changed }) : config, appOptions);
    },
    close: async () => {
      await app.stop();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function must(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
}

/** A sample order of the shipped collection, changed as told. */
export async function sampleOrder(changes: JsonObject = {}, address: JsonObject = {}): Promise<JsonObject> {
  const file = await readFile(packagePath("collections/ecommerce/samples/orders.json"), "utf8");
  const { documents } = JSON.parse(file) as { documents: JsonObject[] };
  const [order] = documents;
  return { ...order, ...changes, shipping_address: { ...(order?.shipping_address as JsonObject), ...address } };
}
