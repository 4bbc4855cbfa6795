import { expect } from "chai";
import type { FetchedMedia, MediaDesk } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed } from "../../http/failed.js";
import { answer, type Script, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { accountSid, authToken, openAccount, openTestHttp } from "./account.js";

const path = `/2010-04-01/Accounts/${accountSid}/Messages/MM${"1".repeat(32)}/Media/ME${"2".repeat(32)}`;
const login = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
const picture = Buffer.from([0x89, 0x50, 0, 0xff, 0xfe]);
const file =
  (bytes: Uint8Array, contentType = "image/png"): Script =>
  (response) =>
    response.writeHead(200, { "content-type": contentType }).end(bytes);
const redirect =
  (location: string): Script =>
  (response) =>
    response.writeHead(307, { location }).end();

describe("the desk for files at Twilio", () => {
  let server: ScriptedServer;
  let http: Http;

  beforeEach(async () => {
    server = await startScriptedServer(file(picture));
    http = openTestHttp();
  });
  afterEach(async () => {
    await http.close();
    await server.close();
  });

  const desk = (settings: JsonObject = {}): MediaDesk => openAccount(http, { apiUrl: server.url, ...settings }).media!;
  const fetch = (url = server.url + path, channel: "mms" | "whatsapp" = "mms"): Promise<FetchedMedia> =>
    desk().fetch({ url, channel });

  it("fetches with the account's login, and every byte", async () => {
    const { bytes, contentType } = await fetch();
    expect([Buffer.from(bytes), contentType]).to.deep.equal([picture, "image/png"]);
    expect(server.seen.map(({ headers }) => headers.authorization)).to.deep.equal([login]);
  });

  it("follows to where the file is stored, and does not take the login there", async () => {
    server.script = (response, { path: asked }) =>
      asked === path
        ? redirect("/stored/1?proof=2")(response, server.seen[0]!)
        : file(picture)(response, server.seen[0]!);
    expect(Buffer.from((await fetch()).bytes)).to.deep.equal(picture);
    expect(server.seen.map(({ path: asked, headers }) => [asked, headers.authorization])).to.deep.equal([
      [path, login],
      ["/stored/1?proof=2", undefined],
    ]);
  });

  it("gives up on redirects without an end", async () => {
    server.script = redirect("/again");
    await failed(fetch(), "MEDIA_REFUSED");
    expect(server.seen).to.have.lengthOf(6);
  });

  for (const place of ["http://127.0.0.1:1/x", "ftp://a.test/x", "https://user:word@a.test/x", "http://"]) {
    it(`is not led to ${place}`, async () => {
      server.script = redirect(place);
      await failed(fetch(), "MEDIA_REFUSED");
      expect(server.seen).to.have.lengthOf(1);
    });
  }

  it("is not led into the house by a redirect", async () => {
    server.script = redirect("https://10.0.0.1/x");
    await failed(fetch(), "HOST_FORBIDDEN");
  });

  for (const url of [
    `https://a.test${path}`,
    `https://api.twilio.com.a.test${path}`,
    `https://a.test/api.twilio.com${path}`,
    `http://api.twilio.com${path}`,
    `https://user@api.twilio.com${path}`,
    `https://api.twilio.com${path}?x=1`,
    "https://api.twilio.com/2010-04-01/Accounts.json",
    "nothing",
  ]) {
    it(`asks nobody for ${url}`, async () => {
      await failed(fetch(url), "MEDIA_REFUSED");
      expect(server.seen).to.have.lengthOf(0);
    });
  }

  it("takes files up to the limit of their channel", async () => {
    const megabyte = 1_048_576;
    server.script = file(Buffer.alloc(megabyte));
    const small = { mmsMegabytes: 1, whatsappMegabytes: 2 };
    const ask = (channel: "mms" | "whatsapp") => desk(small).fetch({ url: server.url + path, channel });
    expect((await ask("mms")).bytes).to.have.lengthOf(megabyte);
    server.script = file(Buffer.alloc(megabyte + 1));
    expect((await failed(ask("mms"), "MEDIA_REFUSED")).message).to.include("larger than 1 MB");
    expect((await ask("whatsapp")).bytes).to.have.lengthOf(megabyte + 1);
  });

  it("takes a content type for a claim, and none that is no type", async () => {
    server.script = file(picture, "Text/HTML; charset=utf-8");
    expect((await fetch()).contentType).to.equal("text/html");
    server.script = file(picture, "nonsense");
    expect((await fetch()).contentType).to.equal(null);
  });

  it("says what went wrong without the login", async () => {
    server.script = answer(404, { code: 20404, message: `no ${accountSid} ${authToken}`, status: 404 });
    const error = await failed(fetch(), "ENDPOINT_REFUSED");
    for (const secret of [accountSid, authToken, login.slice(6)]) expect(JSON.stringify(error)).to.not.include(secret);
    server.script = answer(500, { code: 20500, message: "x", status: 500 });
    await failed(fetch(), "ENDPOINT_UNREACHABLE");
    server.script = (response) => response.destroy();
    await failed(fetch(), "ENDPOINT_UNREACHABLE");
  });

  it("deletes at Twilio only where that is wanted, and takes gone for deleted", async () => {
    expect(desk().remove).to.equal(null);
    const { remove } = desk({ deleteMediaAfterFetch: true });
    server.script = answer(204, "");
    await remove!(server.url + path);
    expect([server.seen[0]!.method, server.seen[0]!.path]).to.deep.equal(["DELETE", `${path}.json`]);
    server.script = answer(404, { code: 20404, message: "x", status: 404 });
    await remove!(server.url + path);
    server.script = answer(500, {});
    await failed(remove!(server.url + path), "ENDPOINT_UNREACHABLE");
  });
});
