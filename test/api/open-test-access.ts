import { randomBytes } from "node:crypto";
import { type Access, openAccess } from "../../src/access/open-access.js";
import { createNewId } from "../../src/core/id.js";
import type { Store } from "../../src/core/store.js";
import { createSealer } from "../../src/secrets/sealer.js";

/** What this machine's command line has in tests. */
export const localToken = "local-token-of-the-tests";

const sealer = createSealer("a-secret-of-the-tests");

/** Opens what lets people and programs in, over a store. */
export function openTestAccess(
  store: Pick<Store, "access" | "commit" | "exclusive" | "now">,
  apiKey: string | null = null,
): Access {
  const missed = (error: unknown) => {
    throw error;
  };
  return openAccess({ store, newId: createNewId(Date.now, randomBytes), sealer, missed, apiKey, localToken });
}
