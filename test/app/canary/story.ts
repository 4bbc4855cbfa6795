import { createHmac } from "node:crypto";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { hashOfToken } from "../../../src/access/tokens.js";
import { runCli } from "../../../src/cli/cli.js";
import type { ApiKey } from "../../../src/core/api-key.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Store } from "../../../src/core/store.js";
import { openLog } from "../../../src/log/log.js";
import { answer, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { openTestApp, sampleOrder, type TestApp } from "../parts.js";
import { filesIn, type Straw, tablesOf } from "./haystack.js";
import { leakyCollection, leakyFlows } from "./leaky.js";
import { personal, phone, secrets } from "./marks.js";

/** Everything that was written, said and kept while the marks went every way there is. */
export interface Haystack {
  readonly logs: string;
  /** What a caller sees who may read everything but nothing about people: every GET there is. */
  readonly masked: readonly Straw[];
  /** Answers with a problem document. */
  readonly problems: readonly Straw[];
  readonly answers: readonly Straw[];
  readonly tables: readonly Straw[];
  readonly files: readonly Straw[];
  /** What was printed by commands. */
  readonly printed: readonly Straw[];
  /** Addresses that were called. */
  readonly addresses: readonly Straw[];
}

/** A body, and headers in place of the usual ones. */
type Sending = [body?: unknown, headers?: Record<string, string>];
type Ask = (method: string, path: string, ...sending: Sending) => Promise<JsonObject>;

/** A mark in a store's error, as drivers put values into theirs. */
function failOnce(store: Store): { store: Store; fail(): void } {
  let failing = false;
  const failure = () =>
    new Error(
      `invalid input syntax for type bigint: "${phone}" near "${personal.name.value}" of ${personal.email.value}`,
    );
  const wrapped: Store = {
    ...store,
    commit: async (changes) => {
      if (failing && changes.some(({ kind }) => kind === "record-written")) {
        failing = false;
        throw failure();
      }
      return store.commit(changes);
    },
  };
  return { store: wrapped, fail: () => (failing = true) };
}

/** Where the story is told. */
export interface Scene {
  /** Null for a SQLite file. */
  readonly databaseUrl: string | null;
  /** Whether people are sealed in the database. */
  readonly sealed: boolean;
}

/** Lets the marks go through everything, on one kind of store. */
export async function tellStory({ databaseUrl, sealed }: Scene): Promise<Haystack> {
  const lines: string[] = [];
  const log = openLog("trace", { write: (line: string) => void lines.push(line) });
  const api = await startScriptedServer((response, seen) => {
    const said = { message: `refused: ${seen.body} for ${seen.headers.authorization}`, raw: JSON.stringify(seen) };
    answer(400, said, { "x-request-id": String(seen.headers.authorization) })(response, seen);
  });
  let saboteur: (() => void) | null = null;
  let keyMade: Promise<void> = Promise.resolve();
  const test = await openTestApp(
    {
      PATCHBAY_SECRET: secrets.secret.value,
      PATCHBAY_API_KEY: secrets.apiKey.value,
      ENCRYPT_PEOPLE: sealed ? "yes" : "no",
      LOG_LEVEL: "trace",
      TRANSLATOR_TIMEOUT_MS: "200",
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
      OUTBOUND_ALLOW: "127.0.0.1",
    },
    {
      options: {
        log,
        wrap: {
          store: (store) => {
            const { store: wrapped, fail } = failOnce(store);
            saboteur = fail;
            keyMade = store.commit([{ kind: "key-made", key: readersKey() }]);
            return wrapped;
          },
        },
      },
      account: { accountSid: `AC${"0123456789abcdef".repeat(2)}`, authToken: secrets.authToken.value },
    },
  );
  const answers: Straw[] = [];
  const printed: Straw[] = [];
  const masked: Straw[] = [];
  const ask = asker(test, answers);
  try {
    await keyMade;
    await install(ask, { test, api });
    await orders(ask, { test, sabotage: () => saboteur?.() });
    await refusals(ask);
    await webhooks(ask, test);
    await lookAround(ask);
    await readEverything(ask, asker(test, masked, READER));
    await commands(test, { printed, databaseUrl, sealed });
    const tables = await tablesOf(databaseUrl ?? `sqlite:${join(test.folder, "patchbay.db")}`);
    return {
      logs: lines.join(""),
      answers,
      masked,
      problems: answers.filter(({ place }) => place.endsWith("problem")),
      tables,
      files: await filesIn(test.folder),
      printed,
      addresses: api.seen.map(({ path }) => ({ place: "an address that was called", text: path })),
    };
  } finally {
    await test.close();
    await api.close();
  }
}

const READER = "pb_reader00_a-token-of-somebody-who-reads";

function readersKey(): ApiKey {
  return {
    ...{ id: "key_reader", name: "Reader", prefix: "pb_reader00", hash: hashOfToken(READER), role: "read" },
    ...{ dataTypes: null, createdBy: "test", createdAt: new Date(), expiresAt: null, usedAt: null, revokedAt: null },
  };
}

function asker(test: TestApp, answers: Straw[], key = secrets.apiKey.value): Ask {
  return async (method, path, ...[body, headers = {}]) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${test.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: text }),
    });
    const received = await response.text();
    const isProblem = response.headers.get("content-type")?.includes("problem") === true;
    answers.push({
      place: `${method} ${path.slice(0, 80)} ${response.status}${isProblem ? " problem" : ""}`,
      text: `${JSON.stringify([...response.headers])} ${received}`,
    });
    try {
      return JSON.parse(received) as JsonObject;
    } catch {
      return {};
    }
  };
}

async function install(ask: Ask, { test, api }: { test: TestApp; api: ScriptedServer }): Promise<void> {
  const installing = "/api/v1/collections/install";
  await ask("POST", installing, { name: "ecommerce", parameters: {} });
  await ask("POST", installing, { name: "communication", parameters: {} });
  const { accountSid, authToken } = test.simulator;
  const parameters = { accountSid, authToken, from: "+15005550006", defaultCountry: "US", apiUrl: test.simulator.url };
  // Wrong in every place, with the secret where it does not belong.
  await ask("POST", installing, { name: "twilio", parameters: { ...parameters, authToken: [authToken] } });
  await ask("POST", installing, {
    name: "twilio",
    parameters: { ...parameters, accountSid: authToken, nonsense: authToken },
  });
  await ask("POST", installing, {
    name: "twilio",
    parameters: { ...parameters, apiKey: authToken, apiUrl: authToken },
  });
  await ask("POST", installing, { name: "twilio", parameters });
  const files = leakyCollection(api.url);
  const own = { token: secrets.apiToken.value, secret: secrets.hookSecret.value };
  await ask("POST", "/api/v1/collections/plan", { files, parameters: own });
  await ask("POST", installing, { files, parameters: own });
  await ask("POST", "/api/v1/collections/leaky/upgrade/plan", { files, parameters: own });
  await ask("POST", "/api/v1/collections/leaky/upgrade", { files, parameters: { token: secrets.apiToken.value } });
  for (const flow of ["twilio/confirm-order-by-reply", ...leakyFlows]) {
    await ask("PATCH", `/api/v1/flows/${flow}`, { active: true });
  }
}

async function markedOrder(id: string): Promise<JsonObject> {
  const address = { phone, firstname: "Ann", lastname: personal.name.value };
  return sampleOrder({ id, status: "complete", email: personal.email.value }, address);
}

async function orders(ask: Ask, { test, sabotage }: { test: TestApp; sabotage: () => void }): Promise<void> {
  const path = "/api/v1/records/ecommerce/Order";
  sabotage();
  await ask("POST", path, await markedOrder("C0"));
  await ask("POST", path, await markedOrder("C1"));
  await ask("POST", `${path}`, `${JSON.stringify(await markedOrder("C2"))}\n{"id": "${personal.email.value}\n`, {
    "content-type": "application/x-ndjson",
  });
  test.simulator.addFault({ kind: "status", status: 400, code: 21211 });
  await ask("POST", path, { ...(await markedOrder("C3")) });
  await test.until(
    async () => ((await ask("GET", "/api/v1/runs?status=failed")).items as JsonObject[] | undefined) ?? [],
    (runs) => runs.length >= 8,
  );
}

async function refusals(ask: Ask): Promise<void> {
  const path = "/api/v1/records/ecommerce/Order";
  const order = await markedOrder("C9");
  const { email, name, reply } = personal;
  await ask("POST", path, `{"id": "C9", "email": ${email.value}}`);
  await ask("POST", path, `{"email": "${email.value}" "${name.value}"}`);
  await ask("POST", path, { ...order, [email.value]: 1, status: [phone], currency: { of: email.value } });
  await ask("POST", path, { ...order, id: { of: email.value }, shipping_address: name.value });
  await ask("POST", "/api/v1/records/leaky/Person", { id: "P1", email: email.value, age: name.value, kind: phone });
  await ask("GET", `${path}/${encodeURIComponent(email.value)}`);
  await ask("PATCH", `${path}/${encodeURIComponent(email.value)}`, { status: email.value });
  await ask("GET", `${path}?where.nonsense=${encodeURIComponent(email.value)}`);
  await ask("GET", `/api/v1/timeline?phone=${encodeURIComponent(`${phone}x${email.value}`)}`);
  await ask("GET", `/api/v1/timeline?phone=${encodeURIComponent(phone.slice(0, 4))}&order=${email.value}`);
  await ask("GET", `/api/v1/consent/${encodeURIComponent(email.value)}`);
  await ask("GET", `/api/v1/conversations?contact=${encodeURIComponent(email.value)}`);
  await ask("GET", `/api/v1/messages?status=${encodeURIComponent(email.value)}`);
  await ask("GET", `/api/v1/runs?cursor=${encodeURIComponent(phone)}`);
  for (const noun of ["runs", "events", "messages", "notifications", "quarantine", "operations", "attachments"])
    await ask("GET", `/api/v1/${noun}/${encodeURIComponent(email.value)}`);
  await ask("POST", "/api/v1/consent", {
    contact: email.value,
    channel: name.value,
    state: "out",
    reason: reply.value,
  });
  await ask("POST", "/api/v1/consent", { contact: `${phone}5555555`, channel: "sms", state: "out" });
  await ask("POST", "/api/v1/consent/import", `contact,${email.value}\n${phone},x\n`, { "content-type": "text/csv" });
  await ask("POST", "/api/v1/consent/import", `contact\n${phone},"${email.value}\n`, { "content-type": "text/csv" });
  await ask("POST", "/api/v1/consent/import", `contact,channel\n${email.value}1,${name.value}\n`, {
    "content-type": "text/csv",
  });
  await ask("POST", "/api/v1/translators/leaky/throws/try", { input: order });
  await ask("POST", "/api/v1/translators/leaky/loops/try", { input: order });
  await ask("POST", "/api/v1/translators/leaky/mistakes/try", { input: order });
  await ask("POST", "/api/v1/flows/leaky/throws/run", { payload: order });
  await ask("POST", "/api/v1/message-estimates", { body: reply.value, to: email.value });
  await ask("GET", `/api/v1/${encodeURIComponent(email.value)}`);
  await ask("GET", `/${encodeURIComponent(phone)}/%zz`);
  await ask("GET", "/api/v1/runs", undefined, { authorization: `Bearer ${secrets.authToken.value}` });
}

async function webhooks(ask: Ask, test: TestApp): Promise<void> {
  const collections = (await ask("GET", "/api/v1/collections")).items as JsonObject[];
  const urls = collections.flatMap(({ installed }) => (installed as JsonObject | null)?.webhooks ?? []) as JsonObject[];
  const urlOf = (of: string, key: string): string =>
    new URL(String(urls.find((one) => one.key === key && String(one.url).includes(of))?.url)).pathname;
  const body = JSON.stringify({ event: "made", email: personal.email.value, phone });
  const signature = createHmac("sha256", secrets.hookSecret.value).update(body).digest("hex");
  const hook = urlOf("/webhook/", "in");
  await ask("POST", hook, body, { "x-signature": signature });
  await ask("POST", hook, body, { "x-signature": secrets.hookSecret.value });
  await ask("POST", hook, `${body}x`, {
    "x-signature": createHmac("sha256", secrets.hookSecret.value).update(`${body}x`).digest("hex"),
  });
  await ask("POST", hook.replace(/[^/]+\/in$/, `${personal.name.value}/in`), body);
  const inbound = urlOf("/twilio/", "inbound");
  const form = new URLSearchParams({
    MessageSid: "SMforged",
    From: phone,
    To: "+15005550006",
    Body: personal.reply.value,
  });
  await ask("POST", inbound, form.toString(), {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": personal.name.value,
  });
  test.simulator.listenAt({ url: `${test.url}${inbound}`, fallbackUrl: `${test.url}${urlOf("/twilio/", "fallback")}` });
  test.simulator.write({ from: phone, body: personal.reply.value });
  await test.simulator.settled();
  await test.until(
    async () => ((await ask("GET", "/api/v1/conversations")).items as JsonObject[] | undefined) ?? [],
    (found) => found.length > 0,
  );
}

/** Reads whatever can be read, and follows every id that is found. */
async function lookAround(ask: Ask): Promise<void> {
  const lists = ["runs", "events", "effects", "messages", "notifications", "issues", "conversations", "quarantine"];
  const details = ["runs", "events", "messages", "notifications", "quarantine"];
  const more = [
    "consent",
    "attachments",
    "operations",
    "broadcasts",
    "templates",
    "processes",
    "publishers",
    "flows",
    "data-types",
    "translators",
  ];
  for (const noun of [...lists, ...more]) {
    const { items } = await ask("GET", `/api/v1/${noun}?limit=100`);
    if (!details.includes(noun)) continue;
    for (const { id } of ((items ?? []) as JsonObject[]).slice(0, 30)) await ask("GET", `/api/v1/${noun}/${id}`);
  }
  const [event] = ((await ask("GET", "/api/v1/events?kind=record.created")).items ?? []) as JsonObject[];
  await ask("POST", `/api/v1/events/${event?.id}/replay`, { dryRun: true });
  const failed = ((await ask("GET", "/api/v1/runs?status=failed")).items ?? []) as JsonObject[];
  for (const { id } of failed.slice(0, 10)) await ask("POST", `/api/v1/runs/${id}/retry`, {});
  const held = ((await ask("GET", "/api/v1/quarantine?state=held")).items ?? []) as JsonObject[];
  for (const { id } of held) await ask("POST", `/api/v1/quarantine/${id}/release`, {});
  for (const path of [
    "/api/v1/collections",
    "/api/v1/collections/leaky",
    "/api/v1/collections/leaky/bundle",
    "/api/v1/collections/leaky/files",
    "/api/v1/collections/leaky/versions",
    "/api/v1/collections/leaky/diff",
    "/api/v1/connections",
    "/api/v1/connections/twilio/twilio",
    "/api/v1/connections/leaky/api",
    "/api/v1/connections/leaky/shop",
    "/api/v1/consent/export",
    "/api/v1/records/ecommerce/Order",
    "/api/v1/timeline?order=C1",
    "/openapi.json",
    "/healthz",
    "/readyz",
  ]) {
    await ask("GET", path);
  }
  await ask("POST", "/api/v1/connections/twilio/twilio/check", {});
}

/** Asks every GET that is documented, of each thing that there is. */
async function readEverything(ask: Ask, read: Ask): Promise<void> {
  const { paths } = (await ask("GET", "/openapi.json")) as { paths: Record<string, Record<string, unknown>> };
  const ids = async (list: string): Promise<string[]> =>
    (((await ask("GET", `${list}?limit=100`)).items ?? []) as JsonObject[]).map(({ id, contact, fingerprint }) =>
      encodeURIComponent(String(id ?? contact ?? fingerprint)),
    );
  const names: Readonly<Record<string, readonly string[]>> = {
    ns: ["ecommerce"],
    Type: ["Order"],
    key: ["C1"],
    name: ["leaky"],
  };
  for (const [path, operations] of Object.entries(paths)) {
    if (operations.get === undefined || path === "/api/v1/stream") continue;
    const places = /^(.*?)\/\{(\w+)\}(.*)$/.exec(path);
    const values = places === null ? [] : (names[places[2] ?? ""] ?? (await ids(places[1] ?? "")));
    const filled = places === null ? [path] : values.slice(0, 40).map((value) => `${places[1]}/${value}${places[3]}`);
    for (const one of filled)
      await read(
        "GET",
        one.replace(/\{(\w+)\}/g, (_, name: string) => names[name]?.[0] ?? "x"),
      );
  }
  await read("GET", "/api/v1/timeline?order=C1");
  await read("GET", `/api/v1/timeline?phone=${encodeURIComponent(phone)}`);
  await read("GET", `/api/v1/records/ecommerce/Order?where.email=${encodeURIComponent(personal.email.value)}`);
}

async function commands(test: TestApp, { printed, databaseUrl, sealed }: Scene & { printed: Straw[] }): Promise<void> {
  const variables = {
    PATCHBAY_URL: test.url,
    PATCHBAY_API_KEY: secrets.apiKey.value,
    PATCHBAY_SECRET: secrets.secret.value,
    ENCRYPT_PEOPLE: sealed ? "yes" : "no",
    DATABASE_URL: databaseUrl ?? `sqlite:${join(test.folder, "patchbay.db")}`,
    LOG_LEVEL: "debug",
  };
  for (const words of [
    ["collection", "list"],
    ["collection", "show", "leaky"],
    ["collection", "diff", "leaky"],
    ["collection", "pack", "leaky", "--installed", "--out", join(test.folder, "leaky.tgz")],
    ["connection", "list"],
    ["connection", "show", "twilio/twilio"],
    ["connection", "show", "leaky/shop", "--check"],
    ["runs", "list", "--status", "failed"],
    ["notifications", "list"],
    ["backup", join(test.folder, "marked.backup")],
    ["doctor"],
    [
      "collection",
      "upgrade",
      "leaky",
      "--set",
      `token=${secrets.apiToken.value}`,
      "--set",
      `nonsense=${secrets.apiToken.value}`,
    ],
    ["start", `--nonsense=${secrets.authToken.value}`],
  ]) {
    printed.push({ place: `patchbay ${words[0]} ${words[1] ?? ""}`, text: await outputOf(words, variables) });
  }
}

async function outputOf(words: readonly string[], variables: Record<string, string>): Promise<string> {
  const chunks: string[] = [];
  const out = () => new PassThrough().on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const streams = { stdin: Readable.from([]), stdout: out(), stderr: out() };
  const code = await runCli(words, { ...streams, variables, stop: new AbortController().signal });
  return `${code} ${chunks.join("")}`;
}
