import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";

const orders = "/api/v1/records/ecommerce/Order";
const nextOf = (json: unknown) => (json as { next: string | null }).next;

describe("Reading and changing", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
    for (const id of ["A1", "A2", "A3"]) {
      await api.call("POST", orders, { body: { id, status: id === "A2" ? "paid" : "new", note: "x" } });
    }
  });
  afterEach(() => api.close());

  describe("records", () => {
    it("are listed page by page", async () => {
      const first = await api.call("GET", `${orders}?limit=2`);
      const second = await api.call("GET", `${orders}?limit=2&cursor=${nextOf(first.json)}`);
      expect(first.json).to.have.property("items").with.lengthOf(2);
      expect(second.json).to.have.property("items").with.lengthOf(1);
      expect(second.json).to.have.property("next", null);
    });

    it("are found by an indexed field, and by no other", async () => {
      const paid = await api.call("GET", `${orders}?where.status=paid`);
      expect(paid.json).to.have.property("items").with.lengthOf(1);
      const answer = await api.call("GET", `${orders}?where.note=x`);
      expect(answer.status).to.equal(400);
      expect(answer.text).to.contain("those are status, shipping_address.phone");
    });

    it("are given by their key, with characters that need escaping", async () => {
      await api.call("POST", orders, { body: { id: "A/4 é", status: "new" } });
      const answer = await api.call("GET", `${orders}/${encodeURIComponent("A/4 é")}`);
      expect(answer.json).to.deep.include({ key: "A/4 é", version: 1, document: { id: "A/4 é", status: "new" } });
    });

    it("are changed by a merge patch", async () => {
      const headers = { "content-type": "application/merge-patch+json" };
      const body = JSON.stringify({ status: "shipped", note: null });
      const answer = await api.call("PATCH", `${orders}/A1`, { headers, body });
      expect(answer.json).to.include({ verdict: "updated", version: 2 });
      const now = await api.call("GET", `${orders}/A1`);
      expect(now.json).to.have.property("document").that.deep.equals({ id: "A1", status: "shipped" });
    });

    it("are not changed by a patch that is no object", async () => {
      const answer = await api.call("PATCH", `${orders}/A1`, { body: [] });
      expect(answer.status).to.equal(400);
      expect(answer.json).to.have.nested.property("problems[0].message", "must be object");
    });

    it("are deleted, and keep their history", async () => {
      const answer = await api.call("DELETE", `${orders}/A1`);
      expect(answer.json).to.include({ verdict: "deleted", key: "A1" });
      expect((await api.call("GET", `${orders}/A1`)).json).to.include({ code: "RECORD_UNKNOWN" });
      const history = await api.call("GET", `${orders}/A1/events`);
      expect(history.json).to.have.nested.property("items[0].kind", "record.created");
    });

    it("are reported as unknown by every address that names one", async () => {
      const calls = [
        await api.call("GET", `${orders}/none`),
        await api.call("GET", `${orders}/none/events`),
        await api.call("PATCH", `${orders}/none`, { body: {} }),
        await api.call("DELETE", `${orders}/none`),
      ];
      expect(calls.map(({ status }) => status)).to.deep.equal([404, 404, 404, 404]);
    });
  });

  const nouns: [string, string, string][] = [
    ["events", "evt_1", "EVENT_UNKNOWN"],
    ["runs", "run_1", "RUN_UNKNOWN"],
    ["notifications", "ntf_1", "NOTIFICATION_UNKNOWN"],
    ["messages", "msg_1", "MESSAGE_UNKNOWN"],
  ];
  for (const [noun, id, code] of nouns) {
    it(`${noun} are listed and given by their id`, async () => {
      const list = await api.call("GET", `/api/v1/${noun}`);
      expect(list.json).to.have.property("items").that.is.not.empty;
      expect((await api.call("GET", `/api/v1/${noun}/${id}`)).json).to.have.property("id", id);
      expect(list.text).not.to.contain('"shard"');
    });

    it(`${noun} that do not exist are reported as such`, async () => {
      const answer = await api.call("GET", `/api/v1/${noun}/none`);
      expect(answer.status).to.equal(404);
      expect(answer.json).to.include({ code });
    });
  }

  it("lists are narrowed by their filters", async () => {
    const filters = [
      "events?kind=record.created&dataType=ecommerce/Order&key=A2",
      "runs?status=succeeded&flow=twilio/send-sms-with-twilio&eventId=evt_1",
      "notifications?level=error&state=new&runId=run_1",
      "messages?status=delivered&to=%2B15005550010&dataType=communication/Sms&key=S1",
    ];
    for (const filter of filters) {
      expect((await api.call("GET", `/api/v1/${filter}`)).json, filter)
        .to.have.property("items")
        .with.lengthOf(1);
    }
    const none = ["events?kind=message.sent", "runs?status=cancelled", "notifications?level=info", "messages?to=1"];
    for (const filter of none) {
      expect((await api.call("GET", `/api/v1/${filter}`)).json, filter).to.have.property("items").that.is.empty;
    }
  });

  it("a run comes with its effects and messages", async () => {
    const answer = await api.call("GET", "/api/v1/runs/run_1");
    expect(answer.json).to.have.nested.property("effects[0].state", "done");
    expect(answer.json).to.have.nested.property("messages[0].id", "msg_1");
  });

  it("a run says what it rests for, and whose item it is", async () => {
    const { json } = await api.call("GET", "/api/v1/runs/run_3");
    expect(json).to.have.nested.property("wait.summary", "its turn: eff_2 comes first");
    expect(json).to.deep.include({ path: "lines[1]", item: { sku: "T-1" } });
    expect(json).to.have.deep.property("parent", { runId: "run_9", stepId: "lines", index: 1 });
  });

  it("a run that waits for its items tells how many there are", async () => {
    const wait = { kind: "items", stepId: "lines", total: 3, next: 1, again: null } as const;
    api.parts.memory.runs.push({ ...api.parts.memory.runs[2]!, id: "run_items", wait });
    const answer = await api.call("GET", "/api/v1/runs/run_items");
    expect(answer.json).to.have.deep.property("wait", {
      ...{ kind: "items", stepId: "lines", total: 3, next: 1 },
      summary: "its items: 1 of 3 have a run",
    });
  });

  it("an effect tells until when it makes sense", async () => {
    const { json } = await api.call("GET", "/api/v1/runs/run_1");
    expect(json).to.have.nested.property("effects[0].expiresAt", "2026-11-21T13:00:00.000Z");
  });

  it("a message is found by Twilio's SID", async () => {
    const answer = await api.call("GET", "/api/v1/messages/SM00000000000000000000000000000001");
    expect(answer.json).to.have.property("id", "msg_1");
  });

  it("a notification is acknowledged, then resolved, and never goes back", async () => {
    const path = "/api/v1/notifications/ntf_1";
    expect((await api.call("POST", `${path}/acknowledge`)).json).to.have.property("state", "acknowledged");
    expect((await api.call("POST", `${path}/resolve`)).json).to.have.property("state", "resolved");
    expect((await api.call("POST", `${path}/acknowledge`)).json).to.have.property("state", "resolved");
    expect((await api.call("POST", "/api/v1/notifications/none/resolve")).status).to.equal(404);
  });

  it("flows are listed by name, page by page", async () => {
    const first = await api.call("GET", "/api/v1/flows?limit=1");
    const second = await api.call("GET", `/api/v1/flows?limit=1&cursor=${nextOf(first.json)}`);
    expect(first.json).to.have.nested.property("items[0].name", "twilio/order-confirmation");
    expect(second.json).to.have.nested.property("items[0].active", true);
    const third = await api.call("GET", `/api/v1/flows?limit=1&cursor=${nextOf(second.json)}`);
    expect(third.json).to.have.property("next", null);
  });

  it("a flow with a schedule says when it starts next, while it is on", async () => {
    const path = "/api/v1/flows/twilio/weekly-report";
    expect((await api.call("GET", path)).json).to.have.property("nextAt", null);
    await api.call("PATCH", path, { body: { active: true } });
    const { nextAt } = (await api.call("GET", path)).json as { nextAt: string };
    const inBerlin = { timeZone: "Europe/Berlin", weekday: "long", hour: "2-digit", minute: "2-digit" } as const;
    expect(new Date(nextAt).toLocaleString("en-GB", inBerlin)).to.equal("Monday 09:00");
    expect(Date.parse(nextAt)).to.be.greaterThan(Date.now());
  });

  it("a flow is switched, with warnings", async () => {
    const path = "/api/v1/flows/twilio/order-confirmation";
    const answer = await api.call("PATCH", path, { body: { active: true } });
    expect(answer.json).to.have.property("warnings").with.lengthOf(1);
    expect((await api.call("GET", path)).json).to.have.property("active", true);
  });

  it("a flow is not switched by a body that says something else", async () => {
    const path = "/api/v1/flows/twilio/order-confirmation";
    const answer = await api.call("PATCH", path, { body: { active: "yes", enabled: true } });
    expect(answer.status).to.equal(400);
    expect(answer.json).to.have.property("detail").that.contains("/enabled is not known here");
    expect((await api.call("PATCH", "/api/v1/flows/twilio/none", { body: { active: true } })).status).to.equal(404);
    expect((await api.call("GET", "/api/v1/flows/twilio/none")).json).to.include({ code: "FLOW_UNKNOWN" });
  });

  it("collections are listed, shipped and installed ones", async () => {
    await api.call("POST", "/api/v1/collections/install", { body: { name: "twilio", parameters: { from: "+1" } } });
    const answer = await api.call("GET", "/api/v1/collections");
    expect(answer.json).to.have.nested.property("items[0].installed", null);
    expect(answer.json).to.have.nested.property("items[0].shippedVersion", "1.0.0");
    expect(answer.json).to.have.nested.property("items[1].installed.parameters.from", "+1");
    expect(answer.text).not.to.contain("sealed");
  });

  it("a collection is installed, then replaced", async () => {
    const install = () => api.call("POST", "/api/v1/collections/install", { body: { name: "ecommerce" } });
    expect((await install()).status).to.equal(201);
    expect((await install()).status).to.equal(200);
  });

  it("a broken collection is refused with every problem, file and remedy", async () => {
    const answer = await api.call("POST", "/api/v1/collections/install", {
      body: { files: { "collection.yaml": "" } },
    });
    expect(answer.status).to.equal(422);
    expect(answer.json).to.have.nested.property("problems[0].file", "collection.yaml");
    expect(answer.json).to.have.nested.property("problems[0].remedy", "Name it");
  });

  it("an installation needs a name or files, and not both", async () => {
    for (const body of [{}, { name: "twilio", files: {} }]) {
      const answer = await api.call("POST", "/api/v1/collections/install", { body });
      expect(answer.json).to.include({ code: "REQUEST_INVALID" });
    }
  });

  it("translators are listed and tried", async () => {
    expect((await api.call("GET", "/api/v1/translators")).json).to.have.nested.property(
      "items[0].to",
      "communication/Sms",
    );
    const path = "/api/v1/translators/twilio/order-to-sms/try";
    const answer = await api.call("POST", path, { body: { input: "+15005550010" } });
    expect(answer.json).to.have.nested.property("output.phone", "+15005550010");
    expect(answer.json).to.have.nested.property("problems[0].path", "/message");
    const missing = await api.call("POST", "/api/v1/translators/twilio/none/try", { body: { input: 1 } });
    expect(missing.json).to.include({ code: "TRANSLATOR_UNKNOWN" });
    expect((await api.call("POST", path, { body: {} })).text).to.contain("/input is required");
  });

  it("data types are listed and given by their name", async () => {
    expect((await api.call("GET", "/api/v1/data-types")).json)
      .to.have.property("items")
      .with.lengthOf(4);
    expect((await api.call("GET", "/api/v1/data-types/ecommerce/Order")).json).to.have.property("keyAuto", false);
    expect((await api.call("GET", "/api/v1/data-types/ecommerce/None")).status).to.equal(404);
  });

  it("health tells a process that lives from one that can store", async () => {
    expect((await api.call("GET", "/readyz")).json).to.deep.equal({ status: "ready", version: "0.0.0-test" });
    api.parts.setStoreAvailable(false);
    expect((await api.call("GET", "/healthz")).json).to.have.property("status", "alive");
    expect((await api.call("GET", "/readyz")).status).to.equal(503);
  });
});
