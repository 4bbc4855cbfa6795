import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { type Form, openBench, readFixture } from "./bench.js";

interface RefusedCase {
  readonly name: string;
  readonly change: Form;
  readonly status: number;
  readonly code: number;
}

interface AcceptedCase {
  readonly name: string;
  readonly change: Form;
  readonly shown: JsonObject;
}

const now = (): Date => new Date("2030-01-01T08:00:00Z");

describe("a create", () => {
  for (const { name, change, status, code } of readFixture<RefusedCase[]>("refused-creates.json")) {
    it(`is refused for ${name} with ${code}`, async () => {
      await using bench = await openBench({ now });
      const reply = await bench.create(change);
      expect(reply.body).to.include({ status, code, more_info: `https://www.twilio.com/docs/errors/${code}` });
      expect(reply.body.message).to.be.a("string").that.is.not.empty;
      expect(reply.status).to.equal(status);
      expect(reply.headers["content-type"]).to.equal("application/json");
      expect(bench.simulator.created).to.equal(0);
    });
  }

  for (const { name, change, shown } of readFixture<AcceptedCase[]>("accepted-creates.json")) {
    it(`is accepted for ${name}`, async () => {
      await using bench = await openBench({ now, ownedNumbers: ["+15005550006", "+16175550199"] });
      const reply = await bench.create(change);
      expect(reply.body).to.include(shown);
      expect(reply.status).to.equal(201);
      expect(bench.simulator.created).to.equal(1);
    });
  }

  it("may have 1,600 characters, however many code units they take, and not one more", async () => {
    await using bench = await openBench();
    expect((await bench.create({ Body: "👍".repeat(1600) })).status).to.equal(201);
    expect((await bench.create({ Body: "👍".repeat(1601) })).body.code).to.equal(21617);
    expect((await bench.create({ Body: "a".repeat(1601) })).body.code).to.equal(21617);
  });

  it("may have 10 media and not one more", async () => {
    await using bench = await openBench();
    const media = Array.from({ length: 11 }, (_, index) => `https://shop.example/${index}.png`);
    const accepted = await bench.create({ MediaUrl: media.slice(1) });
    expect(accepted.body.num_media).to.equal("10");
    expect(accepted.body.sid).to.match(/^MM[0-9a-f]{32}$/);
    expect((await bench.create({ MediaUrl: media })).body.code).to.equal(21623);
  });

  it("has no parameters when it is sent as JSON", async () => {
    await using bench = await openBench();
    const reply = await bench.create({}, { json: { To: "+16175551212", From: "+15005550006", Body: "Hi" } });
    expect(reply.body.code).to.equal(21604);
  });
});
