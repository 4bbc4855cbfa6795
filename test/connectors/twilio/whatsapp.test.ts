import { expect } from "chai";
import { createTwilioConnector } from "../../../src/connectors/twilio/connector.js";
import { mediaLimits } from "../../../src/connectors/twilio/media-limits.js";
import type { Connection, KnownTemplates, PreparedCall } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Saying } from "../../../src/core/session.js";
import type { Template } from "../../../src/core/template.js";
import type { Http } from "../../../src/http/http.js";
import { type Simulator, startSimulator } from "../../../src/simulator/start-simulator.js";
import { failed, thrown } from "../../http/failed.js";
import { messagingServiceSid, openAccount, openTestHttp } from "./account.js";

const from = "+15005550006";
const to = "whatsapp:+16175551212";
const contact = "+16175551212";
const MB = 1_048_576;

const template: Template = {
  ...{ id: `HX${"a".repeat(32)}`, name: "thanks", language: "en", form: "twilio/text" },
  ...{ body: "Thanks {{1}}, {{2}} is on its way", variables: { "1": "Jane", "2": "" } },
  ...{ approval: { state: "approved", category: "UTILITY", rejectionReason: null }, opensConversations: true },
};
const variables = { "1": "Joe", "2": "R1" };

describe("twilio/send-message on WhatsApp", () => {
  let http: Http;
  before(() => {
    http = openTestHttp();
  });
  after(() => http.close());

  const knowing = (...matching: Template[]): KnownTemplates => ({
    matching,
    names: ["thanks", "order_update"],
    fetchedAt: new Date("2026-11-21T09:00:00Z"),
  });
  const prepare = (payload: JsonObject, known?: KnownTemplates, settings: JsonObject = { from }): PreparedCall =>
    openAccount(http, settings).prepare("send-message", { to, ...payload }, known);
  const refused = (payload: JsonObject, code: Parameters<typeof thrown>[1], known = knowing(template)) =>
    thrown(() => prepare(payload, known), code);
  const as = (more: Partial<Template["approval"]>, rest: Partial<Template> = {}): KnownTemplates =>
    knowing({ ...template, ...rest, approval: { ...template.approval, ...more } });

  describe("free text", () => {
    it("is allowed for a day after the contact wrote to the sender, less five minutes", () => {
      const { session } = prepare({ body: "Hi" });
      expect(session).to.include({ channel: "whatsapp", sender: from, contact, leavesAt: null, label: "free text" });
      expect(session?.ms).to.equal((24 * 60 - 5) * 60_000);
      expect(prepare({ body: "Hi" }, undefined, { from, whatsappMarginMinutes: 60 }).session?.ms).to.equal(
        23 * 3_600_000,
      );
    });

    it("is refused otherwise, with the remedy of Twilio's own refusal", () => {
      const outside = prepare({ body: "Hi" }).session?.outside;
      expect(outside).to.include({ code: "SESSION_CLOSED" });
      expect(outside).to.have.property("remedy").that.includes("template");
    });

    it("has any sender that the service may choose, and the instant when it leaves", () => {
      const { session } = prepare({ body: "Hi", sendAt: "2026-12-01T09:00:00Z" }, undefined, { messagingServiceSid });
      expect(session).to.include({ sender: null, leavesAt: "2026-12-01T09:00:00Z" });
    });

    it("has no condition as SMS", () => {
      expect(prepare({ to: contact, body: "Hi" })).to.not.have.property("session");
    });
  });

  describe("a template", () => {
    it("goes out whenever it is approved, as the recipient will read it", () => {
      const call = prepare({ template: { name: "thanks", variables } }, knowing(template));
      expect(call).to.not.have.property("session");
      expect(call.request).to.deep.equal({
        ...{ to, from: `whatsapp:${from}`, contentSid: template.id },
        contentVariables: JSON.stringify(variables),
      });
      expect(call.message).to.include({ channel: "whatsapp", body: "Thanks Joe, R1 is on its way" });
    });

    it("beside a text takes its place outside the window", () => {
      const { request, session } = prepare({ body: "Hi", template: { name: "thanks", variables } }, knowing(template));
      expect(request).to.include({ body: "Hi" }).and.not.have.property("contentSid");
      const { request: instead, message, label } = session?.outside as Saying;
      expect(instead).to.include({ contentSid: template.id }).and.not.have.property("body");
      expect(message).to.include({ body: "Thanks Joe, R1 is on its way" });
      expect(label).to.equal("template thanks (en)");
    });

    it("takes numbers for values", () => {
      const { message } = prepare(
        { template: { name: "thanks", variables: { "1": "Joe", "2": 7 } } },
        knowing(template),
      );
      expect(message?.body).to.equal("Thanks Joe, 7 is on its way");
    });

    it("is sent by SMS where it stands alone, and is left out beside a text", () => {
      const alone = prepare({ to: contact, template: { name: "thanks", variables } }, as({ state: "unsubmitted" }));
      expect(alone.request).to.include({ contentSid: template.id });
      const beside = prepare({ to: contact, body: "Hi", template: { name: "thanks", variables } }, knowing(template));
      expect(beside.request).to.deep.equal({ to: contact, from, body: "Hi" });
    });

    it("needs exactly its values", () => {
      for (const [given, problem] of [
        [{ "1": "Joe" }, "lacks 2 of the template thanks (en)"],
        [{ "1": "", "2": "R1" }, "lacks 1 (Jane) of the template thanks (en)"],
        [{ ...variables, "3": "x" }, "has 3, which the template thanks (en) does not have; it has 1, 2"],
      ] as const) {
        const error = refused({ template: { name: "thanks", variables: given } }, "PAYLOAD_INVALID");
        expect(error.message).to.equal(`/template/variables ${problem}`);
      }
      refused(
        { template: { name: "thanks", variables: { ...variables, "1": "x".repeat(1_100) } } },
        "MESSAGE_TOO_LONG",
      );
    });

    it("must be one that there is, in a language that it has", () => {
      const german = { ...template, id: `HX${"b".repeat(32)}`, language: "de" };
      const error = refused({ template: { name: "thank" } }, "TEMPLATE_UNKNOWN", knowing());
      expect(error.message).to.equal(
        'There is no template "thank"; there are thanks, order_update (as of 2026-11-21T09:00:00.000Z)',
      );
      refused({ template: { name: "thanks", language: "fr", variables } }, "TEMPLATE_UNKNOWN");
      refused({ template: { name: "thanks", variables } }, "PAYLOAD_INVALID", knowing(german, template));
      const chosen = prepare({ template: { name: "thanks", language: "de", variables } }, knowing(german, template));
      expect(chosen.request.contentSid).to.equal(german.id);
      for (const wrong of [{}, { name: "thanks", contentSid: template.id }]) {
        refused({ template: { ...wrong, variables } }, "PAYLOAD_INVALID");
      }
      refused({ template: { name: "thanks", variables }, contentSid: template.id }, "PAYLOAD_INVALID");
    });

    it("by its SID goes out unseen while the list was not fetched", () => {
      const call = prepare({ template: { contentSid: template.id, variables } }, { ...knowing(), fetchedAt: null });
      expect(call.request).to.include({ contentSid: template.id });
      expect(call).to.not.have.property("session");
    });

    it("that WhatsApp has rejected is refused, with its reason and what to do", () => {
      const error = refused(
        { template: { name: "thanks", variables } },
        "TEMPLATE_NOT_APPROVED",
        as({ state: "rejected", rejectionReason: "INVALID_FORMAT" }),
      );
      expect(error.message).to.equal("The template thanks (en) is rejected for WhatsApp (INVALID_FORMAT)");
      expect(error.remedy).to.include("patchbay twilio templates --sync");
    });

    it("that waits for its approval may answer, but not begin", () => {
      const { request, session } = prepare({ template: { name: "thanks", variables } }, as({ state: "pending" }));
      expect(request).to.include({ contentSid: template.id });
      expect(session?.outside).to.include({ code: "TEMPLATE_NOT_APPROVED" });
    });

    it("of a form that cannot begin may answer only, approved or not", () => {
      const picker = as({}, { form: "twilio/list-picker", opensConversations: false });
      const { session } = prepare({ template: { name: "thanks", variables } }, picker);
      expect(session?.outside).to.include({ code: "TEMPLATE_NOT_APPROVED" });
      expect(session?.outside).to.have.property("message").that.includes("twilio/list-picker");
    });

    it("that is rejected does not keep the text beside it from answering", () => {
      const { request, session } = prepare(
        { body: "Hi", template: { name: "thanks", variables } },
        as({ state: "rejected" }),
      );
      expect(request).to.include({ body: "Hi" });
      expect(session?.outside).to.include({ code: "TEMPLATE_NOT_APPROVED" });
    });

    it("by bare contentSid is judged by what is known of it, and has values of its own", () => {
      const payload = { contentSid: template.id, contentVariables: { "2": "R1" } };
      const { message, request } = prepare(payload, knowing(template));
      expect(message?.body).to.equal("Thanks Jane, R1 is on its way");
      expect(request.contentVariables).to.equal('{"2":"R1"}');
      refused({ ...payload, contentVariables: { "9": "x" } }, "PAYLOAD_INVALID");
      expect(prepare(payload, as({ state: "paused" })).session?.outside).to.include({ code: "TEMPLATE_NOT_APPROVED" });
    });
  });

  describe("media", () => {
    const mediaUrl = ["https://a.test/1.pdf", "https://a.test/2.pdf"];

    it("may be 16 MB by WhatsApp and 5 by MMS, all together", () => {
      expect(prepare({ mediaUrl, mediaBytes: [8 * MB, 8 * MB] }).request.mediaUrl).to.deep.equal(mediaUrl);
      const error = refused({ mediaUrl, mediaBytes: [8 * MB, 8 * MB + 1] }, "MEDIA_INVALID");
      expect(error.message).to.equal("/mediaUrl/1 brings the media to 16.1 MB; WhatsApp takes 16 MB a message");
      expect(error.remedy).to.include("largeMedia: link");
      refused({ to: contact, mediaUrl: mediaUrl.slice(1), mediaBytes: 6 * MB }, "MEDIA_INVALID");
    });

    it("become links in the text where they are too large and the flow says so", () => {
      const { request } = prepare({ body: "See", mediaUrl, mediaBytes: [20 * MB, MB], largeMedia: "link" });
      expect(request).to.deep.equal({
        ...{ to, from: `whatsapp:${from}`, body: "See\nhttps://a.test/1.pdf" },
        mediaUrl: ["https://a.test/2.pdf"],
      });
    });

    it("need a size each, when there are sizes", () => {
      refused({ mediaUrl, mediaBytes: [1] }, "PAYLOAD_INVALID");
      expect(prepare({ mediaUrl, mediaBytes: [0, MB] }).request).to.not.have.property("mediaBytes");
    });

    it("may be 25 MB when a WhatsApp contact sends them", () => {
      expect(mediaLimits.whatsapp).to.include({ sendBytes: 16 * MB, receiveBytes: 25 * MB });
    });
  });
});

describe("Twilio's content templates, at the simulator", () => {
  let http: Http;
  let simulator: Simulator;
  let connection: Connection;
  beforeEach(async () => {
    simulator = await startSimulator();
    http = openTestHttp();
    connection = open({});
  });
  afterEach(async () => {
    await connection.close();
    await http.close();
    await simulator.stop();
  });

  function open(settings: JsonObject): Connection {
    const { accountSid, authToken, url } = simulator;
    return createTwilioConnector({ http }).open({ accountSid, authToken, apiUrl: url, ...settings });
  }
  const fetchAll = async (): Promise<readonly Template[]> => (await connection.templates?.fetch()) ?? [];

  it("are fetched with their placeholders, their form and WhatsApp's verdict", async () => {
    simulator.addTemplate({
      ...{ friendlyName: "pick", body: "Pick, {{name}}", variables: { name: "Jo", unused: "x" }, language: "de" },
      ...{ form: "twilio/list-picker", status: "rejected", rejectionReason: "INVALID_FORMAT" },
    });
    const [first, second] = await fetchAll();
    expect(first).to.deep.include({
      name: "order_confirmation",
      language: "en",
      variables: { "1": "Jane", "2": "R1001" },
    });
    expect(second).to.deep.include({
      ...{
        name: "pick",
        language: "de",
        form: "twilio/list-picker",
        body: "Pick, {{name}}",
        variables: { name: "Jo" },
      },
      ...{ opensConversations: false },
      approval: { state: "rejected", category: "UTILITY", rejectionReason: "INVALID_FORMAT" },
    });
  });

  it("are fetched over several pages", async () => {
    for (let number = 0; number < 250; number++) simulator.addTemplate({ friendlyName: `t${number}`, body: "Hi" });
    expect(new Set((await fetchAll()).map(({ id }) => id)).size).to.equal(251);
  });

  it("are not fetched with a wrong token, and the message has none of it", async () => {
    connection = open({ authToken: "wrong" });
    const error = await failed(fetchAll(), "ENDPOINT_MISCONFIGURED");
    expect(JSON.stringify([error.message, error.details])).to.not.include("wrong");
  });

  it("are wanted from the beginning by a WhatsApp sender only", () => {
    expect(connection.templates?.wanted).to.equal(false);
    expect(open({ from: `whatsapp:${from}` }).templates?.wanted).to.equal(true);
  });

  it("make Twilio's refusal outside the window one of its own", async () => {
    simulator.addFault({ kind: "status", status: 400, code: 63016 });
    const call = connection.prepare("send-message", { to, from, body: "Hi" });
    const context = { effectId: "eff_1", callbackUrl: null };
    const error = await failed(connection.send("send-message", call.request, context), "SESSION_CLOSED");
    expect(error.details).to.include({ vendorCode: "63016" });
    expect(error.remedy).to.include("`template`");
  });
});
