import { readGrammar } from "../../collections/grammar.js";
import type { FileProblem } from "../../collections/installer.js";
import { readCollection } from "../../collections/read-collection.js";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { readShipped } from "../../collections/shipped.js";
import type { CheckTools } from "../../collections/surroundings.js";
import type { Config } from "../../config/config.js";
import { packagePath } from "../../config/package-root.js";
import { createConnectors } from "../../connectors/registry.js";
import { openHttp } from "../../http/open-http.js";
import { startTranslation } from "../../translation/start-translation.js";
import type { CommandContext } from "../context.js";
import { count, plain } from "../plain.js";
import type { Terminal } from "../terminal.js";

/**
 * Checks the files of a collection as an installation would, without a server: every problem of every file. The
 * shipped collections count as installed.
 */
export async function checkCollection(folder: string, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const files = await readCollectionFolder(folder);
  const { collection, problems } = await withCheckTools(context.config, async (tools) => {
    const grammar = await readGrammar(packagePath("schemas"));
    const installed = await readShipped(packagePath("collections"), { ...tools, grammar });
    return readCollection(files, { ...tools, grammar, installed });
  });
  const errors = problems.filter(({ severity }) => severity === "error");
  const name = collection === null ? folder : `${collection.name} ${collection.version}`;
  terminal.printJson({ collection: collection?.name ?? null, version: collection?.version ?? null, problems });
  for (const problem of problems) printProblem(problem, terminal);
  const warnings = problems.length - errors.length;
  terminal.print(
    `${name}: ${count(errors.length, "problem")}, ${count(warnings, "warning")} in ${count(Object.keys(files).length, "file")}`,
  );
  if (errors.length > 0) context.reportFailures();
}

/** Nothing is called and nothing is evaluated: the connectors describe themselves, and expressions are only parsed. */
async function withCheckTools<T>(config: Config, work: (tools: CheckTools) => Promise<T>): Promise<T> {
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

function printProblem({ file, path, message, remedy, severity }: FileProblem, { print, paint }: Terminal): void {
  const mark = severity === "error" ? paint("bad", "problem") : paint("careful", "warning");
  print(`${mark} ${plain(`${file}:${path} ${message} — ${remedy}`)}`);
}
