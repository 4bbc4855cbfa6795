import type { GoldenTest } from "../../collections/golden-test.js";
import { PatchbayError } from "../../core/errors.js";
import { diffOf } from "../../golden/diff-words.js";
import { fuzzCollection } from "../../golden/fuzz/fuzz-collection.js";
import type { FuzzOrder, FuzzResult } from "../../golden/fuzz/fuzz-flow.js";
import { toReadyTest } from "../../golden/fuzz/ready-test.js";
import type { GoldenParts } from "../../golden/golden-parts.js";
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
  /** Null when flows are not to be fuzzed. */
  readonly fuzz: FuzzOrder | null;
}

/**
 * Runs the golden tests of a folder, without a server: each in a Patchbay of its own, in memory, with vendors that are
 * simulated. With a test that fails the exit code becomes 1.
 *
 * @throws COLLECTION_INVALID; COMMAND_INVALID when there is none to run
 */
export async function testCollection({ folder, only, junit, fuzz }: TestOrder, context: CommandContext): Promise<void> {
  const { terminal, config, reportFailures } = context;
  const prepared = await readGoldenSubject(folder, config);
  const tests = chosen(prepared, { only, folder, fuzz });
  const parts = openGolden(config);
  try {
    const results = await runAndPrint(prepared, tests, { parts, terminal });
    const fuzzed = fuzz === null ? [] : await fuzzAndPrint(prepared, fuzz, { parts, terminal });
    terminal.printJson(toJson(prepared, { results, fuzz, fuzzed }));
    if (junit !== undefined) await writeOut(junit, toJunit(prepared.subject.name, results));
    const failed = results.some(isFailed) || fuzzed.some(({ findings }) => findings.length > 0);
    if (failed) reportFailures();
  } finally {
    await parts.close();
  }
}

interface Playing {
  readonly parts: GoldenParts;
  readonly terminal: Terminal;
}

async function runAndPrint(
  prepared: Prepared,
  tests: readonly GoldenTest[],
  { parts, terminal }: Playing,
): Promise<readonly TestResult[]> {
  const onResult = (result: TestResult): void => printResult(result, terminal);
  const results = await runTests(prepared, tests, { parts, stopwatch: () => performance.now(), onResult });
  const failed = results.filter(isFailed).length;
  const verdict = failed === 0 ? "all passed" : `${failed} failed`;
  const seconds = (results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 1_000).toFixed(1);
  const { name, version } = prepared.subject;
  if (results.length > 0)
    terminal.print(`${name} ${version}: ${count(results.length, "test")}, ${verdict}, in ${seconds} s`);
  return results;
}

async function fuzzAndPrint(
  prepared: Prepared,
  order: FuzzOrder,
  { parts, terminal }: Playing,
): Promise<readonly FuzzResult[]> {
  const onResult = (result: FuzzResult): void => printFuzz(result, terminal);
  const results = await fuzzCollection(prepared, { parts, order, onResult });
  const { name } = prepared.subject;
  const findings = results.reduce((sum, result) => sum + result.findings.length, 0);
  if (results.length === 0) terminal.print(`${name} has no flow that starts on records: there is nothing to fuzz`);
  else
    terminal.print(
      `${name}: ${count(results.length, "flow")} fuzzed with seed ${order.seed}, ${count(findings, "failure")}`,
    );
  return results;
}

function isFailed({ mismatches }: TestResult): boolean {
  return mismatches.length > 0;
}

function toJson(
  { subject: { name, version } }: Prepared,
  {
    results,
    fuzz,
    fuzzed,
  }: {
    readonly results: readonly TestResult[];
    readonly fuzz: FuzzOrder | null;
    readonly fuzzed: readonly FuzzResult[];
  },
): object {
  const failed = results.filter(isFailed).length;
  return {
    ...{ collection: name, version, passed: results.length - failed, failed },
    elapsedMs: Math.round(results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0)),
    tests: results.map(({ test, mismatches, elapsedMs }) => {
      const { name: test_, file, title } = test;
      return {
        name: test_,
        file,
        title,
        passed: mismatches.length === 0,
        elapsedMs: Math.round(elapsedMs),
        mismatches,
      };
    }),
    ...(fuzz !== null && { seed: fuzz.seed, fuzzed }),
  };
}

function chosen(
  { tests }: Prepared,
  { only, folder, fuzz }: Pick<TestOrder, "only" | "folder" | "fuzz">,
): readonly GoldenTest[] {
  const wanted = only?.toLowerCase() ?? "";
  const found = tests.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted));
  if (found.length > 0 || (fuzz !== null && only === undefined)) return found;
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
  print(`    ${plain(`${mismatch.about}: ${mismatch.problem}`)}`);
  const tones = { "-": "bad", "+": "good", " ": "faint" } as const;
  for (const { mark, text } of diffOf(mismatch)) print(paint(tones[mark], `      ${mark} ${safe(text)}`));
}

function printFuzz(
  { flow, pushed, started, skipped, refused, findings, gaps }: FuzzResult,
  { print, paint }: Terminal,
): void {
  const mark = findings.length === 0 ? paint("good", "passed") : paint("bad", "failed");
  const not = skipped === 0 ? "" : `, ${skipped} that came out invalid not pushed`;
  const codes = Object.entries(refused).map(([code, times]) => `${times} × ${code}`);
  const strange = codes.length === 0 ? "" : `; strange values refused with a reason: ${codes.join(", ")}`;
  print(`${mark} ${flow}: ${count(pushed, "record")}, ${started} started it${not}${strange}`);
  for (const finding of findings) {
    print(`    ${plain(`${finding.code}: ${finding.message}`)}`);
    print(paint("faint", "    as a golden test:"));
    for (const line of toReadyTest(finding).trimEnd().split("\n")) print(`      ${safe(line)}`);
  }
  for (const { path, body } of gaps) {
    print(`    ${paint("careful", "warning")} ${plain(`without ${path} the text has a gap: ${body}`)}`);
  }
}

/** Keeps the spaces that a line begins with. */
function safe(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, " ");
}
