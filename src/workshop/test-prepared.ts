import { type GoldenReport, type ReportedFuzz, type ReportedTest, toReport } from "../collections/golden-report.js";
import type { GoldenTest } from "../collections/golden-test.js";
import { fuzzCollection } from "../golden/fuzz/fuzz-collection.js";
import type { FuzzOrder } from "../golden/fuzz/fuzz-flow.js";
import type { Prepared } from "../golden/prepared.js";
import { toReportedFuzz, toReportedTest } from "../golden/report.js";
import { runTests } from "../golden/run-tests.js";
import { type GoldenConfig, openGolden } from "../open-golden.js";

/** What is played. */
export interface Playing {
  readonly tests: readonly GoldenTest[];
  /** Null when flows are not to be fuzzed. */
  readonly fuzz: FuzzOrder | null;
}

/** What it is played with, and who hears of it. */
export interface Stage {
  readonly config: GoldenConfig;
  /** Told of each test when it has ended. */
  readonly onTest?: (test: ReportedTest) => void;
  /** Told of each flow when it was fuzzed. */
  readonly onFuzz?: (flow: ReportedFuzz) => void;
}

/** Runs golden tests, and fuzzes if asked, each in a Patchbay of its own in memory; nothing of it leaves this machine. */
export async function testPrepared(prepared: Prepared, { tests, fuzz }: Playing, stage: Stage): Promise<GoldenReport> {
  const { config, onTest, onFuzz } = stage;
  const parts = openGolden(config);
  try {
    const reported: ReportedTest[] = [];
    await runTests(prepared, tests, {
      ...{ parts, stopwatch: () => performance.now() },
      onResult: (result) => {
        const test = toReportedTest(result);
        reported.push(test);
        onTest?.(test);
      },
    });
    const flows: ReportedFuzz[] = [];
    const onResult = (result: Parameters<typeof toReportedFuzz>[0]): void => {
      const flow = toReportedFuzz(result);
      flows.push(flow);
      onFuzz?.(flow);
    };
    if (fuzz !== null) await fuzzCollection(prepared, { parts, order: fuzz, onResult });
    return toReport(prepared.subject, reported, fuzz === null ? null : { seed: fuzz.seed, flows });
  } finally {
    await parts.close();
  }
}

/** Tells which tests have these words in their name or title; all when there are none. */
export function testsNamed(tests: readonly GoldenTest[], words: string | undefined): readonly GoldenTest[] {
  const wanted = words?.toLowerCase() ?? "";
  return tests.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted));
}
