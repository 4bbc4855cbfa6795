import { randomBytes } from "node:crypto";
import { type Access, openAccess } from "../../src/access/open-access.js";
import type { PasswordCost } from "../../src/access/passwords.js";
import { createNewId } from "../../src/core/id.js";
import type { Store } from "../../src/core/store.js";
import { createSealer } from "../../src/secrets/sealer.js";

/** What this machine's command line has in tests. */
export const localToken = "local-token-of-the-tests";

/** What a password costs is tested where passwords are; elsewhere it would be most of what a test does. */
export const cheapPasswords: PasswordCost = { N: 1_024, r: 8, p: 1 };

const sealer = createSealer("a-secret-of-the-tests");

/** Opens what lets people and programs in, over a store. */
export function openTestAccess(
  store: Pick<Store, "access" | "commit" | "exclusive" | "now">,
  apiKey: string | null = null,
): Access {
  const missed = (error: unknown) => {
    throw error;
  };
  const newId = createNewId(Date.now, randomBytes);
  return openAccess({ store, newId, sealer, missed, apiKey, localToken, passwordCost: cheapPasswords });
}
