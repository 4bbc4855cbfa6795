import { expect } from "chai";
import type { OverviewView } from "../../src/api/contract/overview.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const flow = "twilio/send-sms-for-new-order";

describe("The overview", function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await openTestApp();
    await app.setUp(flow);
  });
  after(() => app.close());

  const overview = async (query = ""): Promise<OverviewView> =>
    (await app.request("GET", `/api/v1/overview${query}`)).body as unknown as OverviewView;

  it("has nothing to say where nothing has happened", async () => {
    const { total, before, hours, flows, now } = await overview();
    expect(total).to.deep.equal({ records: {}, runs: 0, failed: 0, texts: 0, delivered: 0, lost: 0 });
    expect(before).to.deep.equal(total);
    expect([hours, flows]).to.deep.equal([[], []]);
    expect(now).to.deep.equal({ due: 0, oldestDueAt: null, unknown: 0 });
  });

  it("says how many orders came in, what ran, what left and what arrived", async () => {
    for (const id of ["R1", "R2"]) {
      await app.request(
        "POST",
        "/api/v1/records/ecommerce/Order",
        await sampleOrder({ id }, { phone: "+14155550132" }),
      );
    }
    await app.request("POST", "/api/v1/records/ecommerce/Order", await sampleOrder({ id: "R3" }, { phone: "555-01" }));
    const { total, hours, flows, countedAt } = await app.until(
      () => overview(),
      ({ total }) => total.delivered === 2 && total.failed === 1,
    );
    expect(total.records["ecommerce/Order"]).to.equal(3);
    expect(total).to.include({ runs: 3, failed: 1, texts: 2, delivered: 2, lost: 0 });
    expect(hours.reduce((sum, { runs }) => sum + runs, 0)).to.equal(3);
    expect(flows.map((one) => one.flow)).to.deep.equal([flow]);
    expect(flows[0]).to.include({ runs: 3, failed: 1, texts: 2 });
    const [newest] = await app.list(`/api/v1/runs?flow=${flow}`);
    expect(flows[0]?.newestRunId).to.equal(newest?.id);
    expect(Date.parse(countedAt ?? "")).to.be.greaterThan(0);
  });

  it("has the calls of each connection counted beside it", async () => {
    const path = "/api/v1/connections/twilio/twilio/history";
    const { body } = await app.request("GET", path);
    const [hour] = body.calls as Record<string, unknown>[];
    expect(hour).to.include({ done: 2, refused: 0, unknown: 0, open: 0 });
  });

  it("is of whole hours, with the same time before beside it", async () => {
    const { from, to, total, before } = await overview("?from=2026-01-01T09:20:00Z&to=2026-01-02T09:20:00Z");
    expect([from, to]).to.deep.equal(["2026-01-01T09:00:00.000Z", "2026-01-02T09:00:00.000Z"]);
    expect([total.runs, before.runs]).to.deep.equal([0, 0]);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const latest = new Date(Date.now() + 2 * 3_600_000).toISOString();
    expect((await overview(`?from=${later}&to=${latest}`)).before.runs).to.equal(3);
  });

  it("has beside it what a page needs of one run, one document and one time", async () => {
    const [run] = await app.list("/api/v1/runs");
    const version = (await app.request("GET", `/api/v1/runs/${run?.id}/flow`)).body;
    expect([version.name, version.hash]).to.deep.equal([flow, run?.flowHash]);
    expect((await app.request("GET", "/api/v1/runs/run_none/flow")).status).to.equal(404);
    const check = (document: unknown) => app.request("POST", "/api/v1/data-types/ecommerce/Order/check", document);
    expect((await check(await sampleOrder({ id: "R9" }))).body).to.deep.equal({ problems: [] });
    const { problems } = (await check({ id: 9 })).body as unknown as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).to.include("/id");
    expect((await app.request("GET", "/api/v1/records/ecommerce/Order/R9")).status).to.equal(404);
  });

  it("goes with notifications that were raised from one instant until another", async () => {
    const all = await app.list("/api/v1/notifications");
    const second = String(all[1]?.createdAt);
    const ids = async (query: string) => (await app.list(`/api/v1/notifications?${query}`)).map(({ id }) => id);
    const older = all.filter(({ createdAt }) => String(createdAt) < second).map(({ id }) => id);
    const newer = all.filter(({ createdAt }) => String(createdAt) >= second).map(({ id }) => id);
    expect([older.length > 0, newer.length > 0]).to.deep.equal([true, true]);
    expect(await ids(`until=${second}`)).to.deep.equal(older);
    expect(await ids(`from=${second}`)).to.deep.equal(newer);
    expect(await ids(`until=${second}&limit=1`)).to.deep.equal(older.slice(0, 1));
    expect((await app.request("GET", `/api/v1/notifications?from=${second}`)).body.next).to.equal(null);
    expect((await app.request("GET", "/api/v1/notifications?until=later")).status).to.equal(400);
  });

  it("refuses spans that are empty, too long or none", async () => {
    for (const [query, said] of [
      ["?from=2026-01-02&to=2026-01-02", /an hour before/],
      ["?from=2025-01-02&to=2026-01-02", /92 days/],
      ["?from=yesterday", /no instant/],
    ] as const) {
      const { status, body } = await app.request("GET", `/api/v1/overview${query}`);
      expect(status, query).to.equal(400);
      expect(body.detail, query).to.match(said);
    }
  });
});
