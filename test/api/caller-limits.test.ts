import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { type CallerLimitOptions, createCallerLimits } from "../../src/api/caller-limits.js";
import { createClientAddress } from "../../src/api/client-address.js";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { HOOK_SECRET } from "./parts.js";

const orders = "/api/v1/records/ecommerce/Order";
const apiKey = "a-key-of-sixteen-or-more";
const right = { headers: { authorization: `Bearer ${apiKey}` } };
const wrong = { headers: { authorization: "Bearer another-key-of-sixteen" } };

describe("Callers who ask too much", () => {
  const clock = { ms: 0 };
  let api: TestApi;
  afterEach(() => api.close());

  async function start(options: Partial<CallerLimitOptions>): Promise<void> {
    const limits = createCallerLimits(
      { requestsPerSecond: 0, refusalsPerMinute: 0, loopback: true, ...options },
      { addressOf: createClientAddress(["127.0.0.1"]), now: () => clock.ms },
    );
    api = await openTestApi({ apiKey, limits });
  }
  const from = (address: string, { headers }: typeof right) => ({
    headers: { ...headers, "x-forwarded-for": address },
  });
  const statuses = async (count: number, ask: () => Promise<{ status: number }>): Promise<number[]> => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await ask()).status);
    return found;
  };

  it("are told to wait, and for how long", async () => {
    await start({ requestsPerSecond: 0.3 });
    // The test's own look at the document was made with the key, too.
    expect(await statuses(3, () => api.call("GET", orders, right))).to.deep.equal([200, 200, 429]);
    const answer = await api.call("GET", orders, right);
    expect(answer.headers).to.include({ "retry-after": "4" });
    expect(answer.json).to.include({ code: "RATE_LIMITED" });
    clock.ms += 3_400;
    expect((await api.call("GET", orders, right)).status).to.equal(200);
  });

  it("are told so before their body is read, on the fast way, too", async () => {
    await start({ requestsPerSecond: 0.1 });
    const answer = await api.call("POST", orders, { ...right, body: { id: "x".repeat(10_000) } });
    expect(answer.status).to.equal(429);
    expect(answer.headers).to.have.property("connection", "close");
  });

  it("are counted by address when they are refused, and keep nobody out who has the key", async () => {
    await start({ refusalsPerMinute: 3 });
    expect(await statuses(4, () => api.call("GET", orders, from("203.0.113.7", wrong)))).to.deep.equal([
      ...[401, 401, 401, 429],
    ]);
    expect((await api.call("GET", orders, from("203.0.113.7", right))).status).to.equal(200);
    expect((await api.call("GET", orders, from("203.0.113.8", wrong))).status).to.equal(401);
    const answer = await api.call("GET", orders, from("203.0.113.7", wrong));
    expect(answer.headers).to.include({ "retry-after": "20" });
  });

  it("are counted by network where one caller has more addresses than it could use", async () => {
    await start({ refusalsPerMinute: 2 });
    const ask = (part: number) => api.call("GET", orders, from(`2001:db8:1:2:${part}::${part}`, wrong));
    expect([(await ask(1)).status, (await ask(2)).status, (await ask(3)).status]).to.deep.equal([401, 401, 429]);
  });

  it("are counted when they guess addresses and signatures of webhooks; what is signed goes through", async () => {
    await start({ refusalsPerMinute: 2 });
    const hook = (secret: string, signature: string) =>
      api.call("POST", `/hooks/twilio/twilio/twilio/${secret}/status`, {
        headers: { "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded" },
        body: "MessageStatus=delivered",
      });
    expect((await hook("wrong", "right")).status).to.equal(404);
    expect((await hook(HOOK_SECRET, "wrong")).status).to.equal(403);
    expect((await hook("wrong", "right")).status).to.equal(429);
    expect(await statuses(5, () => hook(HOOK_SECRET, "right"))).to.deep.equal([204, 204, 204, 204, 204]);
  });

  it("are left alone on this machine unless they shall not be", async () => {
    await start({ requestsPerSecond: 0.1, refusalsPerMinute: 1, loopback: false });
    expect(await statuses(3, () => api.call("GET", orders, right))).to.deep.equal([200, 200, 200]);
    expect(await statuses(3, () => api.call("GET", orders, wrong))).to.deep.equal([401, 401, 401]);
  });

  it("do not fill the log", async () => {
    await start({ refusalsPerMinute: 1 });
    const before = api.logged.length;
    await statuses(20, () => api.call("GET", orders, wrong));
    const told = api.logged.slice(before).map((line) => JSON.parse(line).level as number);
    expect(told.filter((level) => level >= 30)).to.have.lengthOf(1);
  });
});

describe("A body", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi({ bodyLimitBytes: 1_000_000 });
  });
  after(() => api.close());

  it("of a command may be small only, of documents as large as it was set", async () => {
    const body = { active: true, padding: "x".repeat(300_000) };
    const command = await api.call("PATCH", "/api/v1/flows/shop/nothing", { body });
    expect(command.status).to.equal(413);
    expect(command.json).to.have.property("detail", "The body is larger than 262144 bytes");
    const record = { id: "A1", status: "new", padding: "x".repeat(300_000) };
    expect((await api.call("POST", orders, { body: record })).status).to.equal(201);
    expect((await api.call("PATCH", `${orders}/A1`, { body: record })).status).to.be.oneOf([200, 201, 412]);
  });

  it("is not asked for by other sites' pages: nothing answers their browsers' questions", async () => {
    const asked = {
      ...{ origin: "https://patchbay.example.com", "access-control-request-method": "POST" },
      "access-control-request-headers": "authorization",
    };
    const answer = await api.call("OPTIONS", orders, { headers: asked });
    expect(answer.status).to.be.oneOf([403, 405]);
    const names = Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"));
    expect(names).to.deep.equal([]);
  });

  it("that is broken off by a caller who asked for permission to send is not waited for", async () => {
    const socket = connect(api.port, "127.0.0.1");
    socket.write(
      `POST ${orders} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n`,
    );
    let got = "";
    socket.on("data", (chunk) => {
      got += String(chunk);
    });
    await once(socket, "close");
    expect(got).to.contain("HTTP/1.1 413 ");
  });
});
