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

/** One record that is kept in quarantine. */
export interface HeldRecord {
  readonly place: string;
  readonly key: string | null;
  readonly quarantineId: string;
  readonly message: string;
}

/** What became of a push so far. */
export interface Tally {
  readonly dataType: string;
  sent: number;
  created: number;
  updated: number;
  unchanged: number;
  quarantined: number;
  /** Place of the last record sent. */
  last: string;
  readonly failures: PushFailure[];
  readonly held: HeldRecord[];
}

const failuresShown = 50;

/** Begins a tally at nothing. */
export function newTally(dataType: string): Tally {
  return { dataType, sent: 0, created: 0, updated: 0, unchanged: 0, quarantined: 0, last: "", failures: [], held: [] };
}

/** Prints the totals, and every failure and quarantined record (to a person the first ones). */
export function printTally({ last: _last, ...tally }: Tally, terminal: Terminal): void {
  const { print, printJson, paint } = terminal;
  const { created, updated, unchanged, quarantined, failures, held } = tally;
  const records = created + updated + unchanged + quarantined + failures.length;
  printJson({ ...tally, records, failed: failures.length });
  const failed = failures.map(({ place, key, code, message }) => [place, key ?? "", code, message]);
  printRows(["RECORD", "KEY", "CODE", "WHAT IS WRONG"], failed, terminal);
  const kept = held.map(({ place, key, quarantineId, message }) => [place, key ?? "", quarantineId, message]);
  printRows(["RECORD", "KEY", "QUARANTINED", "WHAT IS WRONG"], kept, terminal);
  const inQuarantine = quarantined === 0 ? "" : `, ${paint("careful", `${quarantined} quarantined`)}`;
  const verdicts = `${created} created, ${updated} updated, ${unchanged} unchanged${inQuarantine}`;
  const words = `${failures.length} failed`;
  print(
    `${count(records, "record")} of ${tally.dataType}: ${verdicts}, ${failures.length > 0 ? paint("bad", words) : words}`,
  );
}

function printRows(headings: readonly string[], rows: readonly string[][], { print, paint }: Terminal): void {
  if (rows.length === 0) return;
  print(...table(paint, headings, rows.slice(0, failuresShown)));
  if (rows.length > failuresShown) print(`… and ${rows.length - failuresShown} more (see --json)`);
  print("");
}
