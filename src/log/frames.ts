/** Gives where an error comes from, without its message, which a stack begins with and in which values may stand. */
export function framesOf({ stack = "" }: Error): string {
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n");
}
