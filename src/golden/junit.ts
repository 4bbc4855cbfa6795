import { diffOf } from "./diff-words.js";
import type { Mismatch } from "./judge.js";
import type { TestResult } from "./run-tests.js";

/** Writes results as build servers read them: JUnit's XML, one suite for the collection. */
export function toJunit(suite: string, results: readonly TestResult[]): string {
  const failed = results.filter(({ mismatches }) => mismatches.length > 0).length;
  const totalMs = results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const facts = `name="${escaped(suite)}" tests="${results.length}" failures="${failed}" errors="0" time="${seconds(totalMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${facts}>`,
    `  <testsuite ${facts}>`,
    ...results.flatMap((result) => caseOf(suite, result)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(suite: string, { test, mismatches, elapsedMs }: TestResult): string[] {
  const facts = `name="${escaped(test.title)}" classname="${escaped(suite)}" file="${escaped(test.file)}" time="${seconds(elapsedMs)}"`;
  const [first] = mismatches;
  if (first === undefined) return [`    <testcase ${facts}/>`];
  const text = mismatches.map(describe).join("\n");
  return [
    `    <testcase ${facts}>`,
    `      <failure message="${escaped(first.problem)}">${escaped(text)}</failure>`,
    "    </testcase>",
  ];
}

function describe(mismatch: Mismatch): string {
  const lines = diffOf(mismatch).map(({ mark, text }) => `${mark} ${text}`);
  return [`${mismatch.about}: ${mismatch.problem}`, ...lines].join("\n");
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

/** XML has no control characters but these, not even escaped. */
function escaped(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, (control) => ("\t\n\r".includes(control) ? control : "\ufffd"))
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
