import { type Options, parseOptions, usage } from "./options.js";
import { clearAtExit, openProcesses } from "./processes.js";
import { showProgress } from "./progress.js";
import { describeOutcome, progressLine, toJsonLine } from "./report.js";
import { openWatch, runChaos } from "./run.js";
import { openTrouble } from "./trouble.js";

const wrongUsageExitCode = 2;

/** Tries to break "one order, one message", and exits with 1 when it was broken or the run itself failed. */
async function main(options: Options): Promise<number> {
  const processes = openProcesses(options);
  clearAtExit(processes);
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  const watch = openWatch();
  const progress = showProgress(process.stderr, () => progressLine(options, watch, seconds()));
  try {
    const outcome = await runChaos(options, { processes, trouble: openTrouble(), watch });
    progress.stop();
    process.stdout.write(describeOutcome(outcome, seconds()));
    if (options.json) process.stdout.write(`${toJsonLine(outcome, options, seconds())}\n`);
    return outcome.verdict.good ? 0 : 1;
  } finally {
    progress.stop();
    processes.clear();
    if (options.keep) process.stderr.write(whatIsKept(processes.folder, watch.serverFolder));
  }
}

function whatIsKept(folder: string, serverFolder: string | null): string {
  if (serverFolder === null) return `The database and the server's log are in ${folder}\n`;
  return `The log of all processes is in ${folder}, the PostgreSQL server's data in ${serverFolder}\n`;
}

/** Gives the options, or null when there is nothing to run: help was asked for, or an option is wrong. */
function readOptions(): Options | null {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (!options.help) return options;
    process.stdout.write(usage);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = wrongUsageExitCode;
  }
  return null;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

const options = readOptions();
if (options !== null) {
  process.exitCode = await main(options).catch((error: unknown) => {
    process.stderr.write(`The run itself failed. ${messageOf(error)}\n`);
    return 1;
  });
}
