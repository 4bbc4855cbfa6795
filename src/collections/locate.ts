import { isScalar, LineCounter, type Node, parseDocument } from "yaml";

/** Where something stands in a text: lines and columns from 1, the end exclusive. */
export interface TextRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The words in which `parseText` and the check of expressions say where: in the file, or in the expression. */
const SAID = /\bat (?:line )?(\d+)(?:, column |:)(\d+)\)?$/;

/**
 * Gives a function that finds the place of a problem in a file's text.
 *
 * A place inside an expression is told as well as the way it is written allows: exactly where the expression stands on one line as it
 * is, otherwise the whole expression.
 */
export function locator(file: string, text: string): (problem: { path: string; message: string }) => TextRange {
  const counter = new LineCounter();
  const lines = text.split("\n");
  const said = (message: string): { line: number; column: number } | null => {
    const [, line, column] = SAID.exec(message) ?? [];
    return line === undefined ? null : { line: Number(line), column: Number(column) };
  };
  if (file.endsWith(".jsonata")) {
    return ({ message }) => wordAt(lines, said(message) ?? { line: 1, column: 1 });
  }
  const document = parseDocument(text, { lineCounter: counter, strict: false, uniqueKeys: false });
  const toRange = (from: number, to: number): TextRange => {
    const [begin, end] = [counter.linePos(from), counter.linePos(Math.max(from, to))];
    return { line: begin.line, column: begin.col, endLine: end.line, endColumn: end.col };
  };
  return ({ path, message }) => {
    const place = said(message);
    if (path === "" && place !== null) return wordAt(lines, place);
    const node = nearest(document, path);
    if (!node?.range) return wordAt(lines, { line: 1, column: 1 });
    const [from, to] = node.range;
    if (place === null || !isScalar(node) || typeof node.value !== "string")
      return toRange(from, trimmed(text, from, to));
    const at = from + text.slice(from, to).indexOf(node.value);
    const expression = node.value.startsWith("=") ? at + 1 : at;
    if (place.line !== 1 || at < from) return toRange(from, trimmed(text, from, to));
    const { line, col } = counter.linePos(expression + place.column - 1);
    return wordAt(lines, { line, column: col });
  };
}

/** The node that a JSON pointer names, or the innermost around where it would be. */
function nearest(document: ReturnType<typeof parseDocument>, path: string): Node | null {
  const parts = path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (let length = parts.length; length > 0; length--) {
    const keys = parts.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const found = document.getIn(keys, true) as Node | undefined;
    if (found?.range) return found;
  }
  return document.contents;
}

function trimmed(text: string, from: number, to: number): number {
  return from + text.slice(from, to).trimEnd().length;
}

/** The word that begins at a place, at least one character of it. */
function wordAt(lines: readonly string[], { line, column }: { line: number; column: number }): TextRange {
  const at = Math.min(Math.max(line, 1), lines.length);
  const rest = (lines[at - 1] ?? "").slice(column - 1);
  const length = Math.max(1, /^\$?[\w-]+/.exec(rest)?.[0].length ?? 1);
  return { line: at, column, endLine: at, endColumn: column + length };
}
