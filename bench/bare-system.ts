import { fileURLToPath } from "node:url";
import { nowMs } from "./clock.js";
import type { Household } from "./household.js";
import type { OrderBook } from "./order.js";
import { portOf } from "./stub.js";
import { partOf, postFirstOrder, type System } from "./system.js";

const LISTEN_MS = 10_000;

/** The bare loop: the limit of the machine, against which the rest is measured. */
export function bareSystem(household: Household, stubPort: number, book: OrderBook): System {
  const script = fileURLToPath(new URL("./bare-loop.js", import.meta.url));
  return {
    name: "bare loop",
    start: async () => {
      const startedAtMs = nowMs();
      const args = [`http://127.0.0.1:${stubPort}`];
      const child = household.start({ title: "The bare loop", script, args, channel: true });
      const port = await household.within(LISTEN_MS, portOf(child.process), "Starting the bare loop");
      const target = { origin: `http://127.0.0.1:${port}`, path: "/orders" };
      const acceptedAtMs = await postFirstOrder(household, book, target);
      const parts = [partOf("bare loop", child)];
      return { parts, target, startMs: acceptedAtMs - startedAtMs, stop: () => child.stop() };
    },
  };
}
