import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const flow = "/api/v1/flows/twilio/send-sms-for-new-order";
const hello = `# Says hello
name: hello
title: Say hello
on: { record: ecommerce/Order, events: [created], when: totals.order > 0 }
steps:
  - id: none
    when: $not($exists(shipping_address.phone))
    stop: ="Nobody to call for " & id
  - id: send
    call: twilio/send-message
    connection: twilio/twilio
    with:
      to: =$phone(shipping_address.phone, "US")
      body: ="Hello " & shipping_address.firstname
  - { id: seen, wait: { message: send, statuses: [delivered, failed], timeout: 1d } }
  - { id: tell, when: $steps.seen.message.status = "failed", notify: =$steps.send.to & " was not reached" }
`;

describe("a draft", () => {
  let test: TestApp;
  before(async () => {
    test = await openTestApp();
    await test.setUp();
  });
  after(() => test.close());

  const dryRun = async (body: object): Promise<JsonObject> => {
    const answer = await test.request("POST", "/api/v1/flows/local/hello/dry-run", body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    return answer.body;
  };
  const stepsOf = ({ steps }: JsonObject) =>
    (steps as JsonObject[]).map(({ id, outcome, says }) => [id, outcome, says]);

  it("of a flow is checked in its collection, each problem with its place in the text", async () => {
    const file = (await test.request("GET", `${flow}/file`)).body;
    expect(file).to.include({ file: "flows/send-sms-for-new-order.flow.yaml", collection: "twilio", changedAt: null });
    const broken = String(file.text).replace("twilio/send-message", "twilio/send-nothing");
    const { body } = await test.request("POST", "/api/v1/flows/check", {
      ...{ name: "twilio/send-sms-for-new-order", text: broken },
    });
    const [problem] = body.problems as JsonObject[];
    const line = broken.split("\n").findIndex((one) => one.includes("send-nothing")) + 1;
    expect(problem?.severity).to.equal("error");
    expect(problem?.range).to.include({ line });
    const same = { name: "twilio/send-sms-for-new-order", text: file.text };
    expect((await test.request("POST", "/api/v1/flows/check", same)).body).to.deep.equal({ problems: [] });
  });

  it("says where in an expression it does not parse, and where its YAML is broken", async () => {
    const places = async (text: string) => {
      const { body } = await test.request("POST", "/api/v1/flows/check", { name: "local/hello", text });
      return (body.problems as JsonObject[]).map(({ range }) => {
        const { line, column } = range as JsonObject;
        return [line, column];
      });
    };
    expect(await places(hello)).to.deep.equal([]);
    expect(await places(hello.replace("order > 0", "order > > 0"))).to.deep.equal([[4, 72]]);
    expect(await places(hello.replace("title: Say", "title: [Say"))).to.not.deep.equal([]);
    expect((await places(hello.replace("title: Say", "title: [Say")))[0]?.[0]).to.be.oneOf([3, 4]);
  });

  it("of a flow is gone through without sending or keeping anything", async () => {
    const payload = await sampleOrder({ id: "D1" }, { phone: "+14155550132", firstname: "Ada" });
    const body = await dryRun({ text: hello, payload });
    expect(stepsOf(body)).to.deep.equal([
      ["none", "skipped", null],
      ["send", "done", "“Hello Ada”"],
      ["seen", "done", "rests for a status, 1d at most"],
      ["tell", "skipped", null],
    ]);
    expect(body.end).to.deep.equal({ status: "succeeded", reason: null });
    expect(test.simulator.created).to.equal(0);
    for (const list of ["events", "runs", "messages", "records/ecommerce/Order"])
      expect(await test.list(`/api/v1/${list}`), list).to.deep.equal([]);
  });

  it("takes another way when the world is supposed to answer otherwise", async () => {
    const payload = await sampleOrder({ id: "D1" }, { phone: "+14155550132" });
    const suppose = { seen: { outcome: "happened", message: { status: "failed" } } };
    expect(stepsOf(await dryRun({ text: hello, payload, suppose })).at(-1)).to.deep.equal([
      ...["tell", "done", "notice: +14155550132 was not reached"],
    ]);
    const refused = await dryRun({ text: hello, payload, suppose: { send: { error: { message: "No credit" } } } });
    expect(refused.end).to.deep.equal({ status: "failed", reason: "No credit" });
    const nobody = await dryRun({ text: hello, payload: { ...payload, shipping_address: {} } });
    expect(nobody.end).to.deep.equal({ status: "succeeded", reason: "Nobody to call for D1" });
  });

  it("takes in words what becomes of a call and its message, and looks at it as a run does", async () => {
    const payload = await sampleOrder({ id: "D1" }, { phone: "+14155550132" });
    const seen = async (suppose: JsonObject, text = hello) =>
      (await dryRun({ text, payload, suppose })).steps as JsonObject[];
    const outputOf = (steps: JsonObject[], id: string) => steps.find((step) => step.id === id)?.output;
    const message = (status: string, errorCode: string | null = null) => ({ status, errorCode, vendorId: null });
    const undelivered = await seen({ seen: { status: "undelivered", errorCode: 30005 } });
    expect(outputOf(undelivered, "seen")).to.deep.equal({
      outcome: "missed",
      message: message("undelivered", "30005"),
    });
    const read = await seen({ seen: { status: "read" } });
    expect(outputOf(read, "seen")).to.deep.equal({ outcome: "happened", message: message("read") });
    expect(outputOf(await seen({ seen: { status: "sent" } }), "seen")).to.deep.equal({ outcome: "timeout" });

    const unknown = await seen({ send: { error: { code: "ENDPOINT_OUTCOME_UNKNOWN" } } });
    expect(unknown.at(-1)?.failure).to.include({ code: "ENDPOINT_OUTCOME_UNKNOWN" });
    const optedOut = await seen({ send: { error: { code: "RECIPIENT_OPTED_OUT" } } });
    expect(optedOut.at(-1)).to.include({ id: "send", outcome: "suppressed" });
    const going = hello.replace("    connection:", "    onError: continue\n    connection:");
    const refused = await seen({ send: { error: { message: "No credit" } } }, going);
    expect(refused.find(({ id }) => id === "seen")?.outcome).to.equal("skipped");
  });

  it("lets a customer answer, and only what is waited for counts", async () => {
    const text = `name: hello
title: Ask
on: { record: ecommerce/Order }
steps:
  - { id: ask, call: twilio/send-message, connection: twilio/twilio, with: { to: "=$phone(shipping_address.phone, 'US')", body: Coming? } }
  - { id: answer, wait: { reply: ask, when: $uppercase(body) = "YES", timeout: 1d } }
  - { id: tell, notify: =$steps.answer.outcome & " " & $steps.answer.reply.from }
`;
    const payload = await sampleOrder({ id: "D1" }, { phone: "+14155550132" });
    const told = async (reply: string) =>
      stepsOf(await dryRun({ text, payload, suppose: { answer: { reply } } })).at(-1);
    expect(await told("yes")).to.deep.equal(["tell", "done", "notice: happened +14155550132"]);
    expect(await told("maybe")).to.deep.equal(["tell", "done", "notice: timeout "]);
  });

  it("refuses to suppose what says nothing to the flow", async () => {
    const payload = await sampleOrder({ id: "D1" });
    for (const suppose of [
      { gone: {} },
      { seen: { status: "flying" } },
      { send: { error: { code: "NO" } } },
      { tell: {} },
    ]) {
      const path = "/api/v1/flows/local/hello/dry-run";
      const { status, body } = await test.request("POST", path, { text: hello, payload, suppose });
      expect(status, JSON.stringify(suppose)).to.equal(400);
      expect(body.code).to.equal("REQUEST_INVALID");
      expect(body.detail).to.include(`suppose/${Object.keys(suppose)[0]}`);
    }
  });

  it("says who has opted out, and that the flow would not start", async () => {
    const contact = "+14155550177";
    await test.request("POST", "/api/v1/consent", {
      ...{ contact, channel: "sms", state: "opted-out", reason: "asked" },
    });
    const payload = await sampleOrder({ id: "D2" }, { phone: contact });
    const body = await dryRun({ text: hello.replace("order > 0", "order < 0"), payload });
    expect(body.decision).to.deep.include({ verdict: "not-fired" });
    const [, send] = body.steps as JsonObject[];
    expect(((send?.call as JsonObject).obstacles as string[]).join()).to.include("opted out");
  });

  it("is kept as a flow of this installation, found after a restart, changed by who has seen it, and taken away", async () => {
    const path = "/api/v1/local-flows/hello";
    const wrong = await test.request("PUT", path, {
      text: hello.replace("send-message", "send-nothing"),
      basedOn: null,
    });
    expect(wrong.body).to.include({ code: "COLLECTION_INVALID" });
    const made = await test.request("PUT", path, { text: hello, basedOn: null });
    expect(made.status, JSON.stringify(made.body)).to.equal(200);
    expect((await test.request("GET", "/api/v1/flows/local/hello")).body).to.include({
      active: false,
      collection: null,
    });
    await test.request("PATCH", "/api/v1/flows/local/hello", { active: true });
    await test.restart();
    expect((await test.request("GET", "/api/v1/flows/local/hello")).body).to.include({ active: true });
    const again = await test.request("PUT", path, { text: hello, basedOn: null });
    expect(again.body).to.include({ code: "FLOW_CHANGED" });
    const text = hello.replace("Hello ", "Good day ");
    expect((await test.request("PUT", path, { text, basedOn: made.body.hash })).body).to.include({
      text,
      published: null,
    });
    const order = await sampleOrder({ id: "D3" }, { phone: "+14155550133", firstname: "Ada" });
    await test.request("POST", "/api/v1/records/ecommerce/Order", order);
    await test.until(
      () => test.list("/api/v1/messages"),
      (messages) => messages.length === 1,
    );
    expect(test.simulator.messages().map(({ body }) => body)).to.deep.equal(["Good day Ada"]);
    expect((await test.request("DELETE", path)).body).to.include({ text: null });
    expect((await test.request("GET", "/api/v1/flows/local/hello")).status).to.equal(404);
    const [run] = await test.list("/api/v1/runs?flow=local/hello");
    expect(run?.status).to.not.equal("failed");
  });

  it("of a flow in the flows folder is laid over its file, which stays", async () => {
    const path = "/api/v1/local-flows/large-order";
    const before = (await test.request("GET", "/api/v1/flows/local/large-order/file")).body;
    const text = String(before.text).replace(">= 500", ">= 900");
    const saved = await test.request("PUT", path, { text, basedOn: before.hash });
    expect(saved.body).to.include({ text, published: before.text });
    const view = (await test.request("GET", "/api/v1/flows/local/large-order")).body;
    expect((view.on as JsonObject).when).to.equal("totals.order >= 900");
    expect((await test.request("DELETE", path)).body).to.include({ text: before.text, changedAt: null });
  });

  it("of a translator is tried as it is written, and says the line in which it fails", async () => {
    const file = (await test.request("GET", "/api/v1/translators/twilio/order-to-sms/file")).body;
    const { body: found } = await test.request("GET", "/api/v1/data-types/ecommerce/Order/samples");
    const [sample] = found.samples as JsonObject[];
    const input = sample?.document;
    const check = async (text: unknown) =>
      (await test.request("POST", "/api/v1/translators/check", { name: "twilio/order-to-sms", text, input })).body;
    const good = await check(file.text);
    expect(good, JSON.stringify(good)).to.deep.include({ problems: [], failure: null, outputProblems: [] });
    expect(good.output).to.have.property("message");
    const lines = String(file.text).split("\n").length;
    const broken = await check(`${String(file.text).trimEnd()}\n} ]\n`);
    const [problem] = broken.problems as JsonObject[];
    expect((problem?.range as JsonObject).line).to.be.at.least(lines);
    const failing = await check(
      "/* title: T\n from: ecommerce/Order\n to: communication/Sms */\n\n$fail(\n  nothing.at.all.$number())",
    );
    expect(failing.failure).to.include({ code: "TRANSLATOR_REFUSED" });
  });

  it("is kept as a translator of this installation, which its flows use, and is taken away only when they do not", async () => {
    const path = "/api/v1/local-translators/order-to-card";
    const card = "/* title: Order to card\n   from: ecommerce/Order\n   to: communication/Sms */\n";
    const text = `${card}{ "phone": $phone(shipping_address.phone, "US"), "message": "Dear " & shipping_address.firstname }\n`;
    const file = (await test.request("GET", "/api/v1/translators/local/order-to-card/file")).body;
    expect(file).to.deep.include({ file: "order-to-card.jsonata", collection: null, text: null, published: null });
    const broken = await test.request("PUT", path, { text: text.replace("ecommerce/Order", "ecommerce/Nothing") });
    expect([broken.status, broken.body.code]).to.deep.equal([422, "COLLECTION_INVALID"]);
    const made = await test.request("PUT", path, { text, basedOn: null });
    expect(made.status, JSON.stringify(made.body)).to.equal(200);
    expect((await test.request("PUT", path, { text, basedOn: null })).body.code).to.equal("FLOW_CHANGED");
    await test.restart();

    const names = (await test.list("/api/v1/translators")).map(({ name }) => name);
    expect(names).to.include("local/order-to-card");
    const input = await sampleOrder({}, { phone: "+14155550132", firstname: "Ada" });
    const tried = await test.request("POST", "/api/v1/translators/local/order-to-card/try", { input });
    expect(tried.body).to.deep.equal({ output: { phone: "+14155550132", message: "Dear Ada" }, problems: [] });

    const user = `name: cards
title: Cards
on: { record: ecommerce/Order }
steps:
  - { id: card, translate: order-to-card }
  - { id: told, notify: =$steps.card.message }
`;
    expect((await test.request("PUT", "/api/v1/local-flows/cards", { text: user })).status).to.equal(200);
    const gone = await test.request("POST", "/api/v1/flows/local/cards/dry-run", { payload: input });
    expect((gone.body.steps as JsonObject[]).at(-1)?.says).to.equal("notice: Dear Ada");
    const kept = await test.request("DELETE", path);
    expect([kept.status, kept.body.code]).to.deep.equal([422, "COLLECTION_INVALID"]);
    expect(kept.body.detail).to.include("cards.flow.yaml");
    await test.request("DELETE", "/api/v1/local-flows/cards");
    expect((await test.request("DELETE", path)).body).to.include({ text: null });
    expect((await test.request("DELETE", path)).body.code).to.equal("TRANSLATOR_UNKNOWN");
  });

  it("of this installation has a name that can be one", async () => {
    for (const noun of ["flows", "translators"]) {
      const { status, body } = await test.request("PUT", `/api/v1/local-${noun}/Not_One`, { text: hello });
      expect([status, body.code], noun).to.deep.equal([400, "REQUEST_INVALID"]);
    }
  });

  it("of a translator begins with what its target needs", async () => {
    const asked = { from: "ecommerce/Order", to: "communication/Sms", name: "local/order-to-card", required: true };
    const { body } = await test.request("POST", "/api/v1/translators/suggest", asked);
    expect(body.source).to.include('"phone": $phone(shipping_address.phone, "US")').and.to.include('"message": null');
    expect(body.source).not.to.include('"from"');
    const text = String(body.source);
    const checked = await test.request("POST", "/api/v1/translators/check", { name: "local/order-to-card", text });
    expect(checked.body.problems).to.deep.equal([]);
  });

  it("is made of what can be called, samples and suggestions", async () => {
    const endpoints = await test.list("/api/v1/endpoints");
    expect(endpoints.map(({ endpoint }) => (endpoint as JsonObject).name)).to.include("twilio/send-message");
    const wanted = { from: "ecommerce/Order", to: "communication/Sms" };
    const { body } = await test.request("POST", "/api/v1/translators/suggest", wanted);
    expect(body.source).to.include("from: ecommerce/Order");
    const trial = { expression: "$uppercase(name) & $params.x", input: { name: "a" }, collection: "twilio" };
    const tried = await test.request("POST", "/api/v1/expressions/try", trial);
    expect(tried.body).to.deep.equal({ found: true, value: "A", failure: null });
    const failed = await test.request("POST", "/api/v1/expressions/try", { expression: "1 +" });
    expect(failed.body.failure).to.include({ line: 1 });
  });
});
