import { toPatchbayError } from "../core/errors.js";
import type { EngineParts } from "./engine-parts.js";

/**
 * Makes what has the catalog read anew when another process has installed or switched something. It never fails: a newer version
 * may have installed what this one cannot read, and then this process goes on with what it has. The log says so once,
 * and again when the reason is another.
 */
export function createKeepUp({ refresh, log }: Pick<EngineParts, "refresh" | "log">): () => Promise<void> {
  let known: string | null = null;
  return async () => {
    try {
      await refresh();
      known = null;
    } catch (thrown) {
      const { code, message } = toPatchbayError(thrown);
      if (message === known) return;
      known = message;
      log.error(
        { code, problem: message },
        "what another process has installed cannot be read; going on with what was",
      );
    }
  };
}
