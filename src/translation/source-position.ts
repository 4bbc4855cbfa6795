/** A place in an expression, both counted from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** What JSONata calls the token behind the last one. */
const END = "(end)";

/**
 * Gives the place that JSONata means by `position`: it counts the characters up to the end of the token, or of the
 * `(` behind it; people look for where the word begins.
 */
export function sourcePosition(source: string, position: number, token: unknown): SourcePosition {
  const offset = token === END ? position : beginOf(source, position, token);
  const before = source.slice(0, Math.max(0, offset)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Writes a place as `line:column`. */
export function describePosition({ line, column }: SourcePosition): string {
  return `${line}:${column}`;
}

function beginOf(source: string, position: number, token: unknown): number {
  if (typeof token !== "string" || token === "") return position - 1;
  const begin = [position - token.length, position - token.length - 1].find(
    (candidate) => candidate >= 0 && source.startsWith(token, candidate),
  );
  if (begin === undefined) return position - 1;
  return source[begin - 1] === "$" ? begin - 1 : begin;
}
