import { expect } from "chai";
import type { JsonObject } from "../../../src/core/json.js";
import { failureOf } from "../../collections/parts.js";
import {
  certificates,
  connectTo,
  hello,
  login,
  type MailServer,
  reply,
  sendBy,
  startMailServer,
  type TestConnection,
} from "./mail-server.js";

describe("an e-mail by SMTP", () => {
  let server: MailServer;
  let connection: TestConnection | null = null;

  afterEach(async () => {
    await connection?.close();
    connection = null;
    await server.close();
  });

  async function open(options: Parameters<typeof startMailServer>[0] = {}, settings: JsonObject = {}) {
    server = await startMailServer(options);
    connection = connectTo(server, settings);
    return connection;
  }

  it("reaches the server whole, with an id that the effect gives it", async () => {
    const { replyTo, ...result } = { replyTo: "help@shop.example", ...(await sendBy(await open(), hello, "eff_42")) };
    expect(result.vendorId).to.equal("eff_42@shop.example");
    expect(result.messageStatus).to.equal("sent");
    expect(result.summary).to.equal("e-mail to Jane@example.com accepted");
    expect(result.response).to.deep.include({ messageId: "eff_42@shop.example", refusedCopies: [] });
    const [mail] = server.mails;
    expect(mail).to.include({ from: "orders@shop.example" });
    expect(mail?.to).to.deep.equal(["Jane@example.com"]);
    expect(mail?.text).to.contain("Message-ID: <eff_42@shop.example>");
    expect(mail?.text).to.contain("From: Example Shop <orders@shop.example>");
    expect(mail?.text).to.contain("To: Jane Doe <Jane@example.com>");
    expect(mail?.text).to.contain("Auto-Submitted: auto-generated");
    expect(mail?.text).to.contain("Your order is here.");
    expect(replyTo).to.be.a("string");
  });

  it("carries HTML beside its text, copies, answers and headers, and hides blind copies", async () => {
    await sendBy(await open({}, { replyTo: "help@shop.example", returnPath: "bounces@shop.example" }), {
      ...hello,
      ...{ html: "<p>Your <b>order</b></p>", cc: ["a@example.com"], bcc: ["b@example.com"] },
      headers: { "List-Unsubscribe": "<mailto:stop@shop.example>", "X-Order": "R1" },
    });
    const [mail] = server.mails;
    expect(mail?.from).to.equal("bounces@shop.example");
    expect(mail?.to).to.deep.equal(["Jane@example.com", "a@example.com", "b@example.com"]);
    expect(mail?.text).to.contain("Cc: a@example.com").and.not.contain("b@example.com");
    expect(mail?.text).to.contain("Reply-To: help@shop.example").and.contain("<p>Your <b>order</b></p>");
    expect(mail?.text).to.contain("List-Unsubscribe: <mailto:stop@shop.example>").and.contain("X-Order: R1");
  });

  it("is encrypted by STARTTLS, verified by the authority that the settings name, and logged in", async () => {
    const secured = { security: "starttls", ca: certificates.ca, ...login };
    await sendBy(await open({ authOptional: false }, secured), hello);
    expect(server.mails[0]).to.include({ secure: true, user: "shop" });
  });

  it("is encrypted from the first byte where the settings say so", async () => {
    await sendBy(
      await open({ secure: true }, { security: "tls", ca: certificates.ca, ...login, authMethod: "login" }),
      hello,
    );
    expect(server.mails[0]).to.include({ secure: true, user: "shop" });
  });

  it("is not sent to a server whose certificate nobody vouches for", async () => {
    for (const [secure, security] of [
      [false, "starttls"],
      [true, "tls"],
    ] as const) {
      const failure = await failureOf(sendBy(await open({ secure }, { security }), hello));
      expect(failure.code, failure.message).to.equal("ENDPOINT_MISCONFIGURED");
      expect(failure.remedy).to.contain("`ca`");
      expect(server.mails).to.deep.equal([]);
      await connection?.close();
      await server.close();
    }
    await open();
  });

  it("is not sent to a server that offers no STARTTLS where it is required", async () => {
    const failure = await failureOf(
      sendBy(await open({ disabledCommands: ["STARTTLS"] }, { security: "starttls" }), hello),
    );
    expect(failure.code).to.equal("ENDPOINT_MISCONFIGURED");
    expect(failure.message).to.contain("no protection by STARTTLS");
    expect(server.mails).to.deep.equal([]);
  });

  it("says that a login is wrong without showing it", async () => {
    const wrong = { security: "starttls", ca: certificates.ca, user: "shop", password: "wr0ng-secret" };
    const failure = await failureOf(sendBy(await open({}, wrong), hello));
    expect(failure.code).to.equal("ENDPOINT_MISCONFIGURED");
    expect(failure.message).to.contain("does not accept the login").and.contain("5.7.8");
    expect(JSON.stringify([failure.message, failure.details])).not.to.contain("wr0ng-secret");
  });

  it("is tried again when the server puts the login off", async () => {
    const later = { ...login, security: "starttls", ca: certificates.ca };
    const putOff = {
      onAuth: (_auth: unknown, _session: unknown, done: (error: Error) => void) => done(reply(454, "4.7.0 Later")),
    };
    expect((await failureOf(sendBy(await open(putOff, later), hello))).code).to.equal("ENDPOINT_BUSY");
  });

  const stages: [string, (error: Error) => Parameters<typeof startMailServer>[0]][] = [
    ["sender", (error) => ({ onMailFrom: (_address, _session, done) => done(error) })],
    ["recipient", (error) => ({ onRcptTo: (_address, _session, done) => done(error) })],
    [
      "data",
      (error) => ({
        onData: (stream, _session, done) => {
          stream.resume();
          stream.on("end", () => done(error));
        },
      }),
    ],
  ];
  const classes: Record<string, string> = {
    "sender 451": "ENDPOINT_BUSY",
    "sender 550": "ENDPOINT_MISCONFIGURED",
    "sender 552": "ENDPOINT_REFUSED",
    "sender 530": "ENDPOINT_MISCONFIGURED",
    "recipient 450": "ENDPOINT_BUSY",
    "recipient 550": "ENDPOINT_REFUSED",
    "data 452": "ENDPOINT_BUSY",
    "data 554": "ENDPOINT_REFUSED",
  };
  for (const [title, code] of Object.entries(classes)) {
    for (const hidePIPELINING of [false, true]) {
      it(`that is refused (${title}${hidePIPELINING ? ", one command at a time" : ""}) is ${code}`, async () => {
        const [at = "", status = ""] = title.split(" ");
        const stage = stages.find(([name]) => name === at);
        const options = stage?.[1](reply(Number(status), "Sorry, not now")) ?? {};
        const failure = await failureOf(sendBy(await open({ ...options, hidePIPELINING }), hello));
        expect(failure.code, failure.message).to.equal(code);
        expect(failure.message).to.contain("Sorry, not now");
        expect(failure.details.vendorCode).to.equal(status);
      });
    }
  }

  it("goes to nobody when its recipient is refused, whoever gets copies", async () => {
    for (const hidePIPELINING of [false, true]) {
      const refusing = await open({
        hidePIPELINING,
        onRcptTo: ({ address }, _session, done) =>
          address.startsWith("Jane") ? done(reply(550, "5.1.1 No such user")) : done(),
      });
      const failure = await failureOf(sendBy(refusing, { ...hello, cc: ["a@example.com"] }));
      expect(failure.code, failure.message).to.equal("ENDPOINT_REFUSED");
      expect(failure.message).to.contain("5.1.1 No such user");
      expect(server.mails).to.deep.equal([]);
      await connection?.close();
      await server.close();
    }
    await open();
  });

  it("goes out without the copies that are refused, and says so", async () => {
    const refusing = await open({
      onRcptTo: ({ address }, _session, done) => (address.startsWith("a@") ? done(reply(550, "No such user")) : done()),
    });
    const { summary, response } = await sendBy(refusing, { ...hello, cc: ["a@example.com", "b@example.com"] });
    expect(summary).to.equal("e-mail to Jane@example.com accepted; copies were refused for a@example.com");
    expect(response.refusedCopies).to.deep.equal(["a@example.com"]);
    expect(server.mails[0]?.to).to.deep.equal(["Jane@example.com", "b@example.com"]);
  });

  it("that is larger than the server allows is refused", async () => {
    const small = await open({ size: 2_000 });
    const failure = await failureOf(sendBy(small, { ...hello, text: "long ".repeat(1_000) }));
    expect(failure.code, failure.message).to.equal("ENDPOINT_REFUSED");
    expect(server.mails).to.deep.equal([]);
  });

  it("shares connections with others, up to as many as the settings say", async () => {
    const shared = await open({}, { maxConnections: 2 });
    const ids = Array.from({ length: 10 }, (_, index) => `eff_${index}`);
    await Promise.all(ids.map((id) => sendBy(shared, hello, id)));
    expect(server.mails.map(({ text }) => /<(eff_\d+)@/.exec(text)?.[1])).to.have.members(ids);
    expect(server.connections()).to.be.within(1, 2);
  });

  it("with a body of several chunks and lines that begin with a dot arrives as it was written", async () => {
    const text = Array.from({ length: 6_000 }, (_, line) => `. line ${line} of many`).join("\n");
    await sendBy(await open(), { ...hello, text });
    const got = server.mails[0]?.text.split("\r\n\r\n").slice(1).join("\r\n\r\n").replaceAll("\r\n", "\n").trim();
    expect(got).to.equal(text);
  });
});
