import type { GoldenReport, ReportedMismatch, ReportedTest } from "./golden-report.js";

/** Writes results as build servers read them: JUnit's XML, one suite for the collection. */
export function toJunit({ collection, tests, failed, elapsedMs }: Omit<GoldenReport, "fuzz">): string {
  const facts = `name="${escaped(collection)}" tests="${tests.length}" failures="${failed}" errors="0" time="${seconds(elapsedMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${facts}>`,
    `  <testsuite ${facts}>`,
    ...tests.flatMap((test) => caseOf(collection, test)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(suite: string, { title, file, mismatches, elapsedMs }: ReportedTest): string[] {
  const facts = `name="${escaped(title)}" classname="${escaped(suite)}" file="${escaped(file)}" time="${seconds(elapsedMs)}"`;
  const [first] = mismatches;
  if (first === undefined) return [`    <testcase ${facts}/>`];
  const text = mismatches.map(describe).join("\n");
  return [
    `    <testcase ${facts}>`,
    `      <failure message="${escaped(first.problem)}">${escaped(text)}</failure>`,
    "    </testcase>",
  ];
}

function describe({ about, problem, diff }: ReportedMismatch): string {
  return [`${about}: ${problem}`, ...diff.map(({ mark, text }) => `${mark} ${text}`)].join("\n");
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
