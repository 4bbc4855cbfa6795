import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import { failing, flow, openTestEngine, type Script, type TestEngine } from "./parts.js";

describe("an outage of a vendor", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const fingerprint = "test/post:CONNECTION_SILENT";
  const down = failing("ENDPOINT_UNREACHABLE", "post.example cannot be reached: connection refused");
  const issue = () => test.store.issues.get(fingerprint);
  async function told() {
    const { items } = await test.store.notifications.list({ level: "error" }, { limit: 200 });
    return items.filter(({ code }) => code === "CONNECTION_SILENT");
  }
  async function push(first: number, last: number): Promise<void> {
    for (let id = first; id <= last; id++) await test.push({ id: String(id), phone: `+150055502${10 + id}` });
    await test.engine.idle();
  }
  /** Lets time pass until nothing waits any more. */
  async function pass(minutes: number): Promise<void> {
    for (let turn = 0; turn < minutes * 6; turn++) {
      test.clock.now += 10_000;
      await test.engine.tick();
    }
  }

  it("is told once, with the connection and what its last call met, however many calls meet it", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.usual = down;
    await push(1, 20);
    await pass(5);
    const [notification, ...others] = await told();
    expect(others).to.deep.equal([]);
    expect(notification).to.include({ level: "error", state: "new", flow: null, runId: null, fingerprint });
    expect(notification!.title).to.equal(
      "test/post does not answer: post.example cannot be reached: connection refused",
    );
    expect(notification!.cause).to.include("not been answered").and.include("connection refused");
    expect(notification!.remedy).to.include("patchbay runs list --status waiting");
    expect(await issue()).to.include({ state: "new", count: 1 });
  });

  it("is not told before the gate is shut", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(down, down, down, down);
    await push(1, 4);
    await push(5, 5);
    expect(await told()).to.deep.equal([]);
  });

  it("is resolved by itself when the vendor answers again, and the next one is the same issue", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.usual = down;
    await push(1, 6);
    test.vendor.usual = null;
    await pass(2);
    expect(await issue()).to.include({ state: "resolved", count: 1 });
    expect((await told()).map(({ state }) => state)).to.deep.equal(["resolved"]);
    test.vendor.usual = down;
    await push(7, 30);
    expect(await issue()).to.include({ state: "new", count: 2 });
    expect((await told()).map(({ state }) => state)).to.deep.equal(["new", "resolved"]);
  });

  it("is told once although another process meets it too, and taken back by whoever is answered after a restart", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.usual = down;
    await push(1, 6);
    const other = test.another("bob");
    for (let id = 40; id < 46; id++) {
      const document = { id: String(id), phone: `+150055503${id}` };
      await other.accept({ dataType: "shop/Order", document });
    }
    await other.idle();
    expect(await told()).to.have.lengthOf(1);
    await other.stop();
    test.vendor.usual = null;
    const restarted = test.another("cat");
    await restarted.accept({ dataType: "shop/Order", document: { id: "90", phone: "+15005550390" } });
    await restarted.idle();
    await restarted.stop();
    expect(await issue()).to.include({ state: "resolved", count: 1 });
  });

  it("keeps no call from being dealt with when it cannot be told, and is told with the next one", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.usual = down;
    const { get } = test.store.issues;
    Object.assign(test.store.issues, { get: () => Promise.reject(new PatchbayError("STORE_UNAVAILABLE", "full")) });
    await push(1, 6);
    expect(await told()).to.deep.equal([]);
    Object.assign(test.store.issues, { get });
    await pass(1);
    expect(await told()).to.have.lengthOf(1);
  });

  describe("is not what a failed look-up means", () => {
    /** Calls whose outcome nobody knows; the look-ups for them fail like this. */
    async function lookUps(...error: ConstructorParameters<typeof PatchbayError>): Promise<void> {
      test = await openTestEngine([flow("a/send")]);
      const unknown: Script = failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer in time");
      for (let id = 1; id <= 8; id++) {
        // One answer between two silences: the calls themselves shut nothing.
        test.vendor.next(unknown);
        await push(id, id);
        await push(100 + id, 100 + id);
      }
      const finding = (): never => {
        throw new PatchbayError(...error);
      };
      test.vendor.findings.push(...Array(200).fill(finding));
      await pass(3);
      expect(test.vendor.searches.length).to.be.at.least(6);
    }

    for (const httpStatus of [200, 404, 403]) {
      it(`when the vendor answers it with ${httpStatus}`, async () => {
        await lookUps("ENDPOINT_UNREACHABLE", "could not be asked", { httpStatus });
        expect(await told()).to.deep.equal([]);
      });
    }

    it("but for one that is not answered, or answered with 503", async () => {
      await lookUps("ENDPOINT_UNREACHABLE", "could not be asked", { httpStatus: 503 });
      expect(await told()).to.have.lengthOf(1);
      await test.close();
      await lookUps("ENDPOINT_UNREACHABLE", "connection refused");
      expect(await told()).to.have.lengthOf(1);
    });
  });
});
