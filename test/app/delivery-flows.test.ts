import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const first = "+15005550006";
const second = "+14155550101";
/** Reached by any sender but the first (30034). */
const choosy = "+15005552034";

describe("what became of a text starts flows: a second sender, and a mark at the order", () => {
  let test: TestApp;

  beforeEach(async () => {
    test = await openTestApp();
    test.simulator.setAccount({ numbers: [{ number: first }, { number: second }] });
    await test.setUp("twilio/second-sender", "twilio/customer-informed");
  });
  afterEach(() => test.close());

  async function must(method: string, path: string, body: JsonObject): Promise<void> {
    const answer = await test.request(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.below(300);
  }
  const activate = (flow: string) => must("PATCH", `/api/v1/flows/twilio/${flow}`, { active: true });
  const giveSecondSender = () =>
    must("POST", "/api/v1/collections/install", { name: "twilio", parameters: { secondSender: second } });
  const push = async (id: string, phone: string): Promise<void> =>
    must("POST", "/api/v1/records/ecommerce/Order", await sampleOrder({ id }, { phone }));
  const sent = (): string[] =>
    test.simulator.messages().map(({ from, status, errorCode }) => `${from} ${status} ${errorCode}`);
  const runsOf = (flow: string) => test.list(`/api/v1/runs?flow=twilio/${flow}`);
  const reported = (kind: string, times: number) =>
    test.until(
      () => test.list(`/api/v1/events?kind=message.${kind}`),
      (events) => events.length === times,
    );
  const informed = (id: string) =>
    test.until(
      () => test.request("GET", `/api/v1/records/communication/Informed/order-${id}-informed`),
      ({ status }) => status === 200,
    );
  /** Nothing is under way any more, outside and inside. */
  async function calm(): Promise<void> {
    await test.simulator.settled();
    await test.until(
      () => test.list("/api/v1/runs"),
      (runs) => runs.every(({ status }) => status !== "running" && status !== "waiting"),
    );
  }

  it("the second sender delivers what the first could not, and the order is marked, without touching it", async () => {
    await giveSecondSender();
    await activate("send-sms-for-new-order");
    await push("R1", choosy);
    const { body } = await informed("R1");
    await calm();
    expect(sent()).to.have.members([`${first} undelivered 30034`, `${second} delivered null`]);
    expect(JSON.stringify(body)).to.contain('"record_key":"R1"').and.contain('"flow":"twilio/second-sender"');
    expect(await test.list("/api/v1/events?kind=record.updated")).to.deep.equal([]);
    expect(await runsOf("second-sender")).to.have.lengthOf(1);
    expect(await runsOf("customer-informed")).to.have.lengthOf(1);
    const { entries } = (await test.request("GET", "/api/v1/timeline?order=R1")).body;
    expect(JSON.stringify(entries)).to.contain("twilio/customer-informed");
  });

  it("a staged confirmation marks the order, too; another text does not", async () => {
    await activate("convert-order-to-sms");
    await activate("send-sms-with-twilio");
    await must("POST", "/api/v1/records/communication/Sms", { id: "hello", phone: "+12135550142", message: "Hello" });
    await push("R2", "+12135550142");
    const { body } = await informed("R2");
    await reported("delivered", 2);
    await calm();
    expect(JSON.stringify(body)).to.contain('"record_key":"R2"').and.contain("has been received!");
    expect(await runsOf("customer-informed")).to.have.lengthOf(1);
  });

  it("a text that no sender gets through is sent twice, not three times, and one that another sender cannot help once", async () => {
    await giveSecondSender();
    await activate("send-sms-for-new-order");
    for (const [id, phone] of [
      ["R3", "+15005553034"],
      ["R4", "+15005553003"],
      ["R5", "+15005553630"],
    ] as const)
      await push(id, phone);
    await reported("undelivered", 3);
    await reported("failed", 1);
    await calm();
    expect(sent()).to.have.members([
      `${first} undelivered 30034`,
      `${second} undelivered 30034`,
      `${first} undelivered 30003`,
      `${first} failed 30630`,
    ]);
    expect(await runsOf("customer-informed")).to.deep.equal([]);
  });

  it("without a second sender the flow says what is missing", async () => {
    await activate("send-sms-for-new-order");
    await push("R7", choosy);
    const [run] = await test.until(
      () => runsOf("second-sender"),
      ([found]) => found?.status === "succeeded",
    );
    expect(run?.stopReason).to.contain("parameter secondSender of the collection twilio");
    expect(sent()).to.have.lengthOf(1);
  });
});
