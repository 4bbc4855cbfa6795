import { expect } from "chai";
import { startApp } from "../../src/app.js";
import { readConfig } from "../../src/config/config.js";
import { type PostgresServer, startPostgresServer } from "../../testing/postgres-server.js";
import { failed } from "../http/failed.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const orders = "/api/v1/records/ecommerce/Order";
const secret = { PATCHBAY_SECRET: "a secret that processes share" };

describe("Patchbay on PostgreSQL", function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let test: TestApp;
  before(async () => {
    server = await startPostgresServer();
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    test = await openTestApp({ ...secret, DATABASE_URL: await server.createDatabase() });
    await test.setUp("twilio/send-sms-for-new-order");
  });
  afterEach(() => test.close());

  const delivered = async (count: number): Promise<void> => {
    await test.until(
      () => test.list("/api/v1/messages?status=delivered"),
      (messages) => messages.length === count,
    );
  };

  it("texts for every new order once, and follows the text to delivery", async () => {
    const pushed = await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => {
        const order = await sampleOrder({ id: `R${n}` }, { phone: `+1415555013${n}` });
        return test.request("POST", orders, order);
      }),
    );
    expect(pushed.map(({ status }) => status)).to.deep.equal(Array(5).fill(201));
    await delivered(5);
    expect(test.simulator.created).to.equal(5);
    const runs = await test.list("/api/v1/runs?status=succeeded");
    expect(runs).to.have.lengthOf(5);
  });

  it("goes on after a restart, with its stored secrets readable", async () => {
    await test.request("POST", orders, await sampleOrder({ id: "R1" }, { phone: "+14155550131" }));
    await delivered(1);
    await test.restart();
    expect(
      (await test.request("POST", orders, await sampleOrder({ id: "R1" }, { phone: "+14155550131" }))).status,
    ).to.equal(200);
    await test.request("POST", orders, await sampleOrder({ id: "R2" }, { phone: "+14155550132" }));
    await delivered(2);
    expect(test.simulator.created).to.equal(2);
  });

  it("carries a test text on after a restart, with the flow that is installed nowhere", async () => {
    const connection = "/api/v1/connections/twilio/twilio";
    await test.request("POST", `${connection}/deactivate`, {});
    const { status, body } = await test.request("POST", `${connection}/test-text`, { to: "+14155550132" });
    expect(status).to.equal(202);
    await test.until(
      () => test.request("GET", `/api/v1/runs/${body.runId}`),
      (run) => run.body.status === "waiting",
    );
    await test.restart();
    await test.request("POST", `${connection}/activate`, {});
    await delivered(1);
    expect(test.simulator.created).to.equal(1);
  });

  it("answers 503 with Retry-After while the server is away, and goes on by itself when it is back", async () => {
    const order = await sampleOrder({ id: "R1" }, { phone: "+14155550132" });
    await server.stop("fast");
    const refused = await test.request("POST", orders, order);
    expect(refused.status).to.equal(503);
    expect(refused.body).to.include({ code: "STORE_UNAVAILABLE" });
    expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
    expect((await test.request("GET", "/readyz")).status).to.equal(503);
    await server.start();
    expect((await test.request("POST", orders, order)).status).to.equal(201);
    await delivered(1);
    expect(test.simulator.created).to.equal(1);
  });
});

describe("Patchbay on a PostgreSQL server without PATCHBAY_SECRET", () => {
  it("does not start, and says what to set", async () => {
    const config = readConfig({ DATABASE_URL: "postgres://127.0.0.1:1/shop", PORT: "0", LOG_LEVEL: "silent" });
    const error = await failed(startApp(config), "CONFIG_INVALID");
    expect(error.message).to.include("PATCHBAY_SECRET").and.to.include("the same for every process");
  });
});
