import { rounded } from "./samples.js";
import type { StorageName } from "./storage.js";
import { tableOf } from "./table.js";

/** How long one list took. NaN where there was no second page. */
export interface ListTimes {
  readonly name: string;
  /** On the first page, on average. */
  readonly items: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly secondP50Ms: number;
  readonly secondP99Ms: number;
}

/** What a run of the lists found. */
export interface ListFindings {
  readonly store: StorageName;
  /** Runs in the store; everything else of an order as often, its events and search values more often. */
  readonly rows: number;
  /** How often each list was asked for at most. */
  readonly times: number;
  readonly fillSeconds: number;
  /** A request that asks the store nothing. */
  readonly floor: { readonly p50Ms: number; readonly p99Ms: number };
  readonly lists: readonly ListTimes[];
}

/** Every list is to be faster than this, p99. */
const GOAL_MS = 50;
/** What asks for nothing takes longer than this only on a machine that is busy with something else. */
const BUSY_MS = 5;

/** The findings as a table for people; what is slower than the goal is marked. */
export function renderLists({ store, rows, times, fillSeconds, floor, lists }: ListFindings): string {
  const cells = lists.map((list) => [
    list.name,
    list.items.toFixed(0),
    ...[list.p50Ms, list.p99Ms, list.secondP50Ms, list.secondP99Ms].map(cell),
    isSlow(list) ? "slow" : "",
  ]);
  const slow = lists.filter(isSlow).length;
  const verdict = slow === 0 ? `Every list took less than ${GOAL_MS} ms` : `${slow} lists took ${GOAL_MS} ms or more`;
  return [
    `${rows} runs on ${store}, filled in ${fillSeconds.toFixed(0)} s; each list up to ${times} times, 50 items a page, over HTTP`,
    "",
    ...tableOf(
      ["list", "items", "p50 ms", "p99 ms", "2nd page p50", "p99", ""],
      [["nothing (/healthz)", "", cell(floor.p50Ms), cell(floor.p99Ms), "", "", ""], ...cells],
    ),
    "",
    `${verdict} (p99).`,
    ...(floor.p99Ms > BUSY_MS
      ? ["The machine was busy with other work: p99 says little. Run it again when it is idle."]
      : []),
    "",
  ].join("\n");
}

/** The findings for programs. */
export function listsToJson({ store, rows, times, fillSeconds, floor, lists }: ListFindings): Record<string, unknown> {
  return {
    store,
    rows,
    times,
    fillSeconds: rounded(fillSeconds, 1),
    floorP50Ms: rounded(floor.p50Ms, 1),
    floorP99Ms: rounded(floor.p99Ms, 1),
    slowestP99Ms: rounded(Math.max(...lists.map(worst)), 1),
    lists: Object.fromEntries(
      lists.map((list) => [
        list.name,
        { p50Ms: rounded(list.p50Ms, 1), p99Ms: rounded(list.p99Ms, 1), secondP99Ms: rounded(list.secondP99Ms, 1) },
      ]),
    ),
  };
}

function isSlow(list: ListTimes): boolean {
  return worst(list) >= GOAL_MS;
}

function worst({ p99Ms, secondP99Ms }: ListTimes): number {
  return Number.isNaN(secondP99Ms) ? p99Ms : Math.max(p99Ms, secondP99Ms);
}

function cell(ms: number): string {
  return Number.isNaN(ms) ? "-" : ms.toFixed(1);
}
