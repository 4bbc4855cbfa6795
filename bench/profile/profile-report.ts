import { rounded } from "../samples.js";
import type { StorageName } from "../storage.js";
import { tableOf } from "../table.js";
import type { WindowFigures } from "../window.js";

/** What a profiled thread did in the window. */
export interface ThreadFindings {
  /** Such as `main thread`. */
  readonly name: string;
  /** Processor time for an order, of the kernel's account. */
  readonly cpuMs: number;
  /** Parts with their share of the thread's time that was not idle, the largest first. */
  readonly parts: readonly (readonly [part: string, share: number])[];
  /** Where its flame graph was put. */
  readonly graph: string;
}

/** What a run of the profile found. */
export interface ProfileFindings {
  readonly store: StorageName;
  readonly callbacks: boolean;
  readonly window: WindowFigures;
  readonly threads: readonly ThreadFindings[];
  /** Threads that run no JavaScript of ours: collecting garbage, compiling, files. */
  readonly otherCpuMs: number;
}

/** The findings as a table for people: the time of an order, thread by thread and part by part. */
export function renderProfile({ store, callbacks, window, threads, otherCpuMs }: ProfileFindings): string {
  const total = totalOf({ threads, otherCpuMs });
  const line = (name: string, ms: number): readonly string[] => [
    name,
    (ms * 1_000).toFixed(0),
    ((ms / total) * 100).toFixed(1),
  ];
  const rows = threads.flatMap(({ name, cpuMs, parts }) => [
    ...parts.map(([part, share]) => line(`  ${part}`, share * cpuMs)),
    line(name, cpuMs),
  ]);
  return [
    `Where the processor time of an order goes, on ${store}, the vendor's reports ${callbacks ? "on" : "off"}; ` +
      `${window.texts} orders, while the profiler samples`,
    "",
    ...tableOf(
      ["", "µs", "% of all"],
      [...rows, line("V8's and Node's other threads", otherCpuMs), line("together", total)],
    ),
    "",
    ...threads.map(({ name, graph }) => `${name}: ${graph}, and the same as .cpuprofile for Chrome`),
    "",
  ].join("\n");
}

/** The findings for programs. */
export function profileToJson({
  store,
  callbacks,
  window,
  threads,
  otherCpuMs,
}: ProfileFindings): Record<string, unknown> {
  const partsOf = ({ cpuMs, parts }: ThreadFindings): Record<string, number | null> =>
    Object.fromEntries(parts.map(([part, share]) => [part, rounded(share * cpuMs, 4)]));
  return {
    ...{ store, callbacks, orders: window.texts },
    cpuMsPerOrder: rounded(totalOf({ threads, otherCpuMs }), 3),
    threads: Object.fromEntries(
      threads.map((thread) => [thread.name, { cpuMs: rounded(thread.cpuMs, 3), parts: partsOf(thread) }]),
    ),
    otherCpuMs: rounded(otherCpuMs, 3),
  };
}

function totalOf({ threads, otherCpuMs }: Pick<ProfileFindings, "threads" | "otherCpuMs">): number {
  return threads.reduce((sum, { cpuMs }) => sum + cpuMs, otherCpuMs);
}
