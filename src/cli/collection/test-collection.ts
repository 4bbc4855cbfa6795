import type { GoldenTest } from "../../collections/golden-test.js";
import { PatchbayError } from "../../core/errors.js";
import { diffOf } from "../../golden/diff-words.js";
import type { Mismatch } from "../../golden/judge.js";
import { toJunit } from "../../golden/junit.js";
import type { Prepared } from "../../golden/prepared.js";
import { runTests, type TestResult } from "../../golden/run-tests.js";
import { openGolden } from "../../open-golden.js";
import type { CommandContext } from "../context.js";
import { count, plain } from "../plain.js";
import type { Terminal } from "../terminal.js";
import { readGoldenSubject } from "./golden-subject.js";
import { writeOut } from "./write-out.js";

/** What `collection test` was asked for. */
export interface TestOrder {
  readonly folder: string;
  /** Part of the name or of the title of the tests to run. */
  readonly only: string | undefined;
  /** Where to write JUnit's XML. */
  readonly junit: string | undefined;
}

/**
 * Runs the golden tests of a folder, without a server: each in a Patchbay of its own, in memory, with vendors that are
 * simulated. With a test that fails the exit code becomes 1.
 *
 * @throws COLLECTION_INVALID; COMMAND_INVALID when there is none to run
 */
export async function testCollection({ folder, only, junit }: TestOrder, context: CommandContext): Promise<void> {
  const { terminal, config, reportFailures } = context;
  const prepared = await readGoldenSubject(folder, config);
  const collection = prepared.subject;
  const tests = chosen(prepared, only, folder);
  const parts = openGolden(config);
  try {
    const onResult = (result: TestResult): void => printResult(result, terminal);
    const results = await runTests(prepared, tests, { parts, stopwatch: () => performance.now(), onResult });
    const failed = results.filter(({ mismatches }) => mismatches.length > 0);
    const totalMs = results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
    terminal.printJson({
      collection: collection.name,
      version: collection.version,
      passed: results.length - failed.length,
      failed: failed.length,
      elapsedMs: Math.round(totalMs),
      tests: results.map(({ test: { name, file, title }, mismatches, elapsedMs }) => {
        return { name, file, title, passed: mismatches.length === 0, elapsedMs: Math.round(elapsedMs), mismatches };
      }),
    });
    const verdict = failed.length === 0 ? "all passed" : `${failed.length} failed`;
    const seconds = (totalMs / 1_000).toFixed(1);
    terminal.print(
      `${collection.name} ${collection.version}: ${count(results.length, "test")}, ${verdict}, in ${seconds} s`,
    );
    if (junit !== undefined) await writeOut(junit, toJunit(collection.name, results));
    if (failed.length > 0) reportFailures();
  } finally {
    await parts.close();
  }
}

function chosen({ tests }: Prepared, only: string | undefined, folder: string): readonly GoldenTest[] {
  const wanted = only?.toLowerCase() ?? "";
  const found = tests.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted));
  if (found.length > 0) return found;
  const message =
    tests.length === 0 ? `${folder} has no golden tests` : `No test of ${folder} has "${only}" in its name or title`;
  throw new PatchbayError("COMMAND_INVALID", message);
}

function printResult({ test, mismatches, elapsedMs }: TestResult, terminal: Terminal): void {
  const { print, paint } = terminal;
  const mark = mismatches.length === 0 ? paint("good", "passed") : paint("bad", "failed");
  print(`${mark} ${plain(`${test.title} (${test.name}, ${Math.round(elapsedMs)} ms)`)}`);
  for (const mismatch of mismatches) printMismatch(mismatch, terminal);
}

function printMismatch(mismatch: Mismatch, { print, paint }: Terminal): void {
  print(plain(`    ${mismatch.about}: ${mismatch.problem}`));
  const tones = { "-": "bad", "+": "good", " ": "faint" } as const;
  for (const { mark, text } of diffOf(mismatch))
    print(paint(tones[mark], `      ${mark} ${text.replaceAll(/\p{Cc}/gu, " ")}`));
}
