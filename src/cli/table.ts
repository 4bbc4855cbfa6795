import { plain } from "./plain.js";
import type { Terminal, Tone } from "./terminal.js";

/** One cell: text, or text with a tone. */
export type Cell = string | readonly [tone: Tone, text: string];

type Paint = Terminal["paint"];

/** Writes rows as aligned columns, two spaces apart. The last column is not padded, cells never break the line. */
export function table(paint: Paint, headings: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const all = [headings.map((heading): Cell => ["faint", heading]), ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((cells) => widthOf(cells[column] ?? ""))));
  return all.map((cells) => row(paint, cells, widths));
}

/** Writes one row of cells, padded to the widths given; what is wider stays whole. */
export function row(paint: Paint, cells: readonly Cell[], widths: readonly number[]): string {
  const last = cells.findLastIndex((cell) => widthOf(cell) > 0);
  const painted = cells.slice(0, last + 1).map((cell, column) => {
    const text = textOf(cell);
    const shown = typeof cell === "string" ? text : paint(cell[0], text);
    return column === last ? shown : shown + " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
  });
  return painted.join("  ");
}

/** Writes names and values as two aligned columns. */
export function pairs(paint: Paint, rows: readonly (readonly [name: string, value: Cell])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => widthOf(name)));
  return rows.map(([name, value]) => row(paint, [["faint", name], value], [width]));
}

function textOf(cell: Cell): string {
  return plain(typeof cell === "string" ? cell : cell[1]);
}

function widthOf(cell: Cell): number {
  return [...textOf(cell)].length;
}
