import { readCsvRows } from "../../api/consent-fields.js";
import type { ConsentImportView } from "../../api/contract/consent.js";
import { PatchbayError } from "../../core/errors.js";
import type { Json, JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { openProgressBar } from "../progress-bar.js";
import { type ReadRecord, readRecords } from "../read-records.js";
import { openRecordSource } from "../record-source.js";
import { describeImport } from "./consent.js";

/** Rows sent in one request. */
const CHUNK = 1_000;

interface Row {
  readonly place: string;
  readonly row: JsonObject;
}

interface Tally {
  recorded: number;
  unchanged: number;
  withheld: number;
  failed: number;
}

/**
 * Sends a list in chunks, in its order, and reports what became of each row. A row that cannot be read or is refused does not
 * stop the others; the same list again changes nothing.
 */
export async function importConsents(file: string, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const source = await openRecordSource(file, context);
  const records = /\.csv$/i.test(file) ? fromCsv(await textOf(source.chunks)) : readRecords(source.chunks, source);
  const tally: Tally = { recorded: 0, unchanged: 0, withheld: 0, failed: 0 };
  const problems: string[] = [];
  const bar = openProgressBar(terminal);
  let rows: Row[] = [];
  const flush = async (): Promise<void> => {
    if (rows.length > 0) problems.push(...(await send(rows, tally, context)));
    rows = [];
    bar.update(source.part(), `${tally.recorded + tally.unchanged + tally.withheld} rows taken`);
  };
  for await (const { place, record } of records) {
    if (record instanceof PatchbayError) {
      tally.failed += 1;
      problems.push(`${place}: ${record.message}`);
    } else rows.push({ place, row: record });
    if (rows.length === CHUNK) await flush();
  }
  await flush();
  bar.close();
  terminal.printJson({ ...tally, problems });
  for (const problem of problems) terminal.print(problem);
  terminal.print(describeImport(tally));
  if (tally.failed > 0) context.reportFailures();
}

/** Gives what must be told about single rows. */
async function send(rows: readonly Row[], tally: Tally, { client }: CommandContext): Promise<readonly string[]> {
  const body: Json = rows.map(({ row }) => row);
  const answer = await client.post<ConsentImportView>("/api/v1/consent/import", body);
  for (const verdict of ["recorded", "unchanged", "withheld", "failed"] as const) tally[verdict] += answer[verdict];
  return answer.items.map(({ index, verdict, error }) => {
    const { place = `row ${index + 1}`, row } = rows[index] ?? {};
    const why = error?.detail ?? (verdict === "withheld" ? "the person has texted STOP, which holds" : verdict);
    return `${place}${typeof row?.contact === "string" ? ` (${row.contact})` : ""}: ${why}`;
  });
}

function* fromCsv(text: string): Generator<ReadRecord> {
  // The first line names the columns.
  for (const [index, record] of readCsvRows(text).entries()) yield { place: `row ${index + 2}`, record };
}

async function textOf(chunks: AsyncIterable<Uint8Array | string>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString("utf8");
}
