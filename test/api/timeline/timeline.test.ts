import { expect } from "chai";
import type { TimelineView } from "../../../src/api/contract/timeline.js";
import type { FlowVersion } from "../../../src/core/flow.js";
import { openTestApi, type TestApi } from "../open-test-api.js";
import { aMessage, aNotification, anEffect, anEvent, aReport, aRun, at } from "./made-up.js";

const sms = { dataType: "communication/Sms", key: "S9" };

/** A flow that saves an SMS record for each order and starts another flow. */
const saving: FlowVersion = {
  hash: "h1",
  collection: null,
  translators: {},
  flow: {
    ...{ name: "twilio/new-order", title: "New order", summary: null, on: { kind: "manual", when: null } },
    steps: [
      {
        ...{ kind: "save", id: "sms", when: null, onError: "fail", dataType: sms.dataType },
        ...{ with: "=$record", emitEvents: true },
      },
    ],
  },
};

describe("GET /timeline", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const ask = (query: string) => api.call("GET", `/api/v1/timeline?${query}`);
  const idsIn = (json: unknown, name: string) =>
    new Set((json as TimelineView).entries.flatMap(({ ids }) => (ids[name] === undefined ? [] : [ids[name]])));

  const eventsIn = (json: unknown) =>
    (json as TimelineView).entries.flatMap(({ kind, ids }) =>
      kind === "event" || kind === "callback" ? [ids.eventId] : [],
    );

  /** An order, the SMS record a flow made of it, its text, its delivery; and a text to the same person for another order. */
  function tellStory(): void {
    const { memory } = api.parts;
    const done = { outcome: "done", failure: null, finishedAt: at(1) } as const;
    const steps = [
      { ...done, id: "sms", output: { id: sms.key } },
      { ...done, id: "more", output: { runId: "run_started", eventId: "evt_started" } },
    ];
    const began = [{ flow: "twilio/send", verdict: "fired", reason: "it is new", runId: "run_b" }] as const;
    memory.flowVersions.set("h1", saving);
    memory.versions.set("ecommerce/Order R1", 1);
    memory.versions.set("communication/Sms S9", 1);
    memory.events.push(
      anEvent({ id: "evt_a" }),
      anEvent({ id: "evt_b", ...sms, causedByRun: "run_a", depth: 1, decisions: began, createdAt: at(2) }),
      aReport({ id: "evt_c", ...sms, causedByRun: "run_b" }),
      anEvent({ id: "evt_alien", ...sms, causedByRun: "run_alien" }),
    );
    memory.runs.push(
      aRun({ id: "run_a", eventId: "evt_a", steps }),
      aRun({ id: "run_item", eventId: "evt_a", key: null, path: "lines[0]", parent: parentOf("run_a") }),
      aRun({ id: "run_started", eventId: "evt_started", dataType: null, key: null }),
      aRun({ id: "run_b", flow: "twilio/send", flowHash: "h2", eventId: "evt_b", ...sms, depth: 1 }),
    );
    memory.effects.push(anEffect({ id: "eff_b", runId: "run_b", vendorId: "SM9" }));
    memory.messages.push(aMessage({ id: "msg_1b", effectId: "eff_b", runId: "run_b", ...sms, vendorId: "SM9" }));
    memory.notifications.push(aNotification({ id: "ntf_b", runId: "run_b", ...sms }));
  }
  const parentOf = (runId: string) => ({ runId, stepId: "lines", index: 0 });

  it("follows an order through the records, flows and items it caused, to the end", async () => {
    tellStory();
    const { status, json } = await ask("order=R1");
    expect(status).to.equal(200);
    expect(idsIn(json, "runId")).to.deep.equal(new Set(["run_a", "run_item", "run_started", "run_b"]));
    expect(eventsIn(json)).to.deep.equal(["evt_a", "evt_b", "evt_c"]);
    expect(idsIn(json, "effectId")).to.deep.equal(new Set(["eff_b"]));
    expect(idsIn(json, "messageId")).to.include("msg_1b");
    expect(idsIn(json, "notificationId")).to.deep.equal(new Set(["ntf_b"]));
    const { entries, truncated } = json as TimelineView;
    expect(entries.map(({ at }) => at)).to.deep.equal(entries.map(({ at }) => at).toSorted());
    expect(truncated).to.equal(false);
  });

  for (const query of ["sid=SM9", "run=run_b", "phone=%2B15005550010", "phone=+15005550010"]) {
    it(`goes back from ${query} to the order that caused it`, async () => {
      tellStory();
      const { json } = await ask(query);
      expect(eventsIn(json)).to.include.members(["evt_a", "evt_b", "evt_c"]);
      expect(idsIn(json, "runId")).to.include.all.keys("run_a", "run_b");
      expect(eventsIn(json)).not.to.include("evt_alien");
    });
  }

  it("shows all texts to a phone number", async () => {
    tellStory();
    expect(idsIn((await ask("phone=%2B15005550010")).json, "messageId")).to.include.all.keys("msg_1", "msg_1b");
  });

  it("shows all e-mails to an address, however it is written", async () => {
    tellStory();
    const mail = {
      id: "msg_mail",
      effectId: "eff_b",
      runId: "run_b",
      channel: "email",
      to: "jane@example.com",
      status: "sent",
    } as const;
    api.parts.memory.messages.push(aMessage({ ...mail, vendorId: "eff_b@shop.example" }));
    const { json } = await ask("email=Jane@Example.com");
    expect(idsIn(json, "messageId")).to.include("msg_mail");
    const titles = (json as TimelineView).entries.map(({ title }) => title);
    expect(titles).to.include("The e-mail to jane@example.com was taken over by the mail server");
  });

  it("asks for the data type when several have such a key, and takes it", async () => {
    tellStory();
    api.parts.memory.versions.set("ecommerce/Return R1", 1);
    const answer = await ask("order=R1");
    expect(answer.status).to.equal(400);
    expect(answer.json).to.have.property("detail").that.contains("ecommerce/Order and of ecommerce/Return: add dataT");
    expect((await ask("order=R1&dataType=ecommerce/Order")).status).to.equal(200);
  });

  it("finds an order that was never taken, by the notification about it", async () => {
    const members = { id: "ntf_q", runId: null, eventId: null, key: "Q1", title: "Order Q1 waits in quarantine" };
    api.parts.memory.notifications.push(aNotification(members));
    const { json } = await ask("order=Q1");
    expect(json).to.have.nested.property("entries[0].title", "Order Q1 waits in quarantine");
  });

  it("shows at most 200 of each noun, and says so", async () => {
    const { memory } = api.parts;
    memory.versions.set("ecommerce/Order R1", 300);
    for (let n = 1; n <= 300; n++) memory.events.push(anEvent({ id: `evt_${1000 + n}`, version: n }));
    const { entries, truncated } = (await ask("order=R1")).json as TimelineView;
    expect(entries).to.have.lengthOf(200);
    expect(truncated).to.equal(true);
  });

  const refused: [string, number, string][] = [
    ["order=none", 404, "RECORD_UNKNOWN"],
    ["order=none&dataType=ecommerce/Order", 404, "RECORD_UNKNOWN"],
    ["order=R1&dataType=ecommerce/Oder", 404, "DATA_TYPE_UNKNOWN"],
    ["phone=%2B4915100000000", 404, "MESSAGE_UNKNOWN"],
    ["phone=0151-123", 400, "REQUEST_INVALID"],
    ["email=nobody@example.com", 404, "MESSAGE_UNKNOWN"],
    ["email=nobody", 400, "REQUEST_INVALID"],
    ["email=a@example.com&phone=%2B15005550010", 400, "REQUEST_INVALID"],
    ["sid=SM404", 404, "MESSAGE_UNKNOWN"],
    ["run=run_404", 404, "RUN_UNKNOWN"],
    ["", 400, "REQUEST_INVALID"],
    ["order=R1&sid=SM1", 400, "REQUEST_INVALID"],
    ["sid=SM1&dataType=ecommerce/Order", 400, "REQUEST_INVALID"],
  ];
  for (const [query, status, code] of refused) {
    it(`refuses "${query}": ${code}`, async () => {
      const answer = await ask(query);
      expect(answer.status).to.equal(status);
      expect(answer.json).to.include({ code });
    });
  }
});
