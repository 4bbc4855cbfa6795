import fc from "fast-check";
import { outcomes } from "./model-vendor.js";
import { flow, sendStep, step } from "./parts.js";
import type { Action, Plot } from "./run-model.js";

/** Every text says which flow, order, version and place it is of, so no two calls should look alike. */
const send = (id: string, more: object = {}) =>
  sendStep({ id, with: { to: "=phone", body: `="${id} " & id & "." & version` }, ...more });
const eachLine = step({
  id: "lines",
  kind: "each",
  items: "=lines",
  steps: [sendStep({ id: "line", with: { to: "=phone", body: '="line " & $item & " of " & id & "." & version' } })],
} as never);

const answer = step({
  id: "answer",
  kind: "wait",
  awaited: { kind: "reply", stepId: "ask", when: "body = 'YES'" },
  timeoutMs: 2_000_000,
} as never);

/**
 * Flows with calls in a row, in items, and one whose failure does not matter; one that waits for a reply, and one that answers
 * whatever comes in.
 */
export const flows = [
  flow("a/created", { steps: [send("first"), send("second")] }),
  flow("b/updated", {
    on: { kind: "record", events: ["updated"] } as never,
    steps: [send("careless", { onError: "continue" }), eachLine],
  }),
  flow("c/asked", { on: { when: "id = '0'" } as never, steps: [send("ask"), answer, send("thanks")] }),
  flow("d/heard", {
    on: { kind: "received", connection: null, when: null } as never,
    steps: [sendStep({ id: "heard", with: { to: "=from", body: '="heard " & vendorId' } })],
  }),
];

/** A schedule that every process could fire; one of them does. */
export const hourly = flow("e/hourly", {
  on: { kind: "schedule", cron: "0 * * * *", timeZone: "UTC", missed: "all", when: null } as never,
  steps: [step({ id: "told", kind: "notify", title: "an hour has gone by" })],
});

const engine = fc.nat(1);
/** The how-manieth of what is there. */
const which = fc.nat(7);
const actions: readonly fc.WeightedArbitrary<unknown>[] = [
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("push"), engine, order: fc.nat(2), phone: fc.nat(1), lines: fc.nat(2) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("tick"), engine }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("crash"),
      engine,
      steps: fc.oneof(fc.nat(16), fc.constant("call")),
      answersLater: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wake") }) },
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
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("receive"),
      engine,
      phone: fc.nat(1),
      text: fc.nat(5),
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close"), engine, which }) },
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
];

/** What only processes do that share a store: carry on at the same moment, take the same order, die deeper inside. */
const sharedActions: readonly fc.WeightedArbitrary<unknown>[] = [
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("tick together") }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("push together"),
      orders: fc.tuple(fc.nat(2), fc.nat(2)),
      phone: fc.nat(1),
      lines: fc.nat(2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("crash"),
      engine,
      steps: fc.integer({ min: 10, max: 60 }),
      answersLater: fc.boolean(),
    }),
  },
];

function plotsOf(
  possible: readonly fc.WeightedArbitrary<unknown>[],
  maxPerSecond: fc.Arbitrary<number | null>,
): fc.Arbitrary<Plot> {
  const action = fc.oneof(...possible) as fc.Arbitrary<Action>;
  return fc.record({
    actions: fc.array(action, { maxLength: 25, size: "max" }),
    outcomes: fc.array(fc.constantFrom(...outcomes), { maxLength: 20, size: "max" }),
    deafness: fc.array(fc.boolean(), { maxLength: 8, size: "max" }),
    maxPerSecond,
  });
}

/** Histories of up to 25 actions, of processes each of which has the store for itself. */
export const plots = plotsOf(actions, fc.constant(null));

/** Histories of processes that share the store, mostly with a pace to keep together. */
export const sharedPlots = plotsOf([...actions, ...sharedActions], fc.constantFrom(null, 5, 1, 0.2));
