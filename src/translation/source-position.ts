/** A place in an expression, both counted from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** What JSONata calls the token behind the last one. */
const END = "(end)";

/**
 * Gives the place that JSONata means by `position`: it counts the characters up to the end of the token, people look
 * for its beginning.
 */
export function sourcePosition(source: string, position: number, token: unknown): SourcePosition {
  const length = typeof token === "string" && token !== END ? token.length : 0;
  const begins = position - length;
  const offset =
    length > 0 && begins >= 0 && source.startsWith(String(token), begins)
      ? begins
      : Math.max(0, token === END ? position : position - 1);
  const before = source.slice(0, Math.min(offset, source.length)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Writes a place as `line:column`. */
export function describePosition({ line, column }: SourcePosition): string {
  return `${line}:${column}`;
}
