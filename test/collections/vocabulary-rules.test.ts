import { expect } from "chai";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readingContext } from "./parts.js";

const manifest = `
name: shop
version: 1.0.0
title: Shop
summary: A shop.
parameters: { type: object, properties: { sid: { type: string }, token: { type: string, writeOnly: true } } }
connections: [{ name: account, connector: twilio, settings: { accountSid: =$params.sid, authToken: =$params.token } }]
`;
const files: CollectionFiles = {
  "collection.yaml": manifest,
  "schemas/order.schema.yaml": "$id: shop/Order\ntype: object\nx-key: [id]\nproperties: { id: { type: string } }\n",
  "schemas/address.schema.yaml": "$id: shop/Address\ntype: object\n",
  "flows/other.flow.yaml": "name: other\ntitle: Other\non: { manual: true }\nsteps: [{ id: b, stop: done }]\n",
};
const done = "{ id: b, stop: done }";
const call = (id: string) => `{ id: ${id}, call: twilio/send-message, connection: account, with: {} }`;
const grammar = "See docs/flows.md for what a flow may have.";

type Finding = readonly [path: string, message: string, remedy: string];

/** What is wrong with one flow; every problem is in its file and an error. */
async function findings(on: string, ...steps: string[]): Promise<Finding[]> {
  const text = `name: f\ntitle: Test\non: ${on}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join("")}`;
  const { problems } = readCollection({ ...files, "flows/f.flow.yaml": text }, await readingContext());
  for (const { file, severity } of problems) expect([file, severity]).to.deep.equal(["flows/f.flow.yaml", "error"]);
  return problems.map(({ path, message, remedy }) => [path, message, remedy]);
}

const stepFindings = (...steps: string[]) => findings("{ record: Order }", ...steps);

describe("reading a flow's trigger refuses", () => {
  it("cron expressions that are none, or never come due", async () => {
    const remedy = "Write it like 0 9 * * mon-fri: at 9:00 from Monday to Friday.";
    const five = "must have five fields: minute, hour, day of the month, month, day of the week";
    const crons: [string, string][] = [
      ["* * * * * *", five],
      ["@daily", five],
      ["2026-01-01T00:00:00", five],
      ["60 * * * *", "is not a cron expression: Invalid value for minute: 60"],
      ["0 0 30 2 *", "never comes due"],
    ];
    for (const [cron, message] of crons) {
      expect(await findings(`{ schedule: "${cron}", timeZone: UTC }`, done), cron).to.deep.equal([
        ["/on/schedule", message, remedy],
      ]);
    }
  });

  it("time zones that do not exist", async () => {
    for (const zone of ["Europe/Bonn", "+02:00"]) {
      expect(await findings(`{ schedule: "0 9 * * *", timeZone: "${zone}" }`, done)).to.deep.equal([
        ["/on/timeZone", `there is no time zone ${zone}`, "Write an IANA name, such as Europe/Berlin or UTC."],
      ]);
    }
  });

  it("a schedule without a time zone, with a condition or another policy", async () => {
    expect(await findings('{ schedule: "0 9 * * *", when: n = 1, missed: never }', done)).to.deep.equal([
      ["/on/timeZone", "is required", grammar],
      ["/on/when", "is not a known member", grammar],
      ["/on/missed", 'must be one of "skip", "once", "all"', grammar],
    ]);
  });

  it("durations that are none, or too long", async () => {
    const shape = "must be a duration such as 90s, 30m, 2h or 3d";
    for (const written of ["half an hour", "1.5h", "30 m", "0s", "-1h", "PT1H", "10w"]) {
      expect(await findings(`{ silence: Order, for: ${written} }`, done), written).to.deep.equal([
        ["/on/for", shape, grammar],
      ]);
    }
    expect(await findings("{ silence: Order, for: 30 }", done)).to.deep.equal([
      ["/on/for", "must be a string", grammar],
    ]);
    for (const written of ["367d", "8785h", "99999999999ms"]) {
      expect(await findings(`{ silence: Order, for: ${written} }`, done), written).to.deep.equal([
        ["/on/for", "must be at most 366 days (366d)", "Write a shorter duration."],
      ]);
    }
  });

  it("a silence of what has no records", async () => {
    expect(await findings("{ silence: Nothing, for: 30m }", done)).to.deep.equal([
      ["/on/silence", "there is no data type shop/Nothing", "Known are shop/Address, shop/Order."],
    ]);
    expect(await findings("{ silence: Address, for: 30m }", done)).to.deep.equal([
      ["/on/silence", "shop/Address has no x-key, so there are no records of it", "Use a data type with an x-key."],
    ]);
  });

  it("levels that no notification has, and conditions that do not parse", async () => {
    expect(await findings("{ notification: [fatal] }", done)).to.deep.equal([
      ["/on/notification/0", 'must be one of "info", "notice", "warning", "error"', grammar],
    ]);
    expect(await findings('{ notification: [error], when: "code = " }', done)).to.deep.equal([
      ["/on/when", "does not parse: Unexpected end of expression (at 7)", "Correct the JSONata at this position."],
    ]);
    expect(await findings("{ notification: [error], per: hour }", done)).to.deep.equal([
      ["/on/per", 'must be one of "issue", "notification"', grammar],
    ]);
    expect(await findings("{ notification: [error], when: $item = 1 }", done)).to.deep.equal([
      ["/on/when", "reads $item, which is there only inside each", "Leave it out, or move the step into an each."],
    ]);
  });

  it("manual: false, and two kinds at once", async () => {
    expect(await findings("{ manual: false }", done)).to.deep.equal([["/on/manual", "must be true", grammar]]);
    const kinds = "record, message, webhook, schedule, silence, notification, manual";
    expect(await findings("{ manual: true, record: Order }", done)).to.deep.equal([
      ["/on", `must have exactly one of ${kinds}`, grammar],
    ]);
  });
});

describe("reading a flow's steps refuses", () => {
  it("a choice without branches, and branches without a condition or steps", async () => {
    expect(await stepFindings("{ id: a, choose: [] }")).to.deep.equal([
      ["/steps/0/choose", "must not be empty", grammar],
    ]);
    expect(await stepFindings("{ id: a, choose: [{}], else: nothing }")).to.deep.equal([
      ["/steps/0/choose/0/when", "is required", grammar],
      ["/steps/0/choose/0/steps", "is required", grammar],
      ["/steps/0/else", "must be an array", grammar],
    ]);
  });

  it("an each without steps, or over what is no list", async () => {
    expect(await stepFindings('{ id: a, each: "=x", steps: [] }')).to.deep.equal([
      ["/steps/0/steps", "must not be empty", grammar],
    ]);
    expect(await stepFindings(`{ id: a, each: lines, steps: [${done}] }`)).to.deep.equal([
      ["/steps/0/each", "must be an expression with = in front", grammar],
    ]);
    expect(await stepFindings(`{ id: a, each: { x: 1 }, steps: [${done}] }`)).to.deep.equal([
      ["/steps/0/each", "must be an array or a string", grammar],
    ]);
  });

  it("waits that never end, that wait for two things, or end twice", async () => {
    expect(await stepFindings(call("send"), "{ id: a, wait: { message: send, statuses: [sent] } }")).to.deep.equal([
      ["/steps/1/wait/timeout", "is required", grammar],
    ]);
    expect(await stepFindings("{ id: a, wait: { record: Order, key: R1 } }")).to.deep.equal([
      ["/steps/0/wait/timeout", "is required", grammar],
    ]);
    expect(await stepFindings(call("send"), "{ id: a, wait: { reply: send, when: =x } }")).to.deep.equal([
      ["/steps/1/wait/timeout", "is required", grammar],
      ["/steps/1/wait/when", "is always an expression: write it without = in front", grammar],
    ]);
    expect(await stepFindings("{ id: a, wait: { for: 1h, until: =at } }")).to.deep.equal([
      ["/steps/0/wait", "must have exactly one of for, until, message, reply, record", grammar],
    ]);
    expect(await stepFindings("{ id: a, wait: { for: 1h, timeout: 2h } }")).to.deep.equal([
      ["/steps/0/wait/timeout", "is not a known member", grammar],
    ]);
    expect(await stepFindings("{ id: a, wait: { record: Order, key: R1, timeout: 400d } }")).to.deep.equal([
      ["/steps/0/wait/timeout", "must be at most 366 days (366d)", "Write a shorter duration."],
    ]);
  });

  it("instants without a time zone", async () => {
    const remedy = "Write it like 2026-02-03T17:29:15Z, or write an expression with = in front.";
    for (const written of ["tomorrow", "2026-12-24T09:00:00", "2026-13-24T09:00:00Z", "2026-12-24"]) {
      expect(await stepFindings(`{ id: a, wait: { until: "${written}" } }`), written).to.deep.equal([
        ["/steps/0/wait/until", `${written} is not an instant with a time zone (ISO-8601)`, remedy],
      ]);
    }
  });

  it("a wait for a message of what is no call before it", async () => {
    const wait = (id: string, message: string) =>
      `{ id: ${id}, wait: { message: ${message}, statuses: [sent], timeout: 1h } }`;
    const message = (id: string) =>
      `waits for the message of ${id}, which is not a call before it in this list or one around it`;
    expect(await stepFindings(wait("a", "send"), call("send"))).to.deep.equal([
      ["/steps/0/wait/message", message("send"), "No call comes before it."],
    ]);
    expect(await stepFindings(call("send"), "{ id: n, notify: Hello }", wait("a", "n"))).to.deep.equal([
      ["/steps/2/wait/message", message("n"), "Calls before it are send."],
    ]);
    const branch = `{ id: c, choose: [{ when: "true", steps: [${call("inner")}] }] }`;
    expect(await stepFindings(branch, wait("a", "inner"))).to.deep.equal([
      ["/steps/1/wait/message", message("inner"), "No call comes before it."],
    ]);
  });

  it("a wait for a reply to what is no call before it", async () => {
    const message =
      "waits for a reply to the message of send, which is not a call before it in this list or one around it";
    expect(await stepFindings("{ id: a, wait: { reply: send, timeout: 1h } }")).to.deep.equal([
      ["/steps/0/wait/reply", message, "No call comes before it."],
    ]);
    const wrong = '{ id: a, wait: { reply: send, when: "$steps.b = 1", timeout: 1h } }';
    expect(await stepFindings(call("send"), wrong)).to.deep.equal([
      ["/steps/1/wait/when", "reads $steps.b, but no step before it has that id", "Steps before it are send."],
    ]);
  });

  it("a received message of no connection, by another word, or with statuses", async () => {
    expect(await findings("{ message: received, connection: nothing }", "{ id: a, stop: done }")).to.deep.equal([
      ["/on/connection", "there is no connection shop/nothing", "Known are shop/account."],
    ]);
    expect(await findings("{ message: recieved }", "{ id: a, stop: done }")).to.deep.equal([
      ["/on/message", 'must be "received"', grammar],
    ]);
    expect(await findings("{ message: [sent], connection: account }", "{ id: a, stop: done }")).to.deep.equal([
      ["/on/connection", "is not a known member", grammar],
    ]);
    expect(await findings("{ message: [received] }", "{ id: a, stop: done }")).to.have.lengthOf(1);
  });

  it("a wait for records that there are none of", async () => {
    expect(await stepFindings("{ id: a, wait: { record: Address, key: R1, timeout: 1h } }")).to.deep.equal([
      [
        "/steps/0/wait/record",
        "shop/Address has no x-key, so there are no records of it",
        "Use a data type with an x-key.",
      ],
    ]);
  });

  it("cancelIf where no record starts the flow, and elsewhere than beside wait", async () => {
    const wait = '{ id: a, wait: { for: 1h }, cancelIf: "true" }';
    const remedy = "Remove cancelIf, or let the flow start on a record.";
    for (const on of ["{ manual: true }", "{ message: [sent] }", "{ notification: [error] }"]) {
      expect(await findings(on, wait), on).to.deep.equal([
        ["/steps/0/cancelIf", "there is no record that could cancel it", remedy],
      ]);
    }
    expect(await stepFindings('{ id: a, notify: Hello, cancelIf: "true" }')).to.deep.equal([
      ["/steps/0/cancelIf", "is not a known member", grammar],
    ]);
  });

  it("to start a flow that is not there", async () => {
    expect(await stepFindings("{ id: a, start: nothing, with: {} }")).to.deep.equal([
      ["/steps/0/start", "there is no flow shop/nothing", "Known are shop/f, shop/other."],
    ]);
    expect(await stepFindings("{ id: a, start: other }")).to.deep.equal([["/steps/0/with", "is required", grammar]]);
    expect(await stepFindings("{ id: a, start: other, with: record }")).to.deep.equal([
      ["/steps/0/with", "must be an expression with = in front", grammar],
    ]);
  });

  it("to read steps that are not before them, or that are items' own", async () => {
    const branches = `{ id: c, choose: [{ when: "true", steps: [{ id: x, notify: "=$steps.c" }] }, { when: "true", steps: [{ id: y, notify: "=$steps.x" }] }] }`;
    expect(await stepFindings(branches)).to.deep.equal([
      [
        "/steps/0/choose/0/steps/0/notify",
        "reads $steps.c, but no step before it has that id",
        "Nothing comes before it.",
      ],
      [
        "/steps/0/choose/1/steps/0/notify",
        "reads $steps.x, but no step before it has that id",
        "Nothing comes before it.",
      ],
    ]);
    const each = `{ id: e, each: "=x", steps: [{ id: line, notify: Hello }] }`;
    expect(await stepFindings(each, '{ id: a, notify: "=$steps.line" }')).to.deep.equal([
      ["/steps/1/notify", "reads $steps.line, but no step before it has that id", "Steps before it are e."],
    ]);
  });

  it("$item and $index outside of each", async () => {
    const remedy = "Leave it out, or move the step into an each.";
    const each = `{ id: e, each: "=$item", steps: [{ id: line, notify: "=$item" }] }`;
    expect(await stepFindings(each, '{ id: a, when: $index = 0, notify: "=$item.name" }')).to.deep.equal([
      ["/steps/0/each", "reads $item, which is there only inside each", remedy],
      ["/steps/1/when", "reads $index, which is there only inside each", remedy],
      ["/steps/1/notify", "reads $item, which is there only inside each", remedy],
    ]);
  });

  it("expressions that do not parse or read what is not there, in every new member", async () => {
    const steps = [
      '{ id: a, choose: [{ when: "1 +", steps: [] }] }',
      '{ id: b, each: "=$params.none", steps: [{ id: c, notify: "=1 +" }] }',
      '{ id: d, wait: { until: "=$params.none" }, cancelIf: "$params.none" }',
      '{ id: g, wait: { record: Order, key: "=$params.none", when: "$params.none", timeout: 1h } }',
      '{ id: h, start: other, with: { deep: ["=$params.none"] } }',
    ];
    expect((await stepFindings(...steps)).map(([path]) => path)).to.deep.equal([
      "/steps/0/choose/0/when",
      "/steps/1/each",
      "/steps/1/steps/0/notify",
      "/steps/2/cancelIf",
      "/steps/2/wait/until",
      "/steps/3/wait/when",
      "/steps/3/wait/key",
      "/steps/4/with/deep/0",
    ]);
  });

  it("the same id twice, wherever in the flow", async () => {
    const branch = `{ id: c, choose: [{ when: "true", steps: [${done}] }], else: [${done}] }`;
    expect(await stepFindings(branch, '{ id: e, each: "=x", steps: [{ id: c, stop: done }] }')).to.deep.equal([
      ["/steps/0/else/0/id", "the id b is used twice", "Give every step its own id."],
      ["/steps/1/steps/0/id", "the id c is used twice", "Give every step its own id."],
    ]);
  });

  it("references in nested steps that lead nowhere", async () => {
    const inner =
      "{ id: t, translate: nothing }, { id: s, save: Nothing, with: {} }, { id: p, call: twilio/fax, connection: account, with: {} }";
    expect(await stepFindings(`{ id: c, choose: [{ when: "true", steps: [] }], else: [${inner}] }`)).to.deep.equal([
      [
        "/steps/0/else/0/translate",
        "there is no translator shop/nothing",
        "Correct the name, or define the translator.",
      ],
      ["/steps/0/else/1/save", "there is no data type shop/Nothing", "Known are shop/Address, shop/Order."],
      ["/steps/0/else/2/call", "twilio has no endpoint fax", "Endpoints are twilio/send-message."],
    ]);
  });

  it("lists that nest too deep or have too many steps, and flows that have too many", async () => {
    const remedy = "Move the inner steps into a flow of their own, and start it.";
    const each = (depth: number): string =>
      depth === 6 ? "{ id: s6, stop: done }" : `{ id: s${depth}, each: "=x", steps: [${each(depth + 1)}] }`;
    expect(await stepFindings(each(1))).to.deep.equal([
      ["/steps/0/steps/0/steps/0/steps/0/steps/0/steps", "is nested more than 5 deep", remedy],
    ]);
    const many = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => `{ id: ${prefix}${index}, notify: Hello }`).join(", ");
    expect(await stepFindings(`{ id: e, each: "=x", steps: [${many("a", 51)}] }`)).to.deep.equal([
      ["/steps/0/steps", "must have at most 50 items", grammar],
    ]);
    const lists = ["a", "b", "c"].map((prefix) => `{ id: ${prefix}, each: "=x", steps: [${many(prefix, 50)}] }`);
    const fits = `{ id: d, choose: [{ when: "true", steps: [${many("d", 46)}] }] }`;
    expect(await stepFindings(...lists, fits)).to.deep.equal([]);
    expect(await stepFindings(...lists, fits, done)).to.deep.equal([
      ["/steps", "has 201 steps in all, those in other steps counted", `200 are allowed. ${remedy}`],
    ]);
  });

  it("a deadline that is no time", async () => {
    const bad = "{ id: a, call: twilio/send-message, connection: account, with: {}, retry: { deadlineMs: 0 } }";
    expect(await stepFindings(bad)).to.deep.equal([["/steps/0/retry/deadlineMs", "must be 1 or more", grammar]]);
  });
});
