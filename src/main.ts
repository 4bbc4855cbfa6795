#!/usr/bin/env -S node --max-semi-space-size=32 --min-semi-space-size=8 --no-parallel-scavenge
import { runCli } from "./cli/cli.js";
import { processEnvironment } from "./config/process-environment.js";

/** How long a command may take to stop after the first signal, in milliseconds. */
const stopWithinMs = 30_000;
const interruptedExitCode = 130;

const stop = new AbortController();

function onSignal(): void {
  if (stop.signal.aborted) process.exit(interruptedExitCode);
  stop.abort();
  setTimeout(() => process.exit(interruptedExitCode), stopWithinMs).unref();
}

process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
// A reader that has seen enough (`patchbay runs list | head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  variables: processEnvironment(),
  stop: stop.signal,
});
