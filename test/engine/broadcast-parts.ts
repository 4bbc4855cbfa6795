import type { Broadcast, BroadcastRecipient } from "../../src/core/broadcast.js";
import type { JsonObject } from "../../src/core/json.js";
import type { BroadcastOrder } from "../../src/engine/broadcast-order.js";
import { flow, openTestEngine, sendStep, type TestEngine, type TestWorld } from "./parts.js";

/** An engine with a campaign: a flow that only a broadcast starts, and orders whose customers it texts. */
export interface Campaign extends TestEngine {
  /** Pushes so many orders, each with a number of its own. */
  fill(count: number): Promise<void>;
  order(more?: Partial<BroadcastOrder>): Promise<Broadcast>;
  /** Orders, previews and starts. */
  send(more?: Partial<BroadcastOrder>): Promise<Broadcast>;
  start(id: string): Promise<Broadcast>;
  /** Lets so many seconds pass, one tick each. */
  pass(seconds: number): Promise<void>;
  recipients(id: string): Promise<readonly BroadcastRecipient[]>;
  /** Outcome by record key. */
  outcomes(id: string): Promise<JsonObject>;
  get(id: string): Promise<Broadcast>;
}

/** Numbers that are told apart by the order they belong to. */
export function phoneOf(index: number): string {
  return `+1500555${String(1_000 + index)}`;
}

export const campaign = flow("a/campaign", {
  on: { kind: "manual" },
  steps: [sendStep({ with: { to: "=phone", body: '="Sale for " & id' } })],
});

export async function openCampaign(world: TestWorld = {}, flows = [campaign]): Promise<Campaign> {
  const test = await openTestEngine(flows, {}, world);
  const get = async (id: string): Promise<Broadcast> => (await test.store.broadcasts.get(id))!;
  const order = (more: Partial<BroadcastOrder> = {}): Promise<Broadcast> =>
    test.engine.broadcasts.create({
      ...{ name: "Sale", flow: "a/campaign", perSecond: 10 },
      audience: { dataType: "shop/Order", where: {}, when: null },
      ...more,
    });
  const start = async (id: string): Promise<Broadcast> =>
    test.engine.broadcasts.start(id, (await test.engine.broadcasts.preview(id)).confirm);
  const recipients = async (id: string) => (await test.store.broadcasts.recipients(id, {}, { limit: 200 })).items;
  return {
    ...test,
    ...{ get, order, start, recipients },
    fill: async (count) => {
      for (let index = 0; index < count; index++) await test.push({ id: `${index}`, phone: phoneOf(index) });
    },
    send: async (more) => start((await order(more)).id),
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second++) {
        test.clock.now += 1_000;
        await test.engine.tick();
      }
    },
    outcomes: async (id) =>
      Object.fromEntries((await recipients(id)).map(({ key, outcome, exclusion }) => [key, exclusion ?? outcome])),
  };
}
