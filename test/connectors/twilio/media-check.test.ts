import { expect } from "chai";
import { createMediaCheck, type MediaCheck } from "../../../src/connectors/twilio/media-check.js";
import type { Http } from "../../../src/http/http.js";
import { failed } from "../../http/failed.js";
import { type Script, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { openTestHttp } from "./account.js";

const file =
  (status: number, headers: Record<string, string>): Script =>
  (response) =>
    response.writeHead(status, headers).end();
const picture = (bytes: number) => file(200, { "content-type": "image/png", "content-length": String(bytes) });
const MEGABYTE = 1_048_576;

describe("the check of media", () => {
  let server: ScriptedServer;
  let http: Http;
  let media: MediaCheck;
  let now = 0;

  beforeEach(async () => {
    now = 0;
    server = await startScriptedServer(picture(1_000));
    http = openTestHttp();
    media = createMediaCheck(http, () => now);
  });
  afterEach(async () => {
    await http.close();
    await server.close();
  });

  const check = (to: string, ...paths: string[]): Promise<void> =>
    media.check({ to, mediaUrl: paths.map((path) => server.url + path) });

  it("asks for the size only, and without credentials", async () => {
    await check("+16175551212", "/1.png");
    expect(server.seen.map(({ method, headers }) => [method, headers.authorization])).to.deep.equal([
      ["HEAD", undefined],
    ]);
  });

  it("believes a size for ten minutes", async () => {
    await check("+16175551212", "/1.png");
    await check("+16175551212", "/1.png");
    expect(server.seen).to.have.lengthOf(1);
    now = 600_001;
    await check("+16175551212", "/1.png");
    expect(server.seen).to.have.lengthOf(2);
  });

  it("refuses an MMS with a picture over 5 MB", async () => {
    server.script = picture(5 * MEGABYTE + 1);
    const error = await failed(check("+16175551212", "/1.png"), "MEDIA_INVALID");
    expect(error.details.vendorCode).to.equal("30019");
    expect(error.message).to.include("/mediaUrl/0");
  });

  it("refuses an MMS whose media have more than 5 MB together", async () => {
    server.script = picture(3 * MEGABYTE);
    await check("+16175551212", "/1.png");
    const error = await failed(check("+16175551212", "/1.png", "/2.png"), "MEDIA_INVALID");
    expect(error.message).to.include("All media together are 6.0 MB");
  });

  it("refuses an MMS with another file than a picture over half a megabyte", async () => {
    server.script = file(200, { "content-type": "application/pdf", "content-length": String(MEGABYTE) });
    await failed(check("+16175551212", "/1.pdf"), "MEDIA_INVALID");
    await check("whatsapp:+16175551212", "/1.pdf");
  });

  it("lets WhatsApp have 16 MB, and pictures 5", async () => {
    server.script = file(200, { "content-type": "video/mp4", "content-length": String(16 * MEGABYTE) });
    await check("whatsapp:+16175551212", "/1.mp4");
    server.script = file(200, { "content-type": "video/mp4", "content-length": String(16 * MEGABYTE + 1) });
    await failed(check("whatsapp:+16175551212", "/2.mp4"), "MEDIA_INVALID");
    server.script = picture(6 * MEGABYTE);
    expect((await failed(check("whatsapp:+16175551212", "/3.png"), "MEDIA_INVALID")).details.vendorCode).to.equal(
      "63019",
    );
  });

  it("refuses what is not there", async () => {
    server.script = file(404, {});
    const error = await failed(check("+16175551212", "/1.png"), "MEDIA_INVALID");
    expect(error.message).to.include("/1.png is not there");
  });

  it("leaves to Twilio what a host does not say", async () => {
    for (const script of [
      file(405, {}),
      file(302, { location: "/2.png" }),
      file(200, { "content-type": "image/png" }),
      ((response) => response.destroy()) satisfies Script,
    ]) {
      server.script = script;
      await check("+16175551212", "/1.png");
    }
    await media.check({ to: "+16175551212", mediaUrl: ["http://10.0.0.1/1.png"] });
    expect(server.seen).to.have.lengthOf(4);
  });
});
