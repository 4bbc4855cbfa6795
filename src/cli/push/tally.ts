import { count } from "../plain.js";
import { table } from "../table.js";
import type { Terminal } from "../terminal.js";

/** One record that was not taken. */
export interface PushFailure {
  /** `line 7` or `item 7`. */
  readonly place: string;
  readonly key: string | null;
  readonly code: string;
  readonly message: string;
}

/** What became of a push so far. */
export interface Tally {
  readonly dataType: string;
  sent: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Place of the last record sent. */
  last: string;
  readonly failures: PushFailure[];
}

const failuresShown = 50;

/** Begins a tally at nothing. */
export function newTally(dataType: string): Tally {
  return { dataType, sent: 0, created: 0, updated: 0, unchanged: 0, last: "", failures: [] };
}

/** Prints the totals, and every failure (to a person the first ones). */
export function printTally({ last: _last, ...tally }: Tally, { print, printJson, paint }: Terminal): void {
  const { created, updated, unchanged, failures } = tally;
  const records = created + updated + unchanged + failures.length;
  printJson({ ...tally, records, failed: failures.length });
  if (failures.length > 0) {
    const rows = failures
      .slice(0, failuresShown)
      .map(({ place, key, code, message }) => [place, key ?? "", code, message]);
    print(...table(paint, ["RECORD", "KEY", "CODE", "WHAT IS WRONG"], rows));
    if (failures.length > failuresShown) print(`… and ${failures.length - failuresShown} more (see --json)`);
    print("");
  }
  const failed = `${failures.length} failed`;
  const verdicts = `${created} created, ${updated} updated, ${unchanged} unchanged`;
  print(
    `${count(records, "record")} of ${tally.dataType}: ${verdicts}, ${failures.length > 0 ? paint("bad", failed) : failed}`,
  );
}
