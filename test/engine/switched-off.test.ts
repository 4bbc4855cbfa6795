import { expect } from "chai";
import type { Catalog } from "../../src/core/catalog.js";
import type { ConnectionSwitch } from "../../src/core/inspection.js";
import { topics } from "../../src/core/topic.js";
import type { FlowEngine } from "../../src/engine/flow-engine.js";
import { catalogOf, failing, flow, inboundOf, openTestEngine, sendStep, type TestEngine } from "./parts.js";

const name = "test/post";

describe("A connection that is switched off", () => {
  let test: TestEngine;
  let engine: FlowEngine;
  let off: ConnectionSwitch | null;
  const flows = [
    flow("shop/confirm", { steps: [sendStep({ with: { to: "=phone", body: "=text", validForMs: "=validForMs" } })] }),
  ];

  beforeEach(async () => {
    test = await openTestEngine(flows);
    off = { connection: name, active: false, by: "ann", reason: "wrong texts", at: new Date(test.clock.now) };
    engine = test.another("bob", { catalog: switched });
  });
  afterEach(async () => {
    await engine.stop();
    await test.close();
  });

  function switched(): Catalog {
    const catalog = catalogOf(flows, test.vendor);
    const open = catalog.connections().map((one) => (off === null ? one : { ...one, off }));
    return {
      ...catalog,
      connections: () => open,
      connection: (asked) => open.find((one) => one.name === asked) ?? null,
    };
  }
  async function push(id: string, more: object = {}): Promise<void> {
    await engine.accept({ dataType: "shop/Order", document: { id, phone: "+15005550010", text: id, ...more } });
    await engine.idle();
  }
  /** As the installer does it. */
  async function activate(): Promise<void> {
    off = null;
    const at = new Date(test.clock.now);
    await test.store.commit([{ kind: "runs-woken", topics: [topics.connection(name)], at }]);
  }
  const runs = async () => (await test.store.runs.list({}, { limit: 10 })).items.toReversed();
  const bodies = () => test.vendor.calls.map(({ body }) => body);

  it("sends nothing: pushes are taken, and runs say what they wait for and who did it", async () => {
    await push("R1");
    expect(bodies()).to.deep.equal([]);
    const [run] = await runs();
    expect(run?.status).to.equal("waiting");
    expect(run?.wait).to.deep.include({ kind: "connection", connection: name, off: true });
    expect(run?.wait).to.have.property("reason").that.includes("deactivated").and.includes("by ann: wrong texts");
  });

  it("goes on when it is switched on again, in the order of the pushes", async () => {
    for (const id of ["R1", "R2", "R3"]) await push(id);
    await activate();
    for (let tick = 0; tick < 5; tick++) {
      test.clock.now += 60_000;
      await engine.tick();
    }
    expect(bodies()).to.deep.equal(["R1", "R2", "R3"]);
    expect((await runs()).map(({ status }) => status)).to.deep.equal(["succeeded", "succeeded", "succeeded"]);
  });

  it("looks by itself now and then, should nobody have woken it", async () => {
    await push("R1");
    off = null;
    test.clock.now += 20 * 60_000;
    await engine.tick();
    expect(bodies()).to.deep.equal(["R1"]);
  });

  it("is left alone by retries while it is off", async () => {
    const before = off;
    off = null;
    test.vendor.next(failing("ENDPOINT_BUSY", "Later"));
    await push("R1");
    expect((await runs())[0]?.wait?.kind).to.equal("retry");
    off = before;
    test.clock.now += 3_600_000;
    await engine.tick();
    expect(bodies()).to.have.lengthOf(1);
    await activate();
    await engine.tick();
    expect(bodies()).to.have.lengthOf(2);
  });

  it("does not make a call that is too late by then", async () => {
    await push("R1", { validForMs: 5_000 });
    test.clock.now += 5_001;
    await engine.tick();
    const [run] = await runs();
    expect(run?.failure?.code).to.equal("EFFECT_EXPIRED");
    await activate();
    await engine.tick();
    expect(bodies()).to.deep.equal([]);
  });

  it("takes what customers write all the same", async () => {
    await engine.receive(inboundOf("SM9", "Hello"), name);
    expect((await test.store.received.getByVendorId("SM9"))?.body).to.equal("Hello");
  });

  it("wakes runs once more a little later, for processes that heard of it late", async () => {
    await engine.tick();
    await push("R1");
    // This run went to rest after the others were woken.
    off = null;
    await engine.tick();
    expect(bodies()).to.deep.equal([]);
    test.clock.now += 3_001;
    await engine.tick();
    await engine.tick();
    expect(bodies()).to.deep.equal(["R1"]);
  });
});
