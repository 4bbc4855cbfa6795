import type { FileProblem } from "../collections/file-problem.js";
import type { CommandContext } from "./context.js";
import { count, plain } from "./plain.js";
import type { Terminal } from "./terminal.js";

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
