import { escapeXml, svgDocument } from "../svg.js";

/** One line of the plot: a figure for each size, as a multiple of the first one. */
export interface Series {
  readonly name: string;
  readonly colour: "first" | "second";
  readonly multiples: readonly number[];
}

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 56;
const RIGHT = 40;
const TOP = 56;
const BOTTOM = 48;
const LEAST_TOP = 2;

/**
 * Draws how figures change with the number of orders that are stored, each as a multiple of what it was with the fewest: sizes on a
 * logarithmic axis, since each is ten times the one before.
 */
export function growthPlot(sizes: readonly number[], series: readonly Series[]): string {
  const highest = Math.max(LEAST_TOP, Math.ceil(Math.max(...series.flatMap(({ multiples }) => multiples)) * 2) / 2);
  const x = axis(Math.log10(sizes[0] ?? 1), Math.log10(sizes.at(-1) ?? 10), [LEFT, WIDTH - RIGHT]);
  const y = axis(0, highest, [HEIGHT - BOTTOM, TOP]);
  const rules = ticks(highest).flatMap((tick) => [
    `<line class="line" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/>`,
    `<text class="quiet" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}×</text>`,
  ]);
  const labels = sizes.map(
    (size) =>
      `<text class="quiet" x="${x(Math.log10(size))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${grouped(size)}</text>`,
  );
  const lines = series.map(({ colour, multiples }) => {
    const points = multiples.map((multiple, at) => [x(Math.log10(sizes[at] ?? 1)), y(multiple)] as const);
    const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="4" fill="var(--${colour})"/>`);
    const path = points.map((point) => point.join(",")).join(" ");
    return `<polyline points="${path}" fill="none" stroke="var(--${colour})" stroke-width="2"/>${dots.join("")}`;
  });
  const legend = series.map(({ name, colour }, at) => {
    const lineY = 20 + at * 18;
    return `<rect x="${LEFT}" y="${lineY - 9}" width="16" height="4" fill="var(--${colour})"/><text x="${LEFT + 24}" y="${lineY}">${escapeXml(name)}</text>`;
  });
  const caption = `<text class="quiet" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">orders stored</text>`;
  const title = `Growth from ${grouped(sizes[0] ?? 0)} to ${grouped(sizes.at(-1) ?? 0)} stored orders`;
  return svgDocument({ width: WIDTH, height: HEIGHT, title }, [...rules, ...labels, ...lines, ...legend, caption]);
}

/** Maps values of an axis to pixels, to a tenth of one. A single value lies at its beginning. */
function axis(low: number, high: number, [from, to]: readonly [number, number]): (value: number) => number {
  const scale = high === low ? 0 : (to - from) / (high - low);
  return (value) => Math.round((from + (value - low) * scale) * 10) / 10;
}

function ticks(highest: number): readonly number[] {
  const step = highest > 6 ? Math.ceil(highest / 6) : 0.5;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, at) => at * step);
}

function grouped(number: number): string {
  return number.toLocaleString("en-US");
}
