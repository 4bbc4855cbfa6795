import { PatchbayError } from "../../core/errors.js";

/** What is left for one call: time and bytes, over its pages, its redirects and the token it needs. */
export interface Budget {
  /** @throws ENDPOINT_UNREACHABLE when there is no time for another request */
  leftMs(shown: string): number;
  leftBytes(): number;
  spend(bytes: number): void;
}

/** Begins the budget of one call. */
export function createBudget({ ms, bytes }: { readonly ms: number; readonly bytes: number }): Budget {
  const endsAt = performance.now() + ms;
  let left = bytes;
  return {
    leftMs: (shown) => {
      const leftMs = Math.floor(endsAt - performance.now());
      if (leftMs >= 1) return leftMs;
      throw new PatchbayError("ENDPOINT_UNREACHABLE", `${shown} was not called: the call has taken ${ms} ms already`, {
        remedy: "Ask for fewer pages, or raise the connection's timeoutSeconds.",
      });
    },
    leftBytes: () => Math.max(0, left),
    spend: (used) => {
      left -= used;
    },
  };
}
