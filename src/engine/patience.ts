import { PatchbayError } from "../core/errors.js";
import type { EngineParts } from "./engine-parts.js";
import type { Patience } from "./perform.js";

/** How long a commit is offered again while the store is away, between two tries, in milliseconds. */
const STORE_PAUSE_MS = 1_000;

/** Makes what offers an outcome to the store until it takes it, or until the engine is about to end. */
export function createPatience({ log }: Pick<EngineParts, "log">, stopping: () => boolean): Patience {
  return async (work) => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (stopping() || !(error instanceof PatchbayError && error.code === "STORE_UNAVAILABLE")) throw error;
        log.error({ problem: error.message }, "the outcome of a call cannot be stored yet; trying again");
        await new Promise((resolve) => setTimeout(resolve, STORE_PAUSE_MS));
      }
    }
  };
}
