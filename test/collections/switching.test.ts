import { expect } from "chai";
import { findOverlaps } from "../../src/collections/overlap.js";
import type { FlowDefinition, Step } from "../../src/core/flow.js";
import { defaultRetryPolicy } from "../../src/core/retry-policy.js";
import { failureOf, installShipped, openMemoryStore, withInstaller } from "./parts.js";

const direct = "twilio/send-sms-for-new-order";
const staged = "twilio/convert-order-to-sms";
const sender = "twilio/send-sms-with-twilio";

describe("switching flows", () => {
  it("keeps the switch and the flow's version in one commit", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      expect(await installer.activate(direct, true)).to.deep.equal([]);
      expect(store.commits.at(-1)?.map(({ kind }) => kind)).to.deep.equal([
        "definitions-changed",
        "flow-version-kept",
        "flow-activated",
      ]);
      await installer.activate(direct, false);
      expect(installer.catalog().flow(direct)?.active).to.equal(false);
    });
  });

  it("refuses a flow that is not there", async () => {
    await withInstaller({}, async (installer) => {
      expect((await failureOf(installer.activate("twilio/fax", true))).code).to.equal("FLOW_UNKNOWN");
    });
  });

  it("warns when a customer would get two texts for one order, by whichever flow is switched on last", async () => {
    for (const last of [direct, staged, sender]) {
      await withInstaller({}, async (installer) => {
        await installShipped(installer);
        for (const flow of [direct, staged, sender].filter((name) => name !== last)) {
          expect(await installer.activate(flow, true), `${flow} before ${last}`).to.deep.equal([]);
        }
        const warnings = await installer.activate(last, true);
        expect(warnings).to.have.lengthOf(1);
        expect(warnings[0]).to.include(`${staged} and ${direct} both text the customer for the same ecommerce/Order`);
        expect(await installer.activate(last, true), "not a second time").to.deep.equal([]);
      });
    }
  });

  it("does not warn of flows whose conditions exclude each other", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      await installer.activate("twilio/order-shipped", true);
      expect(await installer.activate("twilio/order-cancelled", true)).to.deep.equal([]);
    });
  });

  it("tells conditions apart only when they state values of one field", () => {
    const pairs: [string | null, string | null, number][] = [
      ['status = "a"', 'status = "b"', 0],
      ['status in ["a", "b"]', 'status = "c"', 0],
      ['status in ["a", "b"]', 'status = "b"', 1],
      ['status = "a"', 'channel = "b"', 1],
      ['status = "a" or true', 'status = "b"', 1],
      ['status = "a"', null, 1],
      ['status in ["a", x]', 'status = "b"', 1],
    ];
    for (const [one, other, overlaps] of pairs) {
      const flows = [texting("shop/a", one), texting("shop/b", other)];
      const found = findOverlaps(flows, flows);
      expect(found, `${one} / ${other}`).to.have.lengthOf(overlaps);
    }
  });
});

describe("flows that text the same customer", () => {
  const retry = defaultRetryPolicy;
  const base = { when: null, onError: "fail" } as const;
  const call: Step = {
    ...{ ...base, id: "send", kind: "call", endpoint: "twilio/send-message" },
    ...{ connection: "shop/x", with: {}, retry },
  };
  const one = texting("shop/one", null);

  it("are found by a call inside other steps", () => {
    const inside: Step[] = [
      { ...base, id: "c", kind: "choose", branches: [{ when: "true", steps: [call] }], otherwise: null },
      { ...base, id: "c", kind: "choose", branches: [], otherwise: [call] },
      { ...base, id: "e", kind: "each", items: "=x", steps: [call] },
    ];
    for (const step of inside) {
      const other = { ...one, name: "shop/other", steps: [step] };
      expect(findOverlaps([one, other], [one, other])).to.deep.equal([
        { flows: ["shop/one", "shop/other"], dataType: "shop/Order" },
      ]);
    }
  });

  it("are found by a flow that they start, though it is switched off", () => {
    const start: Step = { ...base, id: "s", kind: "start", flow: "shop/sender", with: {} };
    const other = { ...one, name: "shop/other", steps: [start] };
    const sender = { ...one, name: "shop/sender", on: { kind: "manual", when: null } } as const;
    expect(findOverlaps([one, other], [one, other, sender])).to.have.lengthOf(1);
    expect(findOverlaps([one, other], [one, other, { ...sender, steps: [start] }])).to.deep.equal([]);
  });
});

function texting(name: string, when: string | null): FlowDefinition {
  const on = {
    kind: "record",
    dataType: "shop/Order",
    events: ["updated"],
    changed: [],
    when,
    mode: "while-true",
  } as const;
  const retry = { maxAttempts: 1, baseMs: 1, capMs: 1, deadlineMs: 1 };
  const call = { id: "send", when: null, onError: "fail", kind: "call", endpoint: "twilio/send-message" } as const;
  return { name, title: name, summary: null, on, steps: [{ ...call, connection: "shop/x", with: {}, retry }] };
}
