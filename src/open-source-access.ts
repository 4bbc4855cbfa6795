import type { SourceAccess } from "./collections/source/source-access.js";
import type { Config } from "./config/config.js";
import { packageVersion } from "./config/package-root.js";
import { processEnvironment } from "./config/process-environment.js";
import { openDownloads } from "./http/open-downloads.js";

/** As large as an index or a bundle may be. */
const MAX_DOWNLOAD_BYTES = 4_194_304;
const TIMEOUT_MS = 30_000;

/** Opens what sources of collections are reached with, for the server and for commands alike; `close` lets go of it. */
export function openSourceAccess(
  config: Pick<Config, "outboundAllow" | "collectionIndexes">,
): SourceAccess & { close(): Promise<void> } {
  const downloads = openDownloads({
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_DOWNLOAD_BYTES,
    allow: config.outboundAllow,
    userAgent: `patchbay/${packageVersion()}`,
  });
  return { ...downloads, searchPath: processEnvironment().PATH ?? "", indexes: config.collectionIndexes };
}
