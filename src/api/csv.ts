import { PatchbayError } from "../core/errors.js";

/** One record of a table of text, by the names of its header. */
export type CsvRecord = Readonly<Record<string, string>>;

/** Fields of one record at most: what has more is no list of ours. */
const MOST_FIELDS = 100;

/**
 * Reads CSV as RFC 4180 has it: fields in quotation marks may hold commas, doubled quotation marks and line breaks. The first
 * record names the columns; empty fields are left out of a record, blank lines are passed over. A semicolon in the header where
 * there is no comma separates instead, as some spreadsheets write it.
 *
 * @param known Names that columns may have, in any case.
 * @throws BODY_EMPTY, REQUEST_INVALID for an unknown column and for a quotation mark that is never closed
 */
export function parseCsv(text: string, known: readonly string[]): readonly CsvRecord[] {
  const body = text.replace(/^\uFEFF/, "");
  const firstLine = /^[^\r\n]*/.exec(body)?.[0] ?? "";
  const separator = firstLine.includes(";") && !firstLine.includes(",") ? ";" : ",";
  const [header, ...records] = splitRecords(body, separator);
  if (header === undefined) throw new PatchbayError("BODY_EMPTY", "The list has no lines");
  const names = header.map((name) => requireName(name, known));
  return records.map((fields, index) => toRecord(fields, { names, line: index + 2 }));
}

function requireName(written: string, known: readonly string[]): string {
  const name = known.find((one) => one.toLowerCase() === written.trim().toLowerCase());
  if (name !== undefined) return name;
  throw new PatchbayError(
    "REQUEST_INVALID",
    `The first line names the columns; "${written.trim().slice(0, 50)}" is none of ${known.join(", ")}`,
  );
}

function toRecord(fields: readonly string[], { names, line }: { names: readonly string[]; line: number }): CsvRecord {
  if (fields.length > names.length) {
    throw new PatchbayError(
      "REQUEST_INVALID",
      `Row ${line} has ${fields.length} fields, but the first line names ${names.length} columns`,
    );
  }
  const given = fields.map((field, index) => [names[index] ?? "", field.trim()] as const);
  return Object.fromEntries(given.filter(([, field]) => field !== ""));
}

function splitRecords(text: string, separator: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    const field = readField(text, at, separator);
    fields.push(field.value);
    if (fields.length > MOST_FIELDS) throw new PatchbayError("REQUEST_INVALID", "A line has more than 100 fields");
    at = field.end;
    if (text[at] === separator) {
      at += 1;
      if (at < text.length) continue;
      fields.push("");
    }
    at += /^(\r\n|\r|\n)?/.exec(text.slice(at, at + 2))?.[0].length ?? 0;
    if (fields.some((value) => value.trim() !== "")) records.push(fields);
    fields = [];
  }
  return records;
}

function readField(text: string, start: number, separator: string): { value: string; end: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
    return { value: text.slice(start, end), end };
  }
  let value = "";
  let at = start + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close === -1) throw new PatchbayError("REQUEST_INVALID", "A quotation mark is never closed");
    value += text.slice(at, close);
    if (text[close + 1] !== '"') return { value, end: afterQuotes(text, close + 1, separator) };
    value += '"';
    at = close + 2;
  }
}

/** What stands between a closing quotation mark and the next separator is white space at most. */
function afterQuotes(text: string, start: number, separator: string): number {
  let end = start;
  while (text[end] === " " || text[end] === "\t") end += 1;
  const next = text[end];
  if (next === undefined || next === separator || next === "\n" || next === "\r") return end;
  throw new PatchbayError("REQUEST_INVALID", `After a closing quotation mark stands "${text.slice(end, end + 20)}"`);
}

/**
 * Writes one record. What a spreadsheet would take for a formula gets an apostrophe in front, as people who open the list
 * expect; numbers in E.164 stay as they are.
 */
export function toCsvLine(values: readonly (string | boolean | null)[]): string {
  return `${values.map(toField).join(",")}\r\n`;
}

function toField(value: string | boolean | null): string {
  const text = value === null ? "" : String(value);
  const isFormula = /^[=@\t\r-]|^\+(?!\d+$)/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
