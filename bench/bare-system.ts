import { fileURLToPath } from "node:url";
import { nowMs } from "./clock.js";
import { portOf } from "./stub.js";
import { partOf, postFirstOrder, type System } from "./system.js";
import type { Workplace } from "./workplace.js";

const LISTEN_MS = 10_000;

/**
 * The bare loop: the limit of the machine, against which the rest is measured.
 * @param callbacks Whether it tells the vendor where to report what becomes of texts.
 */
export function bareSystem({ household, stub, book }: Workplace, callbacks: boolean): System {
  const script = fileURLToPath(new URL("./bare-loop.js", import.meta.url));
  return {
    name: "bare loop",
    start: async () => {
      const startedAtMs = nowMs();
      const args = [`http://127.0.0.1:${stub.port}`, ...(callbacks ? ["callbacks"] : [])];
      const child = household.start({ title: "The bare loop", script, args, channel: true });
      const port = await household.within(LISTEN_MS, portOf(child.process), "Starting the bare loop");
      const target = { origin: `http://127.0.0.1:${port}`, path: "/orders" };
      const acceptedAtMs = await postFirstOrder(household, book, target);
      const parts = [partOf("bare loop", child)];
      return { parts, target, startMs: acceptedAtMs - startedAtMs, stop: () => child.stop() };
    },
  };
}
