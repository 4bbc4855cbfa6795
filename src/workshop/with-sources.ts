import { readGrammar } from "../collections/grammar.js";
import { readSource, type SourceContent, type SourceReading } from "../collections/source/read-source.js";
import type { Config } from "../config/config.js";
import { packagePath } from "../config/package-root.js";
import { openSourceAccess } from "../open-source-access.js";

/** What is configured of where sources are. */
export type SourceConfig = Pick<Config, "outboundAllow" | "collectionIndexes">;

/** Gives what a command reads sources with: also paths of this machine, which are its user's own. */
export async function withSources<T>(config: SourceConfig, work: (reading: SourceReading) => Promise<T>): Promise<T> {
  const access = openSourceAccess(config);
  try {
    const grammar = await readGrammar(packagePath("schemas"));
    return await work({ access, grammar, shippedFolder: packagePath("collections"), local: true });
  } finally {
    await access.close();
  }
}

/** Reads one source. */
export function readOne(source: string, config: SourceConfig): Promise<SourceContent> {
  return withSources(config, (reading) => readSource(source, reading));
}
