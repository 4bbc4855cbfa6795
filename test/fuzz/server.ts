import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import { startSimulator } from "../../src/simulator/start-simulator.js";
import { freePort } from "../../testing/free-port.js";

/** A real server in a process of its own, with collections installed and flows on, and what is needed to speak with it. */
export interface FuzzServer {
  readonly port: number;
  readonly publicUrl: string;
  readonly key: string;
  readonly shopSecret: string;
  readonly authToken: string;
  /** Paths of webhooks by who calls them. */
  readonly hooks: Readonly<Record<string, string>>;
  readonly bundleUrl: string;
  /** Puts bytes at `bundleUrl`. */
  serve(bytes: Buffer): void;
  get(path: string): Promise<JsonObject>;
  /** Begins to sign in at the provider, whose every answer but its description is what lies at `bundleUrl`. */
  goToProvider(): Promise<{ readonly state: string; readonly kept: string }>;
  /** Processor time it has used; null where that cannot be read (Linux only). */
  cpuMs(): number | null;
  /** Memory it uses; null where that cannot be read. */
  residentMb(): number | null;
  /** What it logged as failed. */
  readonly failures: string[];
  stop(): Promise<void>;
}

const MAIN = packagePath("dist/src/main.js");
const key = "the-key-of-the-fuzzing-tests";
const shopSecret = "the-secret-of-the-fuzzing-tests";
const publicUrl = "https://patchbay.example.com";
const TICKS_PER_SECOND = 100;

/** @param databaseUrl Where everything is kept; a SQLite file of its own when absent. */
export async function startFuzzServer(databaseUrl?: string): Promise<FuzzServer> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-fuzz-"));
  const simulator = await startSimulator({ deliveryDelaysMs: { queued: 0, sent: 5, delivered: 10 } });
  const bundles = await startBundles();
  const port = await freePort();
  const failures: string[] = [];
  const child = spawn(process.execPath, [MAIN, "start"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...{ PATH: process.env.PATH, NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE },
      DATABASE_URL: databaseUrl ?? `sqlite:${join(folder, "patchbay.db")}`,
      ...{ PORT: String(port), PUBLIC_URL: publicUrl, PATCHBAY_API_KEY: key, PATCHBAY_SECRET: shopSecret },
      ...{ OIDC_ISSUER: new URL(bundles.url).origin, OIDC_CLIENT_ID: "patchbay", OIDC_ROLES: "staff=agent" },
      OIDC_CLIENT_SECRET: "a-secret-of-the-provider",
      OUTBOUND_ALLOW: `${new URL(simulator.url).host},${new URL(bundles.url).host}`,
      ...{
        TRANSLATOR_TIMEOUT_MS: "300",
        CALL_TIMEOUT_MS: "400",
        LOG_LEVEL: "error",
        FLOWS_FOLDER: packagePath("flows"),
      },
    },
  });
  child.stderr.on("data", (chunk) => void failures.push(...String(chunk).split("\n").filter(Boolean)));
  const request = sender(`http://127.0.0.1:${port}`);
  await ready(child, request);
  const hooks = await setUp(request, simulator);
  return {
    ...{ port, publicUrl, key, shopSecret, hooks, failures, bundleUrl: bundles.url, serve: bundles.serve },
    authToken: simulator.authToken,
    goToProvider: () => goToProvider(`http://127.0.0.1:${port}`),
    get: async (path) => (await request("GET", path)).body,
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    residentMb: () => residentMbOf(child.pid ?? 0),
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await simulator.stop();
      await bundles.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Send = (method: string, path: string, body?: object) => Promise<{ status: number; body: JsonObject }>;

function sender(url: string): Send {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
  };
}

async function ready(child: ChildProcess, request: Send): Promise<void> {
  const end = Date.now() + 60_000;
  while ((await request("GET", "/readyz").catch(() => ({ status: 0 }))).status !== 200) {
    if (child.exitCode !== null || Date.now() > end) throw new Error("the server did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function setUp(
  request: Send,
  { accountSid, authToken, url }: { accountSid: string; authToken: string; url: string },
): Promise<Record<string, string>> {
  const account = { accountSid, authToken, from: "+15005550006", defaultCountry: "US", apiUrl: url };
  for (const [name, parameters] of [
    ["ecommerce", {}],
    ["communication", {}],
    ["twilio", account],
    ["shopify", { secret: shopSecret }],
    ["woocommerce", { secret: shopSecret }],
  ] as const) {
    const { status, body } = await request("POST", "/api/v1/collections/install", { name, parameters });
    if (status >= 300) throw new Error(`${name}: ${JSON.stringify(body)}`);
  }
  for (const flow of ["twilio/send-sms-for-new-order", "shopify/order-created", "woocommerce/order-created"]) {
    const { status, body } = await request("PATCH", `/api/v1/flows/${flow}`, { active: true });
    if (status >= 300) throw new Error(`${flow}: ${JSON.stringify(body)}`);
  }
  const pathOf = async (connection: string, webhook: string): Promise<string> => {
    const { webhooks } = (await request("GET", `/api/v1/connections/${connection}`)).body;
    const found = (webhooks as JsonObject[]).find((one) => one.key === webhook);
    return new URL(String(found?.url)).pathname;
  };
  const twilio = await pathOf("twilio/twilio", "inbound");
  return {
    twilio,
    status: twilio.replace(/inbound$/, "status"),
    shopify: await pathOf("shopify/shop", "in"),
    woocommerce: await pathOf("woocommerce/shop", "in"),
  };
}

/** What a sign-in provider says of itself. */
function providerAt(issuer: string): JsonObject {
  return {
    ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
    ...{ jwks_uri: `${issuer}/keys`, response_types_supported: ["code"], subject_types_supported: ["public"] },
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

async function goToProvider(url: string): Promise<{ state: string; kept: string }> {
  const answer = await fetch(`${url}/api/v1/sign-in/provider`, { redirect: "manual" });
  const state = new URL(answer.headers.get("location") ?? "", url).searchParams.get("state");
  const kept = /^[^=]+=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "")?.[1];
  if (state === null || kept === undefined) throw new Error("nobody gets to the sign-in provider");
  return { state, kept };
}

async function startBundles() {
  let current: Buffer = Buffer.alloc(0);
  const server = createServer((request, response) => {
    const isDescription = request.url === "/.well-known/openid-configuration";
    response.setHeader("Content-Type", "application/json");
    response.end(isDescription ? JSON.stringify(providerAt(origin)) : current);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/bundle`,
    serve: (bytes: Buffer): void => {
      current = bytes;
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function cpuMsOf(pid: number): number | null {
  const fields = procFile(pid, "stat")
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields === undefined ? null : ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

function residentMbOf(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(procFile(pid, "status") ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
}

function procFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined;
  }
}
