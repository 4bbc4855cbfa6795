import type { ReportedFuzz, ReportedMismatch, ReportedTest } from "../collections/golden-report.js";
import { diffOf } from "./diff-words.js";
import type { FuzzResult } from "./fuzz/fuzz-flow.js";
import { toReadyTest } from "./fuzz/ready-test.js";
import type { Mismatch } from "./judge.js";
import type { TestResult } from "./run-tests.js";

/** A test can differ in as many ways as a flow sends messages: nobody reads more of them, nor longer ones. */
const MAX_MISMATCHES = 20;
const MAX_LINES = 200;
const MAX_LINE = 500;
const MAX_VALUE = 20_000;

/** Gives a result as it is reported, in a size that can be sent. */
export function toReportedTest({ test, mismatches, elapsedMs }: TestResult): ReportedTest {
  const { name, file, title } = test;
  const rest = mismatches.length - MAX_MISMATCHES;
  const more = { about: "given", problem: `${rest} more are not as expected`, expected: null, got: null, diff: [] };
  return {
    ...{ name, file, title, passed: mismatches.length === 0, elapsedMs: Math.round(elapsedMs) },
    mismatches: [...mismatches.slice(0, MAX_MISMATCHES).map(toReportedMismatch), ...(rest > 0 ? [more] : [])],
  };
}

function toReportedMismatch(mismatch: Mismatch): ReportedMismatch {
  const { about, problem, expected, got } = mismatch;
  const diff = diffOf(mismatch)
    .slice(0, MAX_LINES)
    .map(({ mark, text }) => ({ mark, text: text.slice(0, MAX_LINE) }));
  const fits = JSON.stringify([expected, got]).length <= MAX_VALUE;
  return { about, problem, ...(fits ? { expected, got } : { expected: null, got: null }), diff };
}

/** Gives what fuzzing a flow came to as it is reported. */
export function toReportedFuzz({ findings, gaps, ...counts }: FuzzResult): ReportedFuzz {
  return {
    ...counts,
    findings: findings.map((finding) => {
      return { code: finding.code, message: finding.message, test: toReadyTest(finding) };
    }),
    gaps: gaps.map(({ path, body }) => ({ path, body })),
  };
}
