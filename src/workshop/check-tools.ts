import { readGrammar } from "../collections/grammar.js";
import type { CheckTools } from "../collections/surroundings.js";
import type { Config } from "../config/config.js";
import { packagePath } from "../config/package-root.js";
import { createConnectors } from "../connectors/registry.js";
import { openHttp } from "../http/open-http.js";
import { startTranslation } from "../translation/start-translation.js";

/** What is configured of checking. */
export type CheckConfig = Pick<Config, "callTimeoutMs" | "translatorTimeoutMs" | "translatorMemoryMb">;

/**
 * Gives what definitions are checked with. Nothing is called and nothing is evaluated: the connectors describe themselves, and expressions are only
 * parsed.
 */
export async function withCheckTools<T>(config: CheckConfig, work: (tools: CheckTools) => Promise<T>): Promise<T> {
  const { callTimeoutMs, translatorTimeoutMs, translatorMemoryMb } = config;
  const http = openHttp({ timeoutMs: callTimeoutMs, maxResponseBytes: 0, allow: [], userAgent: "Patchbay" });
  const limits = { timeoutMs: translatorTimeoutMs, memoryMb: translatorMemoryMb, maxOutputBytes: 0, threads: 1 };
  const translation = startTranslation(limits);
  try {
    return await work({
      connectors: [...createConnectors({ http }).values()],
      translation,
      grammar: await readGrammar(packagePath("schemas")),
    });
  } finally {
    await translation.stop();
    await http.close();
  }
}
