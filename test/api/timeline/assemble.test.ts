import { expect } from "chai";
import { assembleTimeline } from "../../../src/api/timeline/assemble.js";
import { type Facts, narrowToRecipient } from "../../../src/api/timeline/facts.js";
import { aMessage, aNotification, anEffect, anEvent, aReport, aRun, at, failure } from "./made-up.js";

const nothing: Facts = {
  ...{ events: [], runs: [], effects: [], messages: [], consents: [], notifications: [] },
  flowTitles: new Map([["twilio/new-order", "Text every new order"]]),
  truncated: false,
};
const assemble = (facts: Partial<Facts>) => assembleTimeline({ ...nothing, ...facts });
const titles = (facts: Partial<Facts>) => assemble(facts).entries.map(({ title }) => title);

describe("A timeline", () => {
  it("tells one order's story in the order it happened, causes before effects in the same millisecond", () => {
    const decisions = [
      { flow: "twilio/new-order", verdict: "fired", reason: "the record is new", runId: "run_1" },
      { flow: "twilio/order-shipped", verdict: "not-fired", reason: "status is not shipped", runId: null },
    ] as const;
    const step = (id: string, ms: number) =>
      ({ id, outcome: "done", output: null, failure: null, finishedAt: at(ms) }) as const;
    const { entries } = assemble({
      notifications: [aNotification()],
      messages: [aMessage()],
      effects: [anEffect()],
      runs: [aRun({ steps: [step("sms", 0), step("send", 35)] })],
      events: [aReport(), anEvent({ decisions })],
    });
    expect(entries.map(({ kind, title }) => `${kind}: ${title}`)).to.deep.equal([
      "event: ecommerce/Order R1 was created",
      'decision: "Text every new order" starts: the record is new',
      "decision: twilio/order-shipped does not start: status is not shipped",
      'run: "Text every new order" began',
      'step: Step "sms" was done',
      "message: A text to +15005550010: Hello Joe",
      "request: twilio/send-message was called for +15005550010",
      "response: twilio/send-message took it (SM1)",
      'step: Step "send" was done',
      'run: "Text every new order" succeeded',
      "notification: New order: SMS accepted",
      "callback: The text to +15005550010 was delivered",
    ]);
    expect(entries.at(-1)).to.have.property("at", "2026-11-21T09:00:00.900Z");
  });

  it("says what another system handed over, and why it could not be read", () => {
    const about = { kind: "webhook.orders/create", dataType: null, key: null } as const;
    const payload = { connection: "shopify/shop", topic: "orders/create", body: { id: 1 } };
    const came = anEvent({ ...about, payload });
    const broken = anEvent({ ...about, id: "evt_2", payload: { ...payload, unreadable: "it is empty", text: "" } });
    expect(titles({ events: [came, broken] })).to.deep.equal([
      "orders/create came by shopify/shop",
      "orders/create came by shopify/shop and could not be read: it is empty",
    ]);
  });

  it("names what each entry is about, and leaves out what it is not", () => {
    const { entries } = assemble({ events: [anEvent(), aReport()], effects: [anEffect({ vendorId: null })] });
    const idsOf = (kind: string) => entries.find((entry) => entry.kind === kind)?.ids;
    expect(idsOf("event")).to.deep.equal({ eventId: "evt_1", dataType: "ecommerce/Order", key: "R1" });
    expect(idsOf("callback")).to.include({ messageId: "msg_1", vendorId: "SM1", runId: "run_1" });
    expect(idsOf("request")).to.deep.equal({ effectId: "eff_1", runId: "run_1", stepId: "send" });
  });

  it("keeps request and response as they were", () => {
    const { entries } = assemble({ effects: [anEffect()] });
    expect(entries.map(({ detail }) => detail)).to.have.deep.nested.property("[0].request", { to: "+15005550010" });
    expect(entries.map(({ detail }) => detail)).to.have.deep.nested.property("[1].response", { status: "queued" });
  });

  it("says that nobody knows what became of a call, at the time it was made", () => {
    const effect = anEffect({ state: "unknown", settledAt: null, vendorId: null, failure });
    const { entries } = assemble({ effects: [effect] });
    expect(entries[1]).to.include({ title: `Nobody knows whether the call took effect: ${failure.message}` });
    expect(entries[1]).to.have.property("at", at(5).toISOString());
  });

  it("says what a call that was never made is, and nothing of an answer", () => {
    const effect = anEffect({ state: "intended", startedAt: null, settledAt: null });
    expect(titles({ effects: [effect] })).to.deep.equal(["twilio/send-message is to be called for +15005550010"]);
  });

  it("counts attempts", () => {
    expect(titles({ effects: [anEffect({ attempts: 3 })] })[0]).to.match(/\(attempt 3\)$/);
  });

  it("tells when the attempts at a call began, where that was before the newest", () => {
    const told = titles({ effects: [anEffect({ attempts: 3, firstAttemptAt: at(1), startedAt: at(30) })] });
    expect(told.slice(0, 2)).to.deep.equal([
      "twilio/send-message was called for +15005550010 for the first time",
      "twilio/send-message was called for +15005550010 (attempt 3)",
    ]);
    expect(titles({ effects: [anEffect({ firstAttemptAt: at(5), startedAt: at(5) })] })).to.have.lengthOf(2);
  });

  it("tells every end of a run that was taken up again, between its beginning and its last end", () => {
    const earlier = [
      { status: "failed", failure, stopReason: null, endedAt: at(10), retriedAt: at(20) },
      { status: "cancelled", failure: null, stopReason: "the shop called", endedAt: at(25), retriedAt: at(30) },
    ] as const;
    const { entries } = assemble({ runs: [aRun({ earlier })], notifications: [aNotification({ createdAt: at(10) })] });
    const name = '"Text every new order"';
    expect(entries.map(({ title }) => title)).to.deep.equal([
      `${name} began`,
      `${name} failed: Twilio did not answer in time`,
      "New order: SMS accepted",
      `${name} was taken up again`,
      `${name} was cancelled: the shop called`,
      `${name} was taken up again`,
      `${name} succeeded`,
    ]);
    expect(entries[1]?.detail).to.deep.include({ status: "failed", failure });
  });

  it("says how runs ended, and what unfinished ones rest for", () => {
    const open = { finishedAt: null, updatedAt: at(9) };
    const last = (run: Parameters<typeof aRun>[0]) => titles({ runs: [aRun(run)] }).at(-1);
    const name = '"Text every new order"';
    expect(last({ status: "failed", failure })).to.equal(`${name} failed: Twilio did not answer in time`);
    expect(last({ status: "cancelled", stopReason: "the shop called" })).to.equal(
      `${name} was cancelled: the shop called`,
    );
    expect(last({ stopReason: "no phone" })).to.equal(`${name} ended early: no phone`);
    const wait = { kind: "connection", connection: "twilio/twilio", reason: "it is down", placeAt: null } as const;
    expect(last({ ...open, status: "waiting", wait })).to.equal(
      `${name} waits for the connection twilio/twilio: it is down`,
    );
    expect(last({ ...open, status: "running" })).to.equal(`${name} began`);
    expect(last({ path: "lines[3]" })).to.equal(`${name} for lines[3] succeeded`);
  });

  it("says why a text was not delivered", () => {
    const payload = { messageId: "msg_1", to: "+15005550010", errorCode: "30003", cause: "The phone is off" };
    const report = aReport({ kind: "message.undelivered", payload });
    expect(titles({ events: [report] })).to.deep.equal([
      "The text to +15005550010 was not delivered (30003): The phone is off",
    ]);
  });

  it("shows how far a text has come when no report about it can be listed", () => {
    const { entries } = assemble({ messages: [aMessage({ status: "undelivered", errorCode: "30003" })] });
    expect(entries[1]).to.include({ kind: "message", at: at(900).toISOString() });
    expect(entries[1]).to.have.property("title", "The text to +15005550010 was not delivered (30003)");
    expect(titles({ messages: [aMessage({ status: "pending" })] })).to.have.lengthOf(1);
  });

  it("tells events that are not about a record", () => {
    const flow = "twilio/new-order";
    const told = (kind: Parameters<typeof anEvent>[0] & object) =>
      titles({ events: [anEvent({ dataType: null, key: null, version: null, payload: { flow }, ...kind })] })[0];
    expect(told({ kind: "schedule.due" })).to.equal('The schedule of "Text every new order" was due');
    expect(told({ kind: "flow.started" })).to.equal('"Text every new order" was started by hand');
    expect(told({ kind: "flow.started", causedByRun: "run_0" })).to.match(/started by another flow$/);
    const decisions = [{ flow, verdict: "fired", reason: "started by hand", runId: "run_1" }] as const;
    const about = { dataType: "ecommerce/Order", key: "R1", payload: { id: "R1" }, decisions };
    const sale = [{ ...decisions[0], reason: 'broadcast "Sale" (bct_1)' }];
    expect(told({ kind: "flow.started", ...about, decisions: sale })).to.equal(
      'The broadcast "Sale" (bct_1) started "Text every new order" for ecommerce/Order R1',
    );
    expect(told({ kind: "flow.started", ...about })).to.equal(
      '"Text every new order" was started by hand for ecommerce/Order R1',
    );
    expect(told({ kind: "silence.noticed" })).to.match(/^Nothing had come/);
    expect(told({ kind: "notification.error" })).to.equal("Flows were told of the notification (error)");
  });

  it("says that there is more", () => {
    expect(assemble({ truncated: true })).to.deep.equal({ entries: [], truncated: true });
  });

  it("of a phone number leaves out what the same flows told others", () => {
    const other = "+15005550099";
    const facts: Facts = {
      ...nothing,
      runs: [aRun()],
      effects: [anEffect(), anEffect({ id: "eff_2", recipient: other })],
      messages: [aMessage(), aMessage({ id: "msg_2", to: other })],
      events: [anEvent(), aReport(), aReport({ id: "evt_3", payload: { messageId: "msg_2" } })],
      notifications: [aNotification(), aNotification({ id: "ntf_2", messageId: "msg_2" })],
    };
    const narrow = narrowToRecipient(facts, "+15005550010");
    const ids = Object.values(narrow).flatMap((things) =>
      Array.isArray(things) ? things.map(({ id }: { id: string }) => id) : [],
    );
    expect(ids).to.have.members(["run_1", "eff_1", "msg_1", "evt_1", "evt_2", "ntf_1"]);
  });
});
