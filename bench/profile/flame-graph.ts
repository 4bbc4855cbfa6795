import { escapeXml, svgDocument } from "../svg.js";

/** A stack as names, outermost first, and how long it was there. */
export interface NamedStack {
  readonly names: readonly string[];
  readonly ms: number;
}

/** Between a function's name and the file that it is in; what is in no file is Node's or V8's. */
export const PLACE_MARK = " · ";

interface Box {
  readonly name: string;
  ms: number;
  readonly children: Map<string, Box>;
}

const WIDTH = 1_200;
const ROW = 17;
const TOP = 40;
/** Narrower than this, in pixels, a box is not drawn: nobody could see or hit it. */
const LEAST_WIDTH = 0.5;
/** A letter is about so wide, in pixels. */
const LETTER = 6.6;

/** Draws stacks above each other, as wide as they took; a box says on hover what it is and what share it has. */
export function flameGraph(title: string, stacks: readonly NamedStack[]): string {
  const root = gather(stacks);
  const scale = root.ms === 0 ? 0 : WIDTH / root.ms;
  const boxes: string[] = [];
  let rows = 0;
  const draw = (box: Box, x: number, depth: number): void => {
    let left = x;
    for (const child of [...box.children.values()].sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const width = child.ms * scale;
      if (width >= LEAST_WIDTH) {
        boxes.push(drawBox(child, { x: left, y: TOP + depth * ROW, width, share: child.ms / root.ms }));
        rows = Math.max(rows, depth + 1);
        draw(child, left, depth + 1);
      }
      left += width;
    }
  };
  draw(root, 0, 0);
  const heading = `<text x="8" y="24">${escapeXml(title)}</text>`;
  return svgDocument({ width: WIDTH, height: TOP + rows * ROW + 8, title }, [heading, ...boxes]);
}

function gather(stacks: readonly NamedStack[]): Box {
  const root: Box = { name: "", ms: 0, children: new Map() };
  for (const { names, ms } of stacks) {
    root.ms += ms;
    let box = root;
    for (const name of names) {
      const child = box.children.get(name) ?? { name, ms: 0, children: new Map() };
      box.children.set(name, child);
      child.ms += ms;
      box = child;
    }
  }
  return root;
}

function drawBox(
  { name, ms }: Box,
  { x, y, width, share }: { x: number; y: number; width: number; share: number },
): string {
  const letters = Math.floor((width - 6) / LETTER);
  const shown = letters < 3 ? "" : name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
  const label =
    shown === "" ? "" : `<text x="${fine(x + 3)}" y="${y + 12}" style="fill:#111827">${escapeXml(shown)}</text>`;
  const hover = `<title>${escapeXml(name)}: ${(share * 100).toFixed(1)} %, ${ms.toFixed(0)} ms</title>`;
  return `<g>${hover}<rect x="${fine(x)}" y="${y}" width="${fine(width)}" height="${ROW - 1}" fill="${colourOf(name)}"/>${label}</g>`;
}

/** One colour for each room of our own, greys for Node and V8, one for what others have written; dark text is read on all of them. */
function colourOf(name: string): string {
  const [, place = "node:"] = name.split(PLACE_MARK);
  if (!place.startsWith("src/")) return place.startsWith("node:") ? "#d1d5db" : "#fde68a";
  const room = place.split("/").slice(1, 2).join("");
  const hue = [...room].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return `hsl(${hue} 65% 72%)`;
}

function fine(pixels: number): string {
  return pixels.toFixed(1);
}
