import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { type Bench, openBench } from "./bench.js";

const day = (text: string): (() => Date) => {
  return () => new Date(text);
};

async function bodies(bench: Bench, query: Record<string, string> = {}): Promise<unknown[]> {
  const reply = await bench.call("GET", `${bench.accountPath}/Messages.json`, { query });
  return (reply.body.messages as JsonObject[]).map(({ body }) => body);
}

async function createAll(bench: Bench, texts: readonly string[]): Promise<void> {
  for (const Body of texts) await bench.create({ Body });
  await bench.simulator.settled();
}

describe("the list of messages", () => {
  it("shows the newest first, in Twilio's envelope", async () => {
    await using bench = await openBench();
    await createAll(bench, ["1", "2", "3"]);
    const { body } = await bench.call("GET", `${bench.accountPath}/Messages.json`);
    expect((body.messages as JsonObject[]).map((message) => message.body)).to.deep.equal(["3", "2", "1"]);
    const path = `${bench.accountPath}/Messages.json`;
    expect(body).to.include({
      ...{ page: 0, page_size: 50, start: 0, end: 2, next_page_uri: null, previous_page_uri: null },
      ...{ first_page_uri: `${path}?PageSize=50&Page=0`, uri: `${path}?PageSize=50&Page=0` },
    });
  });

  it("is read page by page through relative links that keep the filters", async () => {
    await using bench = await openBench();
    await createAll(bench, ["1", "2", "3"]);
    await bench.create({ Body: "other", To: "+16175550100" });
    const query = { To: "+16175551212", PageSize: "2" };
    const first = (await bench.call("GET", `${bench.accountPath}/Messages.json`, { query })).body;
    expect((first.messages as JsonObject[]).map(({ body }) => body)).to.deep.equal(["3", "2"]);
    expect(first.next_page_uri).to.match(
      /^\/2010-04-01\/Accounts\/AC\w+\/Messages\.json\?To=%2B16175551212&PageSize=2&Page=1&PageToken=PASM[0-9a-f]{32}$/,
    );
    const second = (await bench.call("GET", String(first.next_page_uri))).body;
    expect((second.messages as JsonObject[]).map(({ body }) => body)).to.deep.equal(["1"]);
    expect(second).to.include({ page: 1, start: 2, end: 2, next_page_uri: null });
    const back = (await bench.call("GET", String(second.previous_page_uri))).body;
    expect(back.messages).to.deep.equal(first.messages);
  });

  it("does not shift its pages when messages are added or deleted meanwhile", async () => {
    await using bench = await openBench();
    await createAll(bench, ["1", "2", "3"]);
    const query = { PageSize: "2" };
    const first = (await bench.call("GET", `${bench.accountPath}/Messages.json`, { query })).body;
    await bench.create({ Body: "4" });
    await bench.call("DELETE", String((first.messages as JsonObject[])[1]?.uri));
    const second = (await bench.call("GET", String(first.next_page_uri))).body;
    expect((second.messages as JsonObject[]).map(({ body }) => body)).to.deep.equal(["1"]);
  });

  it("gives a page by its number alone", async () => {
    await using bench = await openBench();
    await createAll(bench, ["1", "2", "3"]);
    expect(await bodies(bench, { PageSize: "1", Page: "1" })).to.deep.equal(["2"]);
    expect(await bodies(bench, { PageSize: "1000" })).to.have.lengthOf(3);
  });

  it("is read to its end by the official SDK", async () => {
    await using bench = await openBench();
    await createAll(bench, ["1", "2", "3", "4", "5"]);
    const messages = await bench.sdk().messages.list({ to: "+16175551212", pageSize: 2, dateSentAfter: new Date(0) });
    expect(messages.map(({ body }) => body)).to.deep.equal(["5", "4", "3", "2", "1"]);
  });

  it("filters by recipient and by sender", async () => {
    await using bench = await openBench({ ownedNumbers: ["+16175550199"] });
    await bench.create({ Body: "1" });
    await bench.create({ Body: "2", To: "+16175550100" });
    await bench.create({ Body: "3", From: "+16175550199" });
    expect(await bodies(bench, { To: "+16175550100" })).to.deep.equal(["2"]);
    expect(await bodies(bench, { From: "+16175550199" })).to.deep.equal(["3"]);
    expect(await bodies(bench, { To: "+16175550100", From: "+16175550199" })).to.deep.equal([]);
  });

  it("filters by the second a message was sent at, bounds included", async () => {
    await using bench = await openBench({ now: day("2030-01-02T10:00:00.900Z") });
    await createAll(bench, ["1"]);
    const cases: [Record<string, string>, number][] = [
      [{ DateSent: "2030-01-02" }, 1],
      [{ DateSent: "2030-01-01" }, 0],
      [{ DateSent: "2030-01-03" }, 0],
      [{ "DateSent>": "2030-01-02" }, 1],
      [{ "DateSent>": "2030-01-03" }, 0],
      [{ "DateSent<": "2030-01-03" }, 1],
      [{ "DateSent<": "2030-01-02" }, 0],
      [{ "DateSent>": "2030-01-02T10:00:00Z" }, 1],
      [{ "DateSent>": "2030-01-02T10:00:01Z" }, 0],
      [{ "DateSent<": "2030-01-02T10:00:00Z" }, 1],
      [{ "DateSent<": "2030-01-02T09:59:59Z" }, 0],
      [{ "DateSent>": "2030-01-02T09:00:00Z", "DateSent<": "2030-01-02T11:00:00Z" }, 1],
    ];
    for (const [query, count] of cases) {
      expect(await bodies(bench, query), JSON.stringify(query)).to.have.lengthOf(count);
    }
  });

  it("does not find a message by date before it was sent", async () => {
    await using bench = await openBench({ deliveryDelaysMs: { sent: 600_000 } });
    await bench.create({ Body: "1" });
    expect(await bodies(bench, { "DateSent>": "2000-01-01" })).to.deep.equal([]);
    expect(await bodies(bench)).to.deep.equal(["1"]);
  });

  it("refuses what it cannot read", async () => {
    await using bench = await openBench();
    const unreadable = [
      { PageSize: "0" },
      { PageSize: "many" },
      { Page: "-1" },
      { PageToken: "PASM0" },
      { DateSent: "yesterday" },
      { "DateSent>": "=2030-01-01" },
    ];
    for (const query of unreadable) {
      const { body } = await bench.call("GET", `${bench.accountPath}/Messages.json`, { query });
      expect(body, JSON.stringify(query)).to.include({ status: 400, code: 20001 });
    }
  });
});
