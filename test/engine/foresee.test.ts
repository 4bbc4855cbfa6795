import { expect } from "chai";
import type { PreparedCall } from "../../src/core/connector.js";
import type { Session } from "../../src/core/session.js";
import { foresee } from "../../src/engine/foresee.js";
import { flow, inboundOf, openTestEngine, type TestEngine } from "./parts.js";

const connection = "test/post";
const customer = "+15005550010";

describe("what would become of a message", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await openTestEngine([flow("a/send")]);
  });
  afterEach(() => test.close());

  const prepare = (): PreparedCall => test.vendor.connection.prepare("send", { to: customer, body: "Hi" });
  const look = (prepared: PreparedCall) =>
    foresee({ connection, prepared, message: prepared.message! }, { store: test.store, now: () => test.clock.now });
  const session = (outside: Session["outside"]): Session => ({
    ...{ channel: "sms", sender: null, contact: customer, ms: 86_400_000, leavesAt: null, label: "free text", outside },
  });

  it("is that it is sent when nothing is in the way", async () => {
    const prepared = prepare();
    expect(await look(prepared)).to.deep.equal({ message: prepared.message, instead: null, obstacles: [] });
  });

  it("is nothing for somebody who has opted out, and it says since when", async () => {
    await test.engine.receive(inboundOf("SM1", "STOP", { optOut: "stop" }), connection);
    const { obstacles } = await look(prepare());
    expect(obstacles).to.have.lengthOf(1);
    expect(obstacles[0]).to.include(`${customer} has opted out`).and.include("texted STOP, 2026-01-01T00:00:00.000Z");
  });

  it("is nothing while no window is open, or what is sent in its place", async () => {
    const refusal = { code: "SESSION_CLOSED", message: "Only a template may be sent", remedy: "Give one" } as const;
    const closed = { ...prepare(), session: session(refusal) };
    expect((await look(closed)).obstacles[0]).to.match(/^Only a template may be sent: .* has not written since/);
    const template = { ...prepare().message!, body: "Template" };
    const other = { ...prepare(), session: session({ label: "template hello", request: {}, message: template }) };
    const foreseen = await look(other);
    expect(foreseen).to.deep.include({ message: template, obstacles: [] });
    expect(foreseen.instead).to.match(/^template hello, because /);
    await test.engine.receive(inboundOf("SM1", "Hey"), connection);
    expect(await look(closed)).to.deep.include({ instead: null, obstacles: [] });
  });
});
