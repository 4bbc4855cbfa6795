import type { ListFindings, ListTimes } from "../list-report.js";
import { rounded, spreadOf } from "../samples.js";
import type { StorageName } from "../storage.js";
import { tableOf } from "../table.js";
import type { WindowFigures } from "../window.js";
import type { Series } from "./growth-plot.js";

/** What was measured on a store of one size. */
export interface SizeFigures {
  /** Stored before. */
  readonly orders: number;
  /** One of each round. */
  readonly windows: readonly WindowFigures[];
  readonly floor: ListFindings["floor"];
  readonly lists: readonly ListTimes[];
}

/** What a run found; the smallest store first. */
export interface GrowthFindings {
  readonly store: StorageName;
  readonly sizes: readonly SizeFigures[];
}

const LEAST_RATE = 0.9;
const MOST_SLOWER = 2;

/** The figures of one size beside those of the smallest. */
interface Growth {
  readonly perSecond: number;
  readonly cpuMs: number;
  /** Rate, as a multiple of the smallest store's in the same round. */
  readonly rate: number;
  readonly cpu: number;
  /** How many times as long lists take at p50: the median over all lists, and the list that has grown most. */
  readonly lists: number;
  readonly worst: { readonly name: string; readonly times: number };
}

/** The findings as a table for people. @param plot Where the plot was put. */
export function renderGrowth({ store, sizes }: GrowthFindings, plot: string): string {
  const grown = growthOf(sizes);
  const rows = sizes.map(({ orders, floor }, at) => {
    const { perSecond, rate, cpuMs, cpu, lists, worst } = requireAt(grown, at);
    return [
      String(orders),
      ...[perSecond.toFixed(0), rate.toFixed(2), cpuMs.toFixed(3), cpu.toFixed(2), floor.p50Ms.toFixed(2)],
      ...[lists.toFixed(2), worst.times.toFixed(1), worst.name],
    ];
  });
  const last = requireAt(grown, grown.length - 1);
  const goal = (met: boolean, text: string): string => `${met ? "met   " : "missed"}  ${text}`;
  return [
    `The same work on stores of different sizes, on ${store}; each order became exactly one text`,
    "",
    ...tableOf(
      [
        "stored",
        "texts /s",
        "of the first",
        "CPU ms",
        "of the first",
        "/healthz ms",
        "lists, times",
        "most",
        "of which",
      ],
      rows,
    ),
    "",
    goal(last.rate >= LEAST_RATE, `${last.rate.toFixed(2)} of the smallest store's rate (${LEAST_RATE} at least)`),
    goal(
      last.lists <= MOST_SLOWER,
      `lists take ${last.lists.toFixed(2)} times as long, median (${MOST_SLOWER} at most)`,
    ),
    goal(last.worst.times <= MOST_SLOWER, `${last.worst.name}: ${last.worst.times.toFixed(1)} times as long`),
    `The plot is ${plot}`,
    "",
  ].join("\n");
}

/** The findings for programs. */
export function growthToJson({ store, sizes }: GrowthFindings): Record<string, unknown> {
  const grown = growthOf(sizes);
  return {
    store,
    sizes: sizes.map(({ orders, lists }, at) => {
      const { perSecond, rate, cpuMs, cpu, lists: slower, worst } = requireAt(grown, at);
      return {
        orders,
        textsPerSecond: rounded(perSecond, 0),
        rate: rounded(rate, 3),
        cpuMsPerOrder: rounded(cpuMs, 3),
        cpu: rounded(cpu, 3),
        listTimes: rounded(slower, 2),
        worstList: worst.name,
        worstTimes: rounded(worst.times, 1),
        lists: Object.fromEntries(lists.map(({ name, p50Ms }) => [name, rounded(p50Ms, 2)])),
      };
    }),
  };
}

/** What the plot shows. */
export function growthSeries({ sizes }: GrowthFindings): readonly Series[] {
  const grown = growthOf(sizes);
  return [
    { name: "texts a second (0.9 at least)", colour: "first", multiples: grown.map(({ rate }) => rate) },
    {
      name: "time of a list, p50, median of all lists (2 at most)",
      colour: "second",
      multiples: grown.map(({ lists }) => lists),
    },
  ];
}

function growthOf(sizes: readonly SizeFigures[]): readonly Growth[] {
  const smallest = requireAt(sizes, 0);
  return sizes.map(({ windows, lists }) => {
    const beside = (field: "textsPerSecond" | "cpuMsPerOrder"): number =>
      medianOf(windows.map((window, round) => window[field] / requireAt(smallest.windows, round)[field]));
    const slower = lists.map(({ name, p50Ms }, at) => ({ name, times: p50Ms / requireAt(smallest.lists, at).p50Ms }));
    return {
      perSecond: medianOf(windows.map(({ textsPerSecond }) => textsPerSecond)),
      cpuMs: medianOf(windows.map(({ cpuMsPerOrder }) => cpuMsPerOrder)),
      rate: beside("textsPerSecond"),
      cpu: beside("cpuMsPerOrder"),
      lists: medianOf(slower.map(({ times }) => times)),
      worst: slower.reduce((most, one) => (one.times > most.times ? one : most)),
    };
  });
}

function medianOf(values: readonly number[]): number {
  return spreadOf(values).median;
}

function requireAt<T>(things: readonly T[], at: number): T {
  const thing = things[at];
  if (thing === undefined) throw new Error(`nothing was measured at ${at}`);
  return thing;
}
