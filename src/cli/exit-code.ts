import type { PatchbayError } from "../core/errors.js";

/** What the process says to the shell; the same list is in every `--help`. */
export const exitCode = Object.freeze({ ok: 0, failures: 1, usage: 2, unreachable: 3, interrupted: 130 });

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The exit codes as `--help` shows them. */
export const exitCodeHelp = `
Exit codes:
  0  everything went well
  1  the work was done, and some of it failed
  2  wrong usage or wrong input
  3  no Patchbay server answers`;

/** Chooses the exit code for an error: the caller's mistakes are 2, everything else that went wrong is 1. */
export function exitCodeOf(error: PatchbayError): ExitCode {
  if (error.code === "SERVER_UNREACHABLE") return exitCode.unreachable;
  if (error.code === "CONFIG_INVALID") return exitCode.usage;
  return error.status < 500 && !error.retryable ? exitCode.usage : exitCode.failures;
}
