import { CST, Lexer } from "yaml";

/**
 * Tells whether YAML or JSON text is nested deeper than `limit` levels, without building anything.
 *
 * The parser recurses. A few kilobytes of `[[[[…` reach the end of its stack, where Node ends the whole process
 * (measured with yaml 2.9 on Node 20: 5,000 brackets), so the depth is judged on tokens, before it runs.
 */
export function nestsDeeperThan(text: string, limit: number): boolean {
  const depth = createDepth();
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    if (scalar) depth.skip(token);
    else depth.take(token);
    scalar = token === CST.SCALAR;
    if (depth.now() > limit) return true;
  }
  return false;
}

interface Depth {
  take(token: string): void;
  /** Takes the text of a scalar, which nests nothing whatever it looks like. */
  skip(text: string): void;
  now(): number;
}

function createDepth(): Depth {
  /** Columns at which the open block collections began. */
  const blocks: number[] = [];
  let flow = 0;
  let column = 0;
  let begun = false;
  const open = (): void => {
    while (!begun && blocks.length > 0 && (blocks.at(-1) ?? 0) >= column) blocks.pop();
    if (flow === 0) blocks.push(column);
    begun = true;
  };
  const skip = (text: string): void => {
    const lineEnd = text.lastIndexOf("\n");
    if (!begun) open();
    if (lineEnd >= 0) begun = false;
    column = lineEnd < 0 ? column + text.length : text.length - lineEnd - 1;
  };
  return {
    now: () => blocks.length + flow,
    skip,
    take: (token) => {
      const type = CST.tokenType(token) ?? "";
      if (type === "newline") {
        begun = false;
        column = 0;
        return;
      }
      if (opensBlock.includes(type)) open();
      flow += flowChange[type] ?? 0;
      if (!withoutWidth.includes(type)) column += token.length;
    },
  };
}

const opensBlock = ["seq-item-ind", "explicit-key-ind"];
const flowChange: Readonly<Record<string, number>> = {
  "flow-seq-start": 1,
  "flow-map-start": 1,
  "flow-seq-end": -1,
  "flow-map-end": -1,
};
/** Marks that the lexer puts between tokens; they are not in the text. */
const withoutWidth = ["doc-mode", "scalar", "flow-error-end"];
