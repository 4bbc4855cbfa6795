import type { FileProblem } from "../collections/file-problem.js";
import { readGrammar } from "../collections/grammar.js";
import type { CheckTools } from "../collections/surroundings.js";
import type { Config } from "../config/config.js";
import { packagePath } from "../config/package-root.js";
import { createConnectors } from "../connectors/registry.js";
import { openHttp } from "../http/open-http.js";
import { startTranslation } from "../translation/start-translation.js";
import type { CommandContext } from "./context.js";
import { count, plain } from "./plain.js";
import type { Terminal } from "./terminal.js";

/**
 * Gives what definitions are checked with. Nothing is called and nothing is evaluated: the connectors describe themselves, and expressions are only
 * parsed.
 */
export async function withCheckTools<T>(config: Config, work: (tools: CheckTools) => Promise<T>): Promise<T> {
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

/** Prints every problem and how many there are; with an error the exit code becomes 1. */
export function printProblems(
  name: string,
  { problems, files }: { problems: readonly FileProblem[]; files: number },
  { terminal, reportFailures }: CommandContext,
): void {
  for (const problem of problems) printProblem(problem, terminal);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  terminal.print(`${name}: ${count(errors, "problem")}, ${count(warnings, "warning")} in ${count(files, "file")}`);
  if (errors > 0) reportFailures();
}
