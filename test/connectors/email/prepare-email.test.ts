import { expect } from "chai";
import { createEmailConnector } from "../../../src/connectors/email/connector.js";
import type { Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import { failureOf } from "../../collections/parts.js";
import { hello } from "./mail-server.js";

const http = { connect: () => Promise.reject(new Error("nothing is sent here")) };
const settings: JsonObject = { host: "mail.shop.example", from: "Shop <Orders@Shop.example>" };
const open = (changes: JsonObject = {}): Connection => createEmailConnector({ http }).open({ ...settings, ...changes });
const prepare = (changes: JsonObject) => open().prepare("send-email", { ...hello, ...changes });

describe("an e-mail before it is sent", () => {
  it("is a message to an address, with its subject above its text", () => {
    const { message, recipient } = prepare({});
    expect(recipient).to.equal("jane@example.com");
    expect(message).to.deep.equal({
      ...{ channel: "email", from: "orders@shop.example", service: null, to: "jane@example.com" },
      ...{ body: "Hello\n\nYour order is here.", segments: 1, media: [] },
    });
  });

  it("shows HTML without its tags where there is no text", () => {
    const { text: _text, ...rest } = hello;
    const html = "<style>p { color: red }</style><p>Your <b>order</b>\n  R1</p>";
    expect(open().prepare("send-email", { ...rest, html }).message?.body).to.equal("Hello\n\nYour order\nR1");
  });

  it("takes the connection's sender unless it names another", () => {
    expect(prepare({ from: "News <news@shop.example>" }).message?.from).to.equal("news@shop.example");
    expect(prepare({ from: null }).message?.from).to.equal("orders@shop.example");
  });

  it("brings names of other alphabets into ASCII where they are a domain, and leaves them where they are a name", () => {
    const { request } = prepare({ to: "Jürgen Müller <info@müller.example>" });
    expect(request.to).to.deep.equal({ name: "Jürgen Müller", address: "info@xn--mller-kva.example" });
  });

  const wrong = [
    ...["", " ", "jane", "jane@", "@example.com", "jane@example", "jane@exa mple.com", "a b@example.com"],
    ...["jane@example.com, joe@example.com", "jane@-example.com", "jane@[127.0.0.1]", '"a b"@example.com'],
    ...["jane..doe@example.com", "Jane <jane@example.com", "jürgen@example.com", `${"a".repeat(65)}@example.com`],
    ...["jane@example.com\r\nBcc: all@example.com", "Jane\nX: y <jane@example.com>", "jane@example.com\u0000"],
    ...["jane@example.com\u2028x", "<jane@example.com>\r\nRCPT TO:<all@example.com>", "jane@example.com>\r\nDATA"],
  ];
  it("has addresses that are addresses, wherever they stand", async () => {
    for (const address of wrong) {
      for (const member of [
        { to: address },
        { cc: [address] },
        { bcc: [address] },
        { from: address },
        { replyTo: address },
      ]) {
        const failure = await failureOf(() => void prepare(member));
        expect(failure.code, JSON.stringify(member)).to.equal("EMAIL_INVALID");
      }
    }
  });

  it("is refused where it says nothing, with what to do", async () => {
    for (const said of [{ text: "" }, { text: " \n\t" }, { text: "", html: "" }, { text: null, html: " " }]) {
      const failure = await failureOf(() => void prepare(said));
      expect([failure.code, failure.message], JSON.stringify(said)).to.deep.equal([
        "MESSAGE_EMPTY",
        "The e-mail has neither a text nor an html that says anything",
      ]);
      expect(failure.remedy).to.match(/^Give the e-mail a text, an html or both/);
    }
    const { request } = prepare({ text: "", html: "<p>Hello</p>" });
    expect([request.text, request.html], "one that says something is enough").to.deep.equal([null, "<p>Hello</p>"]);
  });

  it("is not sent as a phone number, and says whose address is taken without one", async () => {
    for (const from of ["+15005550006", " (213) 555-0142 ", "whatsapp:+15005550006"]) {
      const failure = await failureOf(() => void prepare({ from }));
      expect(failure.code).to.equal("EMAIL_INVALID");
      expect(failure.message).to.equal(
        `/from is "${from.trim()}", a phone number: e-mails are sent as an e-mail address`,
      );
      expect(failure.remedy).to.match(/^Leave `from` out to send as the connection's address/);
    }
  });

  it("has no headers but those that a flow may set, and none with a line break", async () => {
    const headers = [
      "Bcc",
      "bcc",
      "To",
      "From",
      "Sender",
      "Content-Type",
      "DKIM-Signature",
      "Received",
      "X-A\r\nBcc",
      "X-a:b",
      "",
    ];
    for (const name of headers) {
      expect((await failureOf(() => void prepare({ headers: { [name]: "x" } }))).code, name).to.equal(
        "PAYLOAD_INVALID",
      );
    }
    for (const value of ["a\r\nBcc: all@example.com", "a\nb", "a\u0085b"]) {
      const failure = await failureOf(() => void prepare({ headers: { "X-Order": value } }));
      expect(failure.message).to.contain("/headers/X-Order");
    }
    const subject = "Hello\r\nBcc: all@example.com";
    expect((await failureOf(() => void prepare({ subject }))).message).to.contain("/subject");
  });

  it("is of a size that a mail server takes, and closed", async () => {
    const long = { text: "a".repeat(300_001) };
    const many = { cc: Array.from({ length: 11 }, (_, index) => `a${index}@example.com`) };
    for (const changes of [long, many, { subject: "" }, { subject: "a".repeat(501) }, { body: "x" }, { text: null }]) {
      expect((await failureOf(() => void prepare(changes))).code, Object.keys(changes)[0]).to.equal("PAYLOAD_INVALID");
    }
    expect(prepare({ text: "a".repeat(10_000) }).message?.body).to.have.lengthOf(4_001);
  });
});

describe("the settings of a mail server", () => {
  const refused = async (changes: JsonObject) => {
    const { code, message } = await failureOf(() => void open(changes));
    return `${code} ${message}`;
  };

  it("have a login that is whole, and no password that everybody can read", async () => {
    expect(await refused({ user: "shop" })).to.match(/^ENDPOINT_MISCONFIGURED .*\/password is missing/);
    expect(await refused({ password: "x" })).to.match(/\/user is missing/);
    const login = { user: "shop", password: "x" };
    expect(await refused({ ...login, security: "none" })).to.match(/\/security is none: the password would go to/);
    for (const changes of [{ security: "none" }, { ...login, security: "none", host: "127.0.0.1" }, login])
      open(changes);
  });

  it("have a sender that is an address, and an authority that is a certificate", async () => {
    expect(await refused({ from: "nobody" })).to.match(/^EMAIL_INVALID \/from/);
    expect(await refused({ returnPath: "a@b@c" })).to.match(/^EMAIL_INVALID \/returnPath/);
    expect(await refused({ ca: "no certificate" })).to.match(/^ENDPOINT_MISCONFIGURED .*\/ca/);
    expect(await refused({ host: "mail.example/x" })).to.match(/\/host/);
    expect(await refused({ port: 0 })).to.match(/\/port/);
  });
});
