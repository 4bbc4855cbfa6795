import type { ErrorCode } from "../core/error-catalogue.js";
import { PatchbayError } from "../core/errors.js";
import type { Json } from "../core/json.js";

/** One line of a comparison: expected and not there, there and not expected, or both. */
export interface DiffLine {
  readonly mark: "-" | "+" | " ";
  readonly text: string;
}

/** Something that is not as a golden test expects it, with both sides as far as they are about the same. */
export interface ReportedMismatch {
  /** `messages`, `records`, … */
  readonly about: string;
  /** In one line: `a message is missing`. */
  readonly problem: string;
  /** Null for something that nobody expected. */
  readonly expected: Json | null;
  /** Null for something that is not there. */
  readonly got: Json | null;
  /** Both as YAML, line by line. */
  readonly diff: readonly DiffLine[];
}

/** A golden test, named. */
export interface NamedTest {
  readonly name: string;
  /** Path inside the collection. */
  readonly file: string;
  readonly title: string;
}

/** How one golden test ended. */
export interface ReportedTest extends NamedTest {
  readonly passed: boolean;
  /** In whole milliseconds. */
  readonly elapsedMs: number;
  readonly mismatches: readonly ReportedMismatch[];
}

/** What fuzzing one flow came to. */
export interface ReportedFuzz {
  readonly flow: string;
  /** Inputs that were given to it, and those of them that it started on. */
  readonly pushed: number;
  readonly started: number;
  /** Derived, and not valid after all. */
  readonly skipped: number;
  /** Codes of refusals that strange values had, and how many. */
  readonly refused: Readonly<Record<string, number>>;
  /** What it fails on, each as a golden test (YAML) that fails until it copes. */
  readonly findings: readonly { readonly code: ErrorCode; readonly message: string; readonly test: string }[];
  /** Texts in which something is missing when an optional member is. */
  readonly gaps: readonly { readonly path: string; readonly body: string }[];
}

/** What the golden tests of a collection came to. */
export interface GoldenReport {
  readonly collection: string;
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  /** In whole milliseconds. */
  readonly elapsedMs: number;
  readonly tests: readonly ReportedTest[];
  /** Null when nobody asked for fuzzing. */
  readonly fuzz: { readonly seed: number; readonly flows: readonly ReportedFuzz[] } | null;
}

/** Makes the error that says which golden tests fail. */
export function testsFailed({ collection, version, failed, tests }: GoldenReport): PatchbayError {
  const problems = tests.flatMap(({ file, title, passed, mismatches }) =>
    passed ? [] : [{ file, path: "", message: `${title}: ${mismatches[0]?.problem ?? ""}` }],
  );
  const message = `${failed} of the ${tests.length} golden tests of ${collection} ${version} ${failed === 1 ? "fails" : "fail"}`;
  return new PatchbayError("COLLECTION_TESTS_FAILED", message, { problems });
}

/** Sums up how tests ended. */
export function toReport(
  { name, version }: { readonly name: string; readonly version: string },
  tests: readonly ReportedTest[],
  fuzz: GoldenReport["fuzz"],
): GoldenReport {
  const passed = tests.filter((test) => test.passed).length;
  const elapsedMs = tests.reduce((sum, test) => sum + test.elapsedMs, 0);
  return { collection: name, version, passed, failed: tests.length - passed, elapsedMs, tests, fuzz };
}
