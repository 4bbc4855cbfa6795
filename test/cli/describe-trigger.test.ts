import { expect } from "chai";
import { describeTrigger } from "../../src/cli/flow/describe-trigger.js";
import type { JsonObject } from "../../src/core/json.js";

describe("a trigger in words", () => {
  it("says what starts the flow", () => {
    const when = null;
    const triggers: [JsonObject, string][] = [
      [
        { kind: "record", dataType: "ecommerce/Order", events: ["created", "updated"], when: "n = 1" },
        "ecommerce/Order created or updated when …",
      ],
      [{ kind: "message", statuses: ["failed"], when }, "message failed"],
      [
        { kind: "schedule", cron: "0 9 * * mon-fri", timeZone: "Europe/Berlin", missed: "once", when },
        "schedule 0 9 * * mon-fri in Europe/Berlin",
      ],
      [{ kind: "silence", dataType: "ecommerce/Order", forMs: 1_800_000, when }, "no ecommerce/Order for 30m"],
      [{ kind: "silence", dataType: "ecommerce/Order", forMs: 90_000, when }, "no ecommerce/Order for 90s"],
      [{ kind: "silence", dataType: "ecommerce/Order", forMs: 172_800_000, when }, "no ecommerce/Order for 2d"],
      [{ kind: "silence", dataType: "ecommerce/Order", forMs: 500, when }, "no ecommerce/Order for 500ms"],
      [
        { kind: "notification", levels: ["warning", "error"], per: "issue", when: "code = 'PHONE_INVALID'" },
        "notification warning or error when …",
      ],
      [{ kind: "notification", levels: ["error"], per: "notification", when }, "notification error, every one"],
      [
        { kind: "webhook", connection: "shopify/shop", topics: ["orders/create", "orders/paid"], when: "n = 1" },
        "orders/create or orders/paid by shopify/shop when …",
      ],
      [{ kind: "webhook", connection: "shopify/shop", topics: [], when }, "anything by shopify/shop"],
      [{ kind: "manual", when }, "only when somebody starts it"],
    ];
    for (const [trigger, words] of triggers) expect(describeTrigger(trigger)).to.equal(words);
  });
});
