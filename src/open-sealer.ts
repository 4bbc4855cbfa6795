import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { Config } from "./config/config.js";
import { readOrCreateSecret } from "./secrets/read-or-create-secret.js";
import { readSecretFile } from "./secrets/read-secret-file.js";
import { createSealer, type Sealer } from "./secrets/sealer.js";
import { embeddedPath } from "./store/open-store.js";

/** Gives the sealer of an installation, made when it is asked for first: deriving its key takes a while. */
export function sealersOf(config: Config): () => Promise<Sealer> {
  let sealer: Promise<Sealer> | null = null;
  return () => {
    sealer ??= openSealer(config);
    return sealer;
  };
}

async function openSealer(config: Config): Promise<Sealer> {
  const { secret, secretFile, previousSecret, previousSecretFile, databaseUrl } = config;
  const current = secretFile === null ? secret : await readSecretFile(secretFile, "PATCHBAY_SECRET_FILE");
  const previous =
    previousSecretFile === null
      ? previousSecret
      : await readSecretFile(previousSecretFile, "PATCHBAY_SECRET_PREVIOUS_FILE");
  return createSealer(current ?? (await storedSecret(databaseUrl)), previous);
}

/** The secret lies beside the database; a store in memory forgets its secret with everything else. */
async function storedSecret(databaseUrl: string): Promise<string> {
  const path = ownSecretPath(databaseUrl);
  return path === null ? randomBytes(32).toString("base64url") : readOrCreateSecret(path);
}

/** Gives the file in which a secret is kept that nobody has set; null where there is none. */
export function ownSecretPath(databaseUrl: string): string | null {
  const path = embeddedPath(databaseUrl);
  return path === null || path === ":memory:" ? null : join(dirname(path), "patchbay.secret");
}
