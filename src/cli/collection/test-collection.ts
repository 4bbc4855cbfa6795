import { toJunit } from "../../collections/golden-junit.js";
import type { GoldenReport, ReportedFuzz, ReportedMismatch, ReportedTest } from "../../collections/golden-report.js";
import type { GoldenTest } from "../../collections/golden-test.js";
import { PatchbayError } from "../../core/errors.js";
import type { FuzzOrder } from "../../golden/fuzz/fuzz-flow.js";
import type { Prepared } from "../../golden/prepared.js";
import { testPrepared, testsNamed } from "../../workshop/test-prepared.js";
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
  const report = await testPrepared(prepared, { tests, fuzz }, { config, ...tellers(terminal) });
  printVerdict(report, terminal);
  terminal.printJson(report);
  if (junit !== undefined) await writeOut(junit, toJunit(report));
  if (report.failed > 0 || findingsOf(report) > 0) reportFailures();
}

/** Prints each test when it has ended. */
export function tellers(terminal: Terminal): {
  onTest: (test: ReportedTest) => void;
  onFuzz: (flow: ReportedFuzz) => void;
} {
  return { onTest: (test) => printTest(test, terminal), onFuzz: (flow) => printFuzz(flow, terminal) };
}

/** Prints how all of them ended. */
export function printVerdict(report: GoldenReport, { print }: Terminal): void {
  const { collection, version, tests, failed, elapsedMs, fuzz } = report;
  const verdict = failed === 0 ? "all passed" : `${failed} failed`;
  const seconds = (elapsedMs / 1_000).toFixed(1);
  if (tests.length > 0) print(`${collection} ${version}: ${count(tests.length, "test")}, ${verdict}, in ${seconds} s`);
  if (fuzz === null) return;
  if (fuzz.flows.length === 0)
    print(`${collection} has no flow that anything from outside starts: there is nothing to fuzz`);
  else
    print(
      `${collection}: ${count(fuzz.flows.length, "flow")} fuzzed with seed ${fuzz.seed}, ${count(findingsOf(report), "failure")}`,
    );
}

function findingsOf({ fuzz }: GoldenReport): number {
  return fuzz?.flows.reduce((sum, { findings }) => sum + findings.length, 0) ?? 0;
}

function chosen(
  { tests }: Prepared,
  { only, folder, fuzz }: Pick<TestOrder, "only" | "folder" | "fuzz">,
): readonly GoldenTest[] {
  const found = testsNamed(tests, only);
  if (found.length > 0 || (fuzz !== null && only === undefined)) return found;
  const message =
    tests.length === 0 ? `${folder} has no golden tests` : `No test of ${folder} has "${only}" in its name or title`;
  throw new PatchbayError("COMMAND_INVALID", message);
}

function printTest({ title, name, passed, elapsedMs, mismatches }: ReportedTest, terminal: Terminal): void {
  const { print, paint } = terminal;
  const mark = passed ? paint("good", "passed") : paint("bad", "failed");
  print(`${mark} ${plain(`${title} (${name}, ${elapsedMs} ms)`)}`);
  for (const mismatch of mismatches) printMismatch(mismatch, terminal);
}

function printMismatch({ about, problem, diff }: ReportedMismatch, { print, paint }: Terminal): void {
  print(`    ${plain(`${about}: ${problem}`)}`);
  const tones = { "-": "bad", "+": "good", " ": "faint" } as const;
  for (const { mark, text } of diff) print(paint(tones[mark], `      ${mark} ${safe(text)}`));
}

function printFuzz(
  { flow, pushed, started, skipped, refused, findings, gaps }: ReportedFuzz,
  { print, paint }: Terminal,
): void {
  const mark = findings.length === 0 ? paint("good", "passed") : paint("bad", "failed");
  const not = skipped === 0 ? "" : `, ${skipped} that came out invalid not pushed`;
  const codes = Object.entries(refused).map(([code, times]) => `${times} × ${code}`);
  const strange = codes.length === 0 ? "" : `; strange values refused with a reason: ${codes.join(", ")}`;
  print(`${mark} ${flow}: ${count(pushed, "record")}, ${started} started it${not}${strange}`);
  for (const { code, message, test } of findings) {
    print(`    ${plain(`${code}: ${message}`)}`);
    print(paint("faint", "    as a golden test:"));
    for (const line of test.trimEnd().split("\n")) print(`      ${safe(line)}`);
  }
  for (const { path, body } of gaps) {
    print(`    ${paint("careful", "warning")} ${plain(`without ${path} the text has a gap: ${body}`)}`);
  }
}

/** Keeps the spaces that a line begins with. */
function safe(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, " ");
}
