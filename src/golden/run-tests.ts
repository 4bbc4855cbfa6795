import type { GoldenTest } from "../collections/golden-test.js";
import { toPatchbayError } from "../core/errors.js";
import type { GoldenParts } from "./golden-parts.js";
import { judge, type Mismatch } from "./judge.js";
import { observe } from "./observe.js";
import { play, StepFailure } from "./play.js";
import type { Prepared } from "./prepared.js";
import { settle } from "./time.js";
import { openWorld, type World } from "./world.js";

/** How one test ended. */
export interface TestResult {
  readonly test: GoldenTest;
  /** Empty when it passed. */
  readonly mismatches: readonly Mismatch[];
  readonly elapsedMs: number;
}

/** What runs golden tests besides what they are about. */
export interface Running {
  readonly parts: GoldenParts;
  /** Milliseconds that only go up. */
  readonly stopwatch: () => number;
  /** Told of each test when it has ended. */
  readonly onResult?: (result: TestResult) => void;
}

/** Runs the tests of a collection one after the other, each in a world of its own. */
export async function runTests(
  prepared: Prepared,
  tests: readonly GoldenTest[],
  { parts, stopwatch, onResult }: Running,
): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const test of tests) {
    const begin = stopwatch();
    const mismatches = await runTest(test, prepared, parts);
    const result = { test, mismatches, elapsedMs: stopwatch() - begin };
    onResult?.(result);
    results.push(result);
  }
  return results;
}

async function runTest(test: GoldenTest, prepared: Prepared, parts: GoldenParts): Promise<readonly Mismatch[]> {
  try {
    const world = await openWorld(test, prepared, parts);
    try {
      return (await playAll(test, world)) ?? judge(test.expected, await observe(world, dataTypesOf(test)));
    } finally {
      await world.close();
    }
  } catch (thrown) {
    const { code, message } = toPatchbayError(thrown);
    const problem = `the test could not be run: ${message} (${code})`;
    return [{ about: "given", problem, expected: null, got: null }];
  }
}

/** Does all steps up to the first that cannot be done. @returns null when all could */
async function playAll(test: GoldenTest, world: World): Promise<readonly Mismatch[] | null> {
  for (const [index, step] of test.given.entries()) {
    try {
      await play(step, world);
    } catch (thrown) {
      if (!(thrown instanceof StepFailure)) throw thrown;
      const problem = `step ${index + 1} (${step.kind}) could not be done: ${thrown.message}`;
      return [{ about: "given", problem, expected: null, got: null }];
    }
  }
  await settle(world);
  return null;
}

function dataTypesOf({ expected }: GoldenTest): readonly string[] {
  return expected.records.map(({ dataType }) => dataType);
}
