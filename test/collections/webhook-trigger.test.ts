import { expect } from "chai";
import { readCollection } from "../../src/collections/read-collection.js";
import type { SaveStep, Trigger } from "../../src/core/flow.js";
import { readingContext, shippedConnectors } from "./parts.js";

const manifest = `
name: shop
version: 1.0.0
title: Shop
summary: A shop.
parameters: { type: object, properties: { sid: { type: string }, token: { type: string, writeOnly: true } } }
connections:
  - { name: account, connector: twilio, settings: { accountSid: =$params.sid, authToken: =$params.token } }
  - { name: till, connector: webhook, settings: { verification: header, secret: =$params.token, header: X-Secret } }
`;
const files = {
  "collection.yaml": manifest,
  "schemas/order.schema.yaml": "$id: shop/Order\ntype: object\nx-key: [id]\nproperties: { id: { type: string } }\n",
};
const done = "{ id: b, stop: done }";

async function read(on: string, ...steps: string[]) {
  const text = `name: f\ntitle: Test\non: ${on}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join("")}`;
  const context = { ...(await readingContext()), connectors: shippedConnectors() };
  const { collection, problems } = readCollection({ ...files, "flows/f.flow.yaml": text }, context);
  const found = problems.map(({ path, message, remedy }) => [path, message, remedy]);
  return { flow: collection?.flows.find(({ name }) => name === "shop/f"), found };
}
async function triggerOf(on: string): Promise<Trigger | undefined> {
  const { flow, found } = await read(on, done);
  expect(found).to.deep.equal([]);
  return flow?.on;
}

describe("a flow that a webhook starts", () => {
  it("names a connection, and any topic, one or several", async () => {
    const webhook = { kind: "webhook", connection: "shop/till", topics: [], when: null };
    expect(await triggerOf("{ webhook: till }")).to.deep.equal(webhook);
    expect(await triggerOf("{ webhook: shop/till, topic: orders/create }")).to.deep.equal({
      ...webhook,
      topics: ["orders/create"],
    });
    const several = '{ webhook: till, topic: [order.created, order.updated], when: "$webhook.topic = id" }';
    expect(await triggerOf(several)).to.deep.equal({
      ...webhook,
      topics: ["order.created", "order.updated"],
      when: "$webhook.topic = id",
    });
  });

  it("names one that is there, and by which something is handed over", async () => {
    expect((await read("{ webhook: nothing }", done)).found).to.deep.equal([
      ["/on/webhook", "there is no connection shop/nothing", "Known are shop/account, shop/till."],
    ]);
    expect((await read("{ webhook: account }", done)).found).to.deep.equal([
      [
        "/on/webhook",
        "shop/account is a connection of twilio, which hands nothing over by webhooks",
        "Name a connection of webhook.",
      ],
    ]);
  });

  it("has topics that can be topics, and nothing of other triggers", async () => {
    for (const topic of ['""', '"orders create"', "[]", "[a, a]", '"/orders"', "3"]) {
      expect((await read(`{ webhook: till, topic: ${topic} }`, done)).found, topic).to.not.deep.equal([]);
    }
    const { found } = await read("{ webhook: till, events: [created] }", done);
    expect(found.map(([path]) => path)).to.deep.equal(["/on/events"]);
    expect((await read("{ webhook: till, record: Order }", done)).found).to.have.lengthOf(1);
  });

  it("has expressions that are checked when it is read", async () => {
    const { found } = await read('{ webhook: till, when: "$params.colour = 1" }', done);
    expect(found.map(([, message]) => message)).to.deep.equal(["reads $params.colour, but there is no such parameter"]);
  });

  it("alone sees $webhook", async () => {
    const tell = '{ id: a, notify: "=$webhook.topic" }';
    expect((await read("{ webhook: till }", tell)).found).to.deep.equal([]);
    const remedy = "Leave it out, or let the flow start on: { webhook: … }.";
    expect((await read("{ record: Order, when: $webhook.id = id }", tell)).found).to.deep.equal([
      ["/on/when", "reads $webhook, which is there only in flows that a webhook starts", remedy],
      ["/steps/0/notify", "reads $webhook, which is there only in flows that a webhook starts", remedy],
    ]);
  });
});

describe("a save step", () => {
  it("may save only what is newer, and leave new records quiet", async () => {
    const step = "{ id: a, save: Order, with: =$record, onlyNewer: updated_at, emitEvents: updated }";
    const { flow, found } = await read("{ webhook: till }", step);
    expect(found).to.deep.equal([]);
    expect(flow?.steps[0]).to.include({ onlyNewer: "updated_at", emitEvents: "updated" });
  });

  it("has no onlyNewer when it says none: the hash of a flow stays what it was", async () => {
    const { flow } = await read("{ webhook: till }", "{ id: a, save: Order, with: =$record }");
    expect(flow?.steps[0] as SaveStep).to.not.have.property("onlyNewer");
  });

  it("refuses other words for emitEvents", async () => {
    const { found } = await read("{ webhook: till }", "{ id: a, save: Order, with: =$record, emitEvents: created }");
    expect(found.map(([path]) => path)).to.deep.equal(["/steps/0/emitEvents"]);
  });
});
