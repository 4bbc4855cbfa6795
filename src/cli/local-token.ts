import { localTokenPath, readLocalToken } from "../access/local-token.js";
import type { Config } from "../config/config.js";
import { embeddedPath } from "../store/open-store.js";

/** Gives what a server on this machine has left for the command line; null for servers elsewhere, and without one. */
export async function findLocalToken({ serverUrl, databaseUrl }: Config): Promise<string | null> {
  if (!["127.0.0.1", "localhost", "[::1]"].includes(new URL(serverUrl).hostname)) return null;
  const path = embeddedPath(databaseUrl);
  return path === null || path === ":memory:" ? null : readLocalToken(localTokenPath(path));
}
