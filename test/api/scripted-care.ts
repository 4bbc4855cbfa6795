import { PatchbayError } from "../../src/core/errors.js";
import type { ConnectionCheck } from "../../src/core/inspection.js";
import type { SenderPlan } from "../../src/core/webhook-plan.js";
import type { AppliedSender, ConnectionCare } from "../../src/engine/connection-care.js";
import type { Memory } from "./memory.js";

const sender: SenderPlan = {
  id: "PN1",
  kind: "number",
  address: "+15005550006",
  items: [
    {
      ...{ webhook: "inbound", field: "SmsUrl", action: "create", now: null },
      ...{ wanted: "https://patchbay.example/hooks/1", reason: "nothing is entered", sibling: null },
    },
  ],
};

/** Care of connections that finds one number with nothing entered, as the real one would. */
export function scriptedCare(memory: Memory): ConnectionCare {
  const check = async (connection: string): Promise<ConnectionCheck> => {
    memory.check();
    const account = { id: "AC1", name: "Shop", status: "active", trial: false, balance: null } as const;
    const found: ConnectionCheck = {
      ...{ connection, health: "warnings", checkedAt: new Date("2026-01-01T00:00:00Z"), told: [], account },
      senders: [
        {
          ...{ id: "PN1", kind: "number", address: "+15005550006", name: null, capabilities: ["sms"], status: null },
          ...{ memberOf: null, used: true, webhooks: [] },
        },
      ],
      concerns: [{ code: "trial-account", level: "warning", about: null, message: "A trial", remedy: "Upgrade" }],
    };
    memory.checks.set(connection, found);
    return found;
  };
  return {
    check,
    watch: check,
    tellRefused: async (connection, { code }) => {
      memory.check();
      memory.refused.push(`${connection} ${code}`);
    },
    idle: async () => {},
    planWebhooks: async (connection, senders) => {
      const asked = senders?.find((name) => name !== sender.address);
      if (asked !== undefined) throw new PatchbayError("SENDER_UNKNOWN", `${asked} is no sender`);
      return { connection, hash: "h1", senders: [sender], others: [] };
    },
    applyWebhooks: async (_connection, { hash }): Promise<readonly AppliedSender[]> => {
      if (hash !== "h1") throw new PatchbayError("WEBHOOK_PLAN_CHANGED", "The plan is another");
      return [{ ...sender, outcome: "entered", failure: null }];
    },
  };
}
