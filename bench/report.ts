import type { RoundFigures } from "./round.js";
import { rounded, type Spread, spreadOf } from "./samples.js";
import type { StorageName } from "./storage.js";
import { tableOf } from "./table.js";

/** All rounds of one system, in the order they were done. */
export interface SystemFigures {
  readonly name: string;
  readonly rounds: readonly RoundFigures[];
}

/** Everything one run of the bench found. */
export interface Findings {
  readonly store: StorageName;
  readonly workers: number;
  readonly callbacks: boolean;
  readonly patchbay: SystemFigures;
  readonly bare: SystemFigures;
  readonly helpMs: readonly number[];
  /** What the reader must know to read the figures right. */
  readonly remarks: readonly string[];
}

/** A figure that is one number. */
type Field = Exclude<keyof RoundFigures, "cpuMsByKind">;

const LINES: readonly [Field, string, number][] = [
  ["textsPerSecond", "texts per second", 0],
  ["loadedAckP50Ms", "acknowledged, full load, p50 ms", 1],
  ["loadedAckP99Ms", "acknowledged, full load, p99 ms", 1],
  ["ackP50Ms", "acknowledged, steady pace, p50 ms", 2],
  ["ackP99Ms", "acknowledged, steady pace, p99 ms", 2],
  ["textP50Ms", "text out, steady pace, p50 ms", 2],
  ["textP99Ms", "text out, steady pace, p99 ms", 2],
  ["cpuMsPerOrder", "processor ms per order", 3],
  ["idleRssMb", "memory idle, MB", 0],
  ["rssMb", "memory after load, MB", 0],
  ["startMs", "start to first order accepted, ms", 0],
  ["otherWorkPercent", "other work meanwhile, % of a processor", 0],
  ["drainMs", "last texts out after full load, ms", 0],
];

/** The findings as a table for people: medians, with lowest and highest round in brackets. */
export function renderTable({ patchbay, bare, helpMs, remarks }: Findings): string {
  const rows = LINES.map(([field, title, digits]) => [
    title,
    cell(spreadOver(patchbay, field), digits),
    cell(spreadOver(bare, field), digits),
  ]);
  for (const [kind, spread] of cpuByKind(patchbay)) rows.push([`processor ms per order, ${kind}`, cell(spread, 3), ""]);
  rows.push(["--help, ms", cell(spreadOf(helpMs), 0), ""]);
  const both = { patchbay, bare };
  const ratio =
    `${patchbay.name} does ${cell(ratios(both, "textsPerSecond"), 3)} of the ${bare.name}'s rate, ` +
    `with ${cell(ratios(both, "cpuMsPerOrder"), 1)} times its processor time for an order.`;
  return [...tableOf(["median (lowest - highest)", patchbay.name, bare.name], rows), "", ratio, ...remarks, ""].join(
    "\n",
  );
}

/** Processor time of each kind of process; nothing when there is one process only. */
function cpuByKind({ rounds }: SystemFigures): readonly (readonly [string, Spread])[] {
  const kinds = Object.keys(rounds[0]?.cpuMsByKind ?? {});
  if (kinds.length < 2) return [];
  return kinds.map((kind) => [kind, spreadOf(rounds.map(({ cpuMsByKind }) => cpuMsByKind[kind] ?? Number.NaN))]);
}

/** The findings for programs: medians, rounded to what the measurement can bear; null where there is no figure. */
export function toJson({ store, workers, callbacks, patchbay, bare, helpMs }: Findings): Record<string, unknown> {
  const median = (figures: SystemFigures, field: Field): number => spreadOver(figures, field).median;
  return {
    store,
    workers,
    callbacks,
    textsPerSecond: rounded(median(patchbay, "textsPerSecond"), 0),
    barePerSecond: rounded(median(bare, "textsPerSecond"), 0),
    ratio: rounded(ratios({ patchbay, bare }, "textsPerSecond").median, 3),
    ackP50Ms: rounded(median(patchbay, "ackP50Ms"), 2),
    ackP99Ms: rounded(median(patchbay, "ackP99Ms"), 2),
    cpuMsPerOrder: rounded(median(patchbay, "cpuMsPerOrder"), 3),
    cpuMsByKind: Object.fromEntries(cpuByKind(patchbay).map(([kind, { median }]) => [kind, rounded(median, 3)])),
    rssMb: rounded(median(patchbay, "rssMb"), 0),
    startMs: rounded(median(patchbay, "startMs"), 0),
    idleRssMb: rounded(median(patchbay, "idleRssMb"), 0),
    helpMs: rounded(spreadOf(helpMs).median, 0),
    loadedAckP50Ms: rounded(median(patchbay, "loadedAckP50Ms"), 1),
    loadedAckP99Ms: rounded(median(patchbay, "loadedAckP99Ms"), 1),
    textP50Ms: rounded(median(patchbay, "textP50Ms"), 2),
    textP99Ms: rounded(median(patchbay, "textP99Ms"), 2),
    bareAckP50Ms: rounded(median(bare, "ackP50Ms"), 2),
    bareAckP99Ms: rounded(median(bare, "ackP99Ms"), 2),
    bareCpuMsPerOrder: rounded(median(bare, "cpuMsPerOrder"), 3),
    cpuRatio: rounded(ratios({ patchbay, bare }, "cpuMsPerOrder").median, 1),
    otherWorkPercent: rounded(median(bare, "otherWorkPercent"), 0),
    rounds: patchbay.rounds.length,
  };
}

/** A figure of Patchbay over the bare loop's, round by round: what was measured side by side is compared. */
function ratios({ patchbay, bare }: Pick<Findings, "patchbay" | "bare">, field: Field): Spread {
  return spreadOf(
    patchbay.rounds.map((figures, round) => figures[field] / (bare.rounds[round]?.[field] ?? Number.NaN)),
  );
}

function spreadOver({ rounds }: SystemFigures, field: Field): Spread {
  return spreadOf(rounds.map((figures) => figures[field]));
}

function cell({ median, lowest, highest }: Spread, digits: number): string {
  if (Number.isNaN(median)) return "not measured";
  return `${median.toFixed(digits)} (${lowest.toFixed(digits)} - ${highest.toFixed(digits)})`;
}
