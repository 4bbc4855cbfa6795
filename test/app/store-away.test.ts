import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { expect } from "chai";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const orders = "/api/v1/records/ecommerce/Order";

describe("while the database cannot be written", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
    await test.setUp("twilio/send-sms-for-new-order");
  });
  afterEach(() => test.close());

  it("refuses a push with 503 and stores nothing of it, and takes the same push afterwards", async () => {
    const order = await sampleOrder({ id: "R1" }, { phone: "+14155550132" });
    const other = new DatabaseSync(join(test.folder, "patchbay.db"));
    other.exec("BEGIN IMMEDIATE");
    const refused = await test.request("POST", orders, order);
    other.exec("ROLLBACK");
    other.close();

    expect(refused.status).to.equal(503);
    expect(refused.body).to.include({ code: "STORE_UNAVAILABLE" });
    expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
    expect(await test.list("/api/v1/events")).to.deep.equal([]);
    expect(test.simulator.created).to.equal(0);

    expect((await test.request("POST", orders, order)).status).to.equal(201);
    await test.until(
      () => test.list("/api/v1/messages?status=delivered"),
      (messages) => messages.length === 1,
    );
    expect(test.simulator.created).to.equal(1);
  });
});
