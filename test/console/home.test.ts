import { expect } from "chai";
import type { HourFiguresView } from "../../src/api/contract/overview.js";
import { arrivedOf, incomingOf, toBuckets } from "../../src/console/features/home/periods.js";
import { columnsOf } from "../../src/console/parts/periods.js";
import { sampleOrder } from "../app/parts.js";
import { expectNoBarriers } from "./looks.js";
import { openTestConsole, type TestConsole } from "./parts.js";

const flow = "twilio/send-sms-for-new-order";

describe("The first page's numbers, in a browser", function () {
  this.timeout(120_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp(flow);
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  async function push(id: string, phone: string): Promise<void> {
    const order = await sampleOrder({ id }, { phone });
    await test.app.request("POST", "/api/v1/records/ecommerce/Order", order);
  }

  it("says that everything is all right, and follows what comes in, leaves and fails", async () => {
    const page = await test.open("/");
    await page.getByText("Everything is all right").waitFor();
    await push("R1", "+14155550132");
    await push("R2", "+14155550133");
    const figures = page.getByRole("region", { name: "In numbers" });
    const figure = (name: string) => figures.locator(".figure", { hasText: name });
    await figure("Orders in").getByText("2", { exact: true }).waitFor();
    await figure("Arrived").getByText("100%", { exact: true }).waitFor();
    await push("R3", "555-01");
    await page.getByText("1 thing needs attention").waitFor();
    await figure("Failed runs").getByText("1", { exact: true }).waitFor();
    const row = page.getByRole("region", { name: "Flows" }).getByRole("row", { name: /Send SMS for new Order/ });
    await row.getByRole("link", { name: "1 (33.3%)" }).click();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    expect(new URL(page.url()).search).to.contain("status=failed");
  });

  it("tells the charts to who cannot see them, and looks further back", async () => {
    const page = await test.open("/?period=month");
    const chart = page.getByRole("figure", { name: "Texts out" });
    await chart.locator("svg .recharts-bar-rectangle").first().waitFor({ state: "attached" });
    await chart.getByRole("columnheader", { name: "arrived" }).waitFor({ state: "attached" });
    expect(await chart.getByRole("rowheader").count()).to.equal(1);
    await page.getByText("24 hours").click();
    await page.waitForURL((url) => url.search === "");
  });

  it("does not move while it loads", async () => {
    const page = await test.open("/none");
    await page.evaluate(`new PerformanceObserver((list) => {
      window.moved = (window.moved ?? 0) + list.getEntries().reduce((sum, entry) => sum + entry.value, 0);
    }).observe({ type: "layout-shift", buffered: true }), window.moved = 0`);
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await page.locator("svg .recharts-bar-rectangle").first().waitFor({ state: "attached" });
    await page.getByRole("region", { name: "Flows" }).getByRole("row").nth(1).waitFor();
    expect(await page.evaluate("window.moved")).to.be.below(0.1);
  });

  it("says that nobody knows, when the server is away", async () => {
    const page = await test.open("/");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.context().setOffline(true);
    await test.app.restart();
    await page.getByText("Nobody knows at the moment").waitFor();
    await page.context().setOffline(false);
    await page.getByText("1 thing needs attention").waitFor();
  });

  it("has no barriers", () => expectNoBarriers(test, "/?period=week"));
});

describe("The columns of the first page's charts", () => {
  const now = new Date(2026, 2, 30, 14, 20);
  const hourAt = (at: Date, more: Partial<HourFiguresView> = {}): HourFiguresView => ({
    at: at.toISOString(),
    ...{ records: {}, runs: 1, failed: 0, texts: 2, delivered: 1, lost: 0 },
    ...more,
  });

  it("are the 24 hours up to now, or days of the viewer's own", () => {
    const hours = columnsOf("day", now);
    expect(hours).to.have.lengthOf(24);
    expect(now.getTime() - (hours.at(-1)?.getTime() ?? 0)).to.be.below(3_600_000);
    const days = columnsOf("month", now);
    expect(days).to.have.lengthOf(30);
    expect(days.every((day) => day.getHours() === 0)).to.equal(true);
    expect(days.at(-1)?.getDate()).to.equal(30);
  });

  it("add up the hours that are in them", () => {
    const days = columnsOf("week", now);
    const today = [
      hourAt(new Date(2026, 2, 30, 0)),
      hourAt(new Date(2026, 2, 30, 13), { records: { "shop/Order": 4 } }),
    ];
    const buckets = toBuckets(days, [hourAt(new Date(2026, 2, 29, 23)), ...today]);
    expect(buckets.map(({ texts }) => texts)).to.deep.equal([0, 0, 0, 0, 0, 2, 4]);
    expect(buckets.at(-1)?.records).to.deep.equal({ "shop/Order": 4 });
  });

  it("show orders where there are any, and all new records elsewhere", () => {
    expect(incomingOf({ records: { "shop/Order": 2, "shop/Cart": 3 } })).to.equal(2);
    expect(incomingOf({ records: { "shop/Ticket": 2, "shop/Cart": 3 } })).to.equal(5);
  });

  it("know which part has arrived only of what has ended", () => {
    expect(arrivedOf({ delivered: 3, lost: 1 })).to.equal(0.75);
    expect(arrivedOf({ delivered: 0, lost: 0 })).to.equal(null);
  });
});
