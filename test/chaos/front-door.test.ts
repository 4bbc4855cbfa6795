import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { request } from "undici";
import { openFrontDoor } from "../../chaos/front-door.js";

/** Posts a report of a vendor and gives the status of the answer; null when there was none. */
async function report(url: string, status: string): Promise<number | null> {
  const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "abc" };
  const body = `MessageSid=SM1&MessageStatus=${status}`;
  const answer = await request(`${url}/hooks?effect=eff_1`, { method: "POST", headers, body }).catch(() => null);
  await answer?.body.dump();
  return answer?.statusCode ?? null;
}

describe("The front door of chaos", () => {
  const seen: string[] = [];
  let answer = 204;
  const server = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url} ${incoming.headers["x-twilio-signature"]}`);
    incoming.resume().on("end", () => response.writeHead(answer).end());
  });
  let target = "";

  before((done) => {
    server.listen(0, "127.0.0.1", () => {
      target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

  it("passes reports on as they came, and knows which were taken", async () => {
    const door = await openFrontDoor(() => target);
    expect(await report(door.url, "sent")).to.equal(204);
    expect(seen.at(-1)).to.equal("POST /hooks?effect=eff_1 abc");
    expect([...(door.taken.get("SM1") ?? [])]).to.deep.equal(["sent"]);
    door.stop();
  });

  it("does not count a report that was refused as taken", async () => {
    const door = await openFrontDoor(() => target);
    answer = 503;
    expect(await report(door.url, "sent")).to.equal(503);
    expect(door.taken.size).to.equal(0);
    door.stop();
  });

  it("answers nothing while there is no server", async () => {
    const door = await openFrontDoor(() => null);
    expect(await report(door.url, "sent")).to.equal(null);
    expect(door.reports).to.deep.equal({ came: 1, lost: 1 });
    door.stop();
  });
});
