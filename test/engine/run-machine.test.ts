import { expect } from "chai";
import fc from "fast-check";
import type { Translation } from "../../src/translation/translation.js";
import { outcomes } from "./model-vendor.js";
import { flow, sendStep, startTestTranslation, step } from "./parts.js";
import { type Action, type Plot, World } from "./run-model.js";

const SEED = 20_260_101;

/** Every text says which flow, order, version and place it is of, so no two calls should look alike. */
const send = (id: string, more: object = {}) =>
  sendStep({ id, with: { to: "=phone", body: `="${id} " & id & "." & version` }, ...more });
const eachLine = step({
  id: "lines",
  kind: "each",
  items: "=lines",
  steps: [sendStep({ id: "line", with: { to: "=phone", body: '="line " & $item & " of " & id & "." & version' } })],
} as never);

const flows = [
  flow("a/created", { steps: [send("first"), send("second")] }),
  flow("b/updated", {
    on: { kind: "record", events: ["updated"] } as never,
    steps: [send("careless", { onError: "continue" }), eachLine],
  }),
];

const engine = fc.nat(1);
const which = fc.nat(7);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("push"), engine, order: fc.nat(2), phone: fc.nat(1), lines: fc.nat(2) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("tick"), engine }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("crash"), engine, steps: fc.nat(20), answersLater: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wake") }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("report"),
      engine,
      message: which,
      status: fc.constantFrom("queued", "sent", "delivered", "undelivered", "failed"),
      named: fc.boolean(),
      twice: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom("retry", "cancel", "replay", "settle"), engine, which }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("advance"),
      ms: fc.constantFrom(500, 1_000, 5_000, 61_000, 130_000, 1_000_000, 4_000_000),
    }),
  },
) as fc.Arbitrary<Action>;

const plot: fc.Arbitrary<Plot> = fc.record({
  actions: fc.array(action, { maxLength: 25, size: "max" }),
  outcomes: fc.array(fc.constantFrom(...outcomes), { maxLength: 20, size: "max" }),
  deafness: fc.array(fc.boolean(), { maxLength: 8, size: "max" }),
});

describe("whatever happens to a run", () => {
  let translation: Translation;
  before(() => {
    translation = startTestTranslation();
  });
  after(() => translation.stop());

  it("nothing is sent twice, nothing is lost, nothing stays unsaid and everything ends", async function () {
    this.timeout(120_000);
    const property = fc.asyncProperty(plot, async (lived) => {
      const world = await World.open(translation, flows);
      try {
        expect(await world.live(lived)).to.deep.equal([]);
      } finally {
        await world.close();
      }
    });
    await fc.assert(property, { seed: Number(process.env.PB_SEED ?? SEED), numRuns: Number(process.env.PB_RUNS ?? 100), interruptAfterTimeLimit: 150_000 });
  });
});
