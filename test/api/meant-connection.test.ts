import { expect } from "chai";
import { meantConnection } from "../../src/api/meant-connection.js";
import { catalogOf, flow, ScriptedVendor, sendStep } from "../engine/parts.js";
import { thrown } from "../http/failed.js";

describe("the connection that is meant", () => {
  const one = catalogOf([flow("a/send")], new ScriptedVendor());
  const first = one.connections()[0]!;
  const second = { ...first, name: "test/other" };
  const both = { ...one, connections: () => [first, second] };
  const asked = { connection: undefined, endpoint: "send", flow: undefined };

  it("is the one that is named, or the only one", () => {
    expect(meantConnection({ ...asked, connection: "test/other" }, both).name).to.equal("test/other");
    expect(meantConnection(asked, { ...one, flows: () => [] }).name).to.equal("test/post");
    thrown(() => meantConnection({ ...asked, connection: "a/b" }, both), "CONNECTION_UNKNOWN");
  });

  it("is the one that the flow sends by, or all flows that are switched on", () => {
    const other = flow("b/other", { active: false, steps: [sendStep({ connection: "test/other" } as object)] });
    const flows = [flow("a/send"), other];
    const catalog = {
      ...both,
      flows: () => flows,
      flow: (name: string) => flows.find(({ version }) => version.flow.name === name) ?? null,
    };
    expect(meantConnection({ ...asked, flow: "b/other" }, catalog).name).to.equal("test/other");
    expect(meantConnection(asked, catalog).name).to.equal("test/post");
    thrown(() => meantConnection({ ...asked, flow: "c/none" }, catalog), "FLOW_UNKNOWN");
  });

  it("is asked for when several could be meant", () => {
    const error = thrown(() => meantConnection(asked, { ...both, flows: () => [] }), "CONNECTION_UNKNOWN");
    expect(error.message).to.include("or which flow; there are: test/post, test/other");
  });
});
