import jsonata from "jsonata";

/** Every function that JSONata brings, in the order of its source; `now` and `millis` are made for each expression. */
export const builtIns = [
  ...["sum", "count", "max", "min", "average", "string", "substring", "substringBefore", "substringAfter"],
  ...["lowercase", "uppercase", "length", "trim", "pad", "match", "contains", "replace", "split", "join"],
  ...["formatNumber", "formatBase", "formatInteger", "parseInteger", "number", "floor", "ceil", "round", "abs", "sqrt"],
  ...["power", "random", "boolean", "not", "map", "zip", "filter", "single", "reduce", "sift", "keys", "lookup"],
  ...["append", "exists", "spread", "merge", "reverse", "each", "error", "assert", "type", "sort", "shuffle"],
  ...["distinct", "base64encode", "base64decode", "encodeUrlComponent", "encodeUrl", "decodeUrlComponent"],
  ...["decodeUrl", "eval", "toMillis", "fromMillis", "clone"],
];

/** Where JSONata notes on a function that it was called last, as soon as it was. */
const notes: readonly string[] = ["token", "position"];

/**
 * Makes what JSONata's own functions do read-only. They are objects that all expressions of a thread share, and a
 * transform such as `{} ~> |$sum|{"implementation": 1}|` would otherwise replace them for everybody. Its notes stay
 * writable.
 */
export async function freezeBuiltIns(): Promise<void> {
  for (const name of builtIns) {
    const definition = (await jsonata(`$${name}`).evaluate(undefined)) as Record<string, unknown>;
    for (const [member, value] of Object.entries(definition)) {
      if (notes.includes(member)) continue;
      if (typeof value === "object") Object.freeze(value);
      Object.defineProperty(definition, member, { value, writable: false, configurable: false });
    }
  }
}
