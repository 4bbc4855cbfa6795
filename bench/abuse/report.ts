import { median, type PushTimes } from "./measure-pushes.js";

/** One attack, with what was measured right before it and right after. */
export interface Act {
  readonly name: string;
  readonly before: PushTimes;
  readonly under: PushTimes;
  readonly after: PushTimes;
  /** What came of the attack, in words. */
  readonly attacked: string;
  /** What somebody who signs in with the right password meanwhile was answered. */
  readonly signIns: string;
  readonly residentMb: number;
  /** Processor time of the server by time: 1 for one processor. */
  readonly serverLoad: number;
  /** How busy all processors were, whoever kept them so: near 1, the attacker and all else on the machine are measured too. */
  readonly machineLoad: number;
}

/** How many times its idle value an acknowledgement may take. */
export const MOST_TIMES = 5;

/** An act with what it comes to: p99 is the middle one of all windows. */
export interface Verdict extends Act {
  readonly idleP99: number;
  readonly p50: number;
  readonly p99: number;
  readonly times: number;
  readonly passed: boolean;
}

export function judge(act: Act): Verdict {
  const idleP99 = median([...act.before.p99s, ...act.after.p99s]);
  const [p50, p99] = [median(act.under.p50s), median(act.under.p99s)];
  const times = p99 / idleP99;
  return { ...act, idleP99, p50, p99, times, passed: times <= MOST_TIMES && act.under.refused === 0 };
}

/** Gives a table in Markdown. */
export function describe(verdicts: readonly Verdict[]): string {
  const shown = verdicts.map((one) => ({
    ...{ attack: one.name, "idle p99, ms": one.idleP99.toFixed(1), "p50, ms": one.p50.toFixed(1) },
    ...{ "p99, ms": one.p99.toFixed(1), "worst window, ms": Math.max(...one.under.p99s).toFixed(1) },
    ...{ times: one.times.toFixed(1), refused: one.under.refused, verdict: one.passed ? "within" : "MISSED" },
    ...{ "server's processors": one.serverLoad.toFixed(1), "machine busy": `${Math.round(one.machineLoad * 100)} %` },
    ...{ MB: Math.round(one.residentMb), "a right password": one.signIns, "what the attacker got": one.attacked },
  }));
  const names = Object.keys(shown[0] ?? {}) as (keyof (typeof shown)[number])[];
  const line = (cells: readonly unknown[]): string => `| ${cells.join(" | ")} |\n`;
  return [line(names), line(names.map(() => "---")), ...shown.map((row) => line(names.map((name) => row[name])))].join(
    "",
  );
}
