import type { Config } from "../../config/config.js";
import { PatchbayError } from "../../core/errors.js";
import { type Finding, ok, problem } from "./finding.js";

/** Checks a database that is kept by a server: whether it answers and can be relied on, and that the secret is set. */
export async function checkDatabaseServer({ databaseUrl, secret }: Config): Promise<readonly Finding[]> {
  return [await checkReach(databaseUrl), checkSharedSecret(secret)];
}

async function checkReach(databaseUrl: string): Promise<Finding> {
  const { examineServer } = await import("../../store/postgres/check-server.js");
  try {
    return ok("database", `${await examineServer(databaseUrl)} answers, and what is stored is on disk`);
  } catch (error) {
    if (error instanceof PatchbayError) return problem("database", error.message, error.remedy);
    throw error;
  }
}

function checkSharedSecret(secret: string | null): Finding {
  if (secret !== null) return ok("secret", "PATCHBAY_SECRET is set");
  const remedy = "Set it to 16 characters or more, the same for every process on this database.";
  return problem("secret", "PATCHBAY_SECRET is not set, and a database server needs it", remedy);
}
