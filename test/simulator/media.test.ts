import { expect } from "chai";
import { createTwilioConnector } from "../../src/connectors/twilio/connector.js";
import type { JsonObject } from "../../src/core/json.js";
import { openHttp } from "../../src/http/open-http.js";
import { failed } from "../http/failed.js";
import { type Bench, type Catcher, openBench, openCatcher } from "./bench.js";

const picture = Buffer.from([0x89, 0x50, 0, 0xff]).toString("base64");

describe("the simulator's files", () => {
  it("of a sent MMS are listed, and can be deleted one by one", async () => {
    await using bench = await openBench();
    const { body } = await bench.create({ MediaUrl: ["https://a.test/1.png", "https://a.test/2.png"] });
    const path = `${bench.accountPath}/Messages/${body.sid}/Media`;
    const files = (await bench.call("GET", `${path}.json`)).body.media_list as JsonObject[];
    expect(files).to.have.lengthOf(2);
    expect(files[0]).to.include({ parent_sid: body.sid, content_type: "image/png" });
    expect((await bench.call("GET", `${path}/${files[0]!.sid}.json`)).body).to.deep.equal(files[0]);
    expect((await bench.call("DELETE", `${path}/${files[0]!.sid}.json`)).status).to.equal(204);
    expect((await bench.call("GET", `${path}.json`)).body.media_list).to.have.lengthOf(1);
    expect((await bench.call("GET", `${path}/${files[0]!.sid}`)).body.code).to.equal(20404);
  });

  it("are for who has the login, and are stored where a login is refused", async () => {
    await using bench = await openBench();
    const { body } = await bench.create({ MediaUrl: ["https://a.test/1.png"] });
    const path = `${bench.accountPath}/Messages/${body.sid}/Media`;
    const [file] = (await bench.call("GET", `${path}.json`)).body.media_list as JsonObject[];
    const asked = await bench.call("GET", `${path}/${file!.sid}`);
    expect(asked.status).to.equal(307);
    const wrong = await bench.call("GET", `${path}/${file!.sid}`, { headers: { authorization: "Basic eDp5" } });
    expect(wrong.body.code).to.equal(20003);
    expect((await bench.call("GET", String(asked.headers.location))).status).to.equal(400);
  });

  it("of a received message reach the connector, which learns what they are and can delete them", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    const form = await fileOf(bench, catcher);
    const http = openHttp({ timeoutMs: 5_000, maxResponseBytes: 1_000, allow: ["127.0.0.1"], userAgent: "test" });
    const { accountSid, authToken, url: apiUrl } = bench.simulator;
    const settings = { accountSid, authToken, apiUrl, deleteMediaAfterFetch: true };
    const desk = createTwilioConnector({ http }).open(settings).media!;
    const url = form.MediaUrl0!;
    const { bytes, contentType } = await desk.fetch({ url, channel: "mms" });
    expect([Buffer.from(bytes).toString("base64"), contentType]).to.deep.equal([picture, "image/png"]);

    bench.simulator.setMedia({ failing: true });
    await failed(desk.fetch({ url, channel: "mms" }), "ENDPOINT_UNREACHABLE");
    bench.simulator.setMedia({ failing: false });
    await desk.remove!(url);
    await failed(desk.fetch({ url, channel: "mms" }), "ENDPOINT_REFUSED");
    await http.close();
  });
});

async function fileOf(bench: Bench, catcher: Catcher): Promise<Readonly<Record<string, string>>> {
  bench.simulator.listenAt({ url: catcher.url });
  bench.simulator.write({ from: "+16175551212", media: [{ url: "", contentType: "image/png", content: picture }] });
  await bench.simulator.settled();
  return catcher.caught[0]!.fields;
}

describe("the simulator's clock", () => {
  it("can be put forward, and scheduled messages leave by that", async () => {
    await using bench = await openBench();
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const scheduled = { From: null, MessagingServiceSid: `MG${"a".repeat(32)}`, ScheduleType: "fixed", SendAt: sendAt };
    const { body } = await bench.create(scheduled);
    const statusNow = async (): Promise<unknown> =>
      (await bench.call("GET", `${bench.accountPath}/Messages/${body.sid}.json`)).body.status;
    bench.simulator.advance(3_000);
    expect(await statusNow()).to.equal("scheduled");
    const answer = await bench.call("POST", "/simulator/clock", { json: { advanceSeconds: 1_000 } });
    expect(answer.body.left).to.equal(1);
    await bench.simulator.settled();
    expect(await statusNow()).to.equal("delivered");
    expect((await bench.call("POST", "/simulator/clock", { json: { advanceSeconds: -1 } })).status).to.equal(400);
  });
});
