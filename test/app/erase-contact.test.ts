import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect } from "chai";
import { runCli } from "../../src/cli/cli.js";
import type { JsonObject } from "../../src/core/json.js";
import { createSealer } from "../../src/secrets/sealer.js";
import { type PostgresServer, startPostgresServer } from "../../testing/postgres-server.js";
import { openedBy, type Straw, tablesOf } from "./canary/haystack.js";
import { type Answer, openTestApp, sampleOrder, type TestApp } from "./parts.js";

interface Person {
  readonly phone: string;
  /** Every way in which something of the person is written down. */
  readonly traces: readonly string[];
  readonly order: (id: string, status: string) => Promise<JsonObject>;
}

/** @param written As the order has the number. */
function person(name: string, phone: string, written: string): Person {
  const email = `${name.toLowerCase()}@shop.example`;
  const plain = [name, email, phone.slice(2), written];
  const base64 = (text: string): string[] =>
    [0, 1, 2].map((before) =>
      Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
        .toString("base64")
        .slice(4, -4),
    );
  return {
    phone,
    traces: [...plain, encodeURIComponent(email), ...plain.flatMap(base64).filter((text) => text.length >= 8)],
    order: (id, status) => sampleOrder({ id, status, email }, { phone: written, firstname: "Ann", lastname: name }),
  };
}

const gone = person("Zyxwquoll", "+14155557391", "(415) 555-7391");
const stays = person("Brimblefax", "+14155558462", "415-555-8462");
const orders = "/api/v1/records/ecommerce/Order";

const shop = {
  "collection.yaml": "name: shop\nversion: 1.0.0\ntitle: Shop\nsummary: Waits.\nrequires: { ecommerce: ^1.0.0 }\n",
  "schemas/person.schema.yaml": `
$id: shop/Person
type: object
x-key: [id]
x-quarantine: true
required: [id, age]
properties: { id: { type: string }, age: { type: integer }, phone: { type: string }, email: { type: string } }
`,
  "flows/tell.flow.yaml": `
name: tell
title: Tell
on: { record: ecommerce/Order, events: [created] }
steps:
  - { id: tell, stop: ="For " & $record.shipping_address.lastname, level: warning }
`,
  "flows/wait.flow.yaml": `
name: wait
title: Wait
on: { record: ecommerce/Order, events: [created] }
steps:
  - { id: wait, wait: { for: 3h } }
  - { id: end, stop: ="The order " & $record.id }
`,
};

function tracesOf({ traces }: Person, tables: readonly Straw[]): string[] {
  return tables.flatMap(({ place, text }) => {
    const found = traces.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()));
    return found.map((trace) => {
      const at = text.toLowerCase().indexOf(trace.toLowerCase());
      return `${place}: ${trace} in …${text.slice(Math.max(0, at - 150), at + 60)}…`;
    });
  });
}

const secret = "a secret of these tests";

/** Where it is done; a sealed database is looked into as the store does. */
interface Scene {
  readonly createDatabase: (() => Promise<string>) | null;
  readonly sealed?: boolean;
}

function erasing({ createDatabase, sealed = false }: Scene): void {
  const opened = sealed ? openedBy(createSealer(secret)) : (all: Straw[]) => all;
  const tablesIn = async (place: string): Promise<Straw[]> => opened(await tablesOf(place));
  let test: TestApp;
  let url: string;
  let tables: readonly Straw[];
  let untouched: JsonObject;
  let receipt: Answer;
  let printed: string;

  const erase = (body: JsonObject) => test.request("POST", "/api/v1/contacts/erase", body);
  const everythingOf = async ({ phone }: Person): Promise<JsonObject> => {
    const to = encodeURIComponent(phone);
    const [record, messages, timeline, conversations] = await Promise.all(
      [
        `${orders}/S1`,
        `/api/v1/messages?to=${to}`,
        `/api/v1/timeline?phone=${to}`,
        `/api/v1/conversations?contact=${to}`,
      ].map(async (path) => (await test.request("GET", path)).body),
    );
    return { record, messages, timeline, conversations } as unknown as JsonObject;
  };

  before(async function () {
    this.timeout(120_000);
    url = createDatabase === null ? "" : await createDatabase();
    const people = { PATCHBAY_SECRET: secret, ENCRYPT_PEOPLE: sealed ? "yes" : "no" };
    test = await openTestApp(url === "" ? people : { ...people, DATABASE_URL: url });
    if (url === "") url = `sqlite:${join(test.folder, "patchbay.db")}`;
    await test.setUp("twilio/confirm-order-by-reply", "twilio/send-sms-for-new-order");
    await listen(test);
    await test.request("POST", "/api/v1/collections/install", { files: shop, parameters: {} });
    for (const flow of ["shop/wait", "shop/tell"]) {
      expect((await test.request("PATCH", `/api/v1/flows/${flow}`, { active: true })).status).to.equal(200);
    }
    for (const [one, id] of [
      [gone, "G1"],
      [stays, "S1"],
    ] as const) {
      await test.request("POST", orders, await one.order(id, "complete"));
      const bad = { id: `${id}Q`, age: one.traces[0] as string, phone: one.phone, email: one.traces[1] as string };
      await test.request("POST", "/api/v1/records/shop/Person", bad);
      await test.request("POST", "/api/v1/records/shop/Person", { ...bad, id: one.phone, age: 41 });
    }
    const resting = (least: number) =>
      test.until(
        () => test.list("/api/v1/runs?limit=100"),
        (runs) => runs.length >= least && runs.every(({ status }) => status !== "queued" && status !== "running"),
      );
    // The fault is for the next text, whosever it is.
    await resting(8);
    test.simulator.addFault({ kind: "status", status: 400, code: 21211 });
    await test.request("POST", orders, await gone.order("G2", "complete"));
    await resting(12);
    for (const { phone } of [gone, stays]) test.simulator.write({ from: phone, body: `Yes please` });
    await test.simulator.settled();
    await test.until(
      () => test.list("/api/v1/conversations"),
      (found) => found.length >= 2,
    );
    test.simulator.write({ from: gone.phone, body: "STOP" });
    await test.simulator.settled();
    await test.until(
      () => test.list("/api/v1/consent?state=opted-out"),
      (found) => found.length > 0,
    );
    await test.until(
      () => test.list("/api/v1/effects?limit=100"),
      (found) => found.every(({ state }) => state === "done" || state === "refused"),
    );
    await test.until(
      () => test.list(`/api/v1/messages?to=${encodeURIComponent(stays.phone)}`),
      (found) => found.length >= 3 && found.every(({ status }) => status === "delivered"),
    );
    await test.until(
      () => test.list("/api/v1/runs?limit=100"),
      (runs) => runs.every(({ status, flow }) => flow === "shop/wait" || status === "succeeded" || status === "failed"),
    );
    untouched = await everythingOf(stays);
    const before = await tablesIn(url);
    expect(tracesOf(gone, before)).not.to.deep.equal([]);
    printed = await run(test, ["contact", "erase", "+1 415 555 7391", "--dry-run"]);
    expect(tracesOf(gone, await tablesIn(url)).length).to.equal(tracesOf(gone, before).length);
    receipt = await erase({ contact: gone.phone });
    tables = await tablesIn(url);
  });
  after(() => test.close());

  it("shows first what would go", () => {
    expect(printed)
      .to.match(/events +\d/)
      .and.match(/messages +\d/);
    expect(printed).to.include("has opted out");
  });
  it("leaves nothing of the person in any table but the opt-out that holds", () => {
    expect(receipt.status, JSON.stringify(receipt.body)).to.equal(200);
    const others = tables.filter(({ place }) => !["table consents", "table consent_entries"].includes(place));
    expect(tracesOf(gone, others)).to.deep.equal([]);
  });
  it("leaves the texts as sent, to nobody, without their words", async () => {
    const to = encodeURIComponent(String(receipt.body.contact));
    const sent = await test.list(`/api/v1/messages?to=${to}`);
    expect(sent.map(({ status }) => status)).to.include("delivered");
    for (const { body } of sent) expect(body).to.equal("(no longer kept)");
  });
  it("gives a receipt without the person, which the audit log keeps", async () => {
    const { counts, keptOptOuts, contact } = receipt.body as unknown as {
      counts: Record<string, number>;
      keptOptOuts: number;
      contact: string;
    };
    expect(contact).to.match(/^erased:[0-9a-f]{16}$/);
    expect(keptOptOuts).to.be.greaterThan(0);
    for (const table of [
      "events",
      "records",
      "record_index",
      "effects",
      "messages",
      "received",
      "conversations",
      "quarantined_records",
      "notifications",
    ]) {
      expect(counts[table], table).to.be.greaterThan(0);
    }
    const [done] = await test.list("/api/v1/audit?action=erase-contact");
    expect(done).to.include({ outcome: "done" });
    expect(done?.facts).to.include({ events: counts.events, messages: counts.messages });
  });
  it("cancels what was still to come for the person, and for nobody else", async () => {
    expect(receipt.body.cancelledRuns).to.equal(2);
    const waiting = await test.list("/api/v1/runs?flow=shop/wait&status=waiting");
    expect(waiting.map(({ key }) => key)).to.include("S1");
  });
  it("leaves everybody else as they were", async () => {
    expect(JSON.stringify(await everythingOf(stays), null, 1)).to.equal(JSON.stringify(untouched, null, 1));
  });
  it("honours the opt-out when the person is pushed again", async () => {
    await test.request("POST", orders, await gone.order("G3", "complete"));
    await test.request("POST", "/api/v1/records/shop/Person", { id: gone.phone, age: 42 });
    const [message] = await test.until(
      () => test.list(`/api/v1/messages?to=${encodeURIComponent(gone.phone)}`),
      (found) => found.length > 0,
    );
    expect(message?.status).to.equal("suppressed");
    expect((await erase({ contact: gone.phone })).status).to.equal(200);
  });
  it("refuses to erase a number of ours", async () => {
    const { body } = await erase({ contact: "+15005550006" });
    expect(body).to.include({ status: 400, code: "REQUEST_INVALID" });
  });
  it("finds nothing any more when it is asked again", async () => {
    const { body } = await erase({ contact: gone.phone });
    expect(body.counts).to.deep.equal({});
    const others = (await tablesIn(url)).filter(({ place }) => !place.startsWith("table consent"));
    expect(tracesOf(gone, others)).to.deep.equal([]);
  });
  it("waits for a call whose outcome nobody knows, and goes on when it is settled", async () => {
    const open = person("Quaddlewix", "+14155559517", "415 555 9517");
    const match = { to: open.phone };
    test.simulator.addFault({ kind: "timeout-after-send", match, times: 9 });
    test.simulator.addFault({ kind: "lose-callbacks", match, times: 9 });
    await test.request("POST", orders, await open.order("U1", "complete"));
    const doubtful = await test.until(
      () => test.list("/api/v1/effects?state=unknown"),
      (found) => found.length >= 2,
    );
    const early = await erase({ contact: open.phone });
    expect(early.body).to.include({ status: 409, code: "ERASURE_WAITS" });
    for (const { id } of doubtful) {
      await test.request("POST", `/api/v1/effects/${id}/settle`, { settlement: "not-sent" });
    }
    expect((await erase({ contact: open.phone })).status).to.equal(200);
    expect(tracesOf(open, await tablesIn(url))).to.deep.equal([]);
  });
  it("finds a person by the e-mail address as well", async () => {
    const other = person("Hexwobble", "+14155550639", "(415) 555-0639");
    const [name = "", email = ""] = other.traces;
    await test.request("POST", orders, await other.order("E1", "complete"));
    await test.until(
      () => test.list(`/api/v1/messages?to=${encodeURIComponent(other.phone)}`),
      (found) => found.length >= 2 && found.every(({ status }) => status === "delivered"),
    );
    expect((await erase({ contact: email.toUpperCase() })).status).to.equal(200);
    const left = await tablesIn(url);
    expect(tracesOf({ ...other, traces: [name, email] }, left)).to.deep.equal([]);
    await erase({ contact: other.phone });
    expect(tracesOf(other, await tablesIn(url))).to.deep.equal([]);
  });
  it("still answers every list and every thing in it", async () => {
    for (const noun of ["runs", "events", "messages", "notifications", "quarantine", "conversations"]) {
      const listed = await test.request("GET", `/api/v1/${noun}?limit=100`);
      expect(listed.status, noun).to.equal(200);
      for (const { id } of listed.body.items ?? []) {
        expect((await test.request("GET", `/api/v1/${noun}/${id}`)).status, `${noun}/${id}`).to.equal(200);
      }
    }
    for (const path of ["effects", "issues", "consent", "attachments", "operations", "timeline?order=G1"]) {
      expect((await test.request("GET", `/api/v1/${path}`)).status, path).to.equal(200);
    }
    for (const path of [orders, `${orders}/G1`]) {
      expect((await test.request("GET", path)).status, path).to.equal(200);
    }
  });
}

async function listen(test: TestApp): Promise<void> {
  const collections = await test.list("/api/v1/collections");
  const urls = collections.flatMap(
    ({ installed }) => ((installed as JsonObject | null)?.webhooks ?? []) as JsonObject[],
  );
  const inbound = urls.find(({ key, url }) => key === "inbound" && String(url).includes("/twilio/"));
  test.simulator.listenAt({ url: String(inbound?.url), fallbackUrl: String(inbound?.url) });
}

async function run(test: TestApp, words: readonly string[]): Promise<string> {
  const chunks: string[] = [];
  const out = () => new PassThrough().on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const streams = { stdin: Readable.from([]), stdout: out(), stderr: out() };
  const variables = { PATCHBAY_URL: test.url, DATABASE_URL: `sqlite:${join(test.folder, "patchbay.db")}` };
  await runCli(words, { ...streams, variables, stop: new AbortController().signal });
  return chunks.join("");
}

describe("erasing a contact, on SQLite", () => {
  erasing({ createDatabase: null });
});

describe("erasing a contact, on SQLite with people sealed", () => {
  erasing({ createDatabase: null, sealed: true });
});

describe("erasing a contact, on PostgreSQL", () => {
  let server: PostgresServer;
  after(() => server[Symbol.asyncDispose]());
  const createDatabase = async (): Promise<string> => {
    server = await startPostgresServer();
    return server.createDatabase();
  };
  erasing({ createDatabase });
});

describe("erasing a contact, on PostgreSQL with people sealed", () => {
  let server: PostgresServer;
  after(() => server[Symbol.asyncDispose]());
  const createDatabase = async (): Promise<string> => {
    server = await startPostgresServer();
    return server.createDatabase();
  };
  erasing({ createDatabase, sealed: true });
});
