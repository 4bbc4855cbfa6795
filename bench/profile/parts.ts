import { type CallFrame, GARBAGE, IDLE, NATIVE, type Stack } from "./cpu-profile.js";

/** What an order's time on the main thread goes to. */
const PARTS: readonly (readonly [part: string, files: RegExp])[] = [
  [
    "callback: its signature and report",
    /^src\/(connectors\/twilio\/webhooks\/|engine\/report\.|api\/routes\/hooks\.)/,
  ],
  ["parse: the order's JSON", /^src\/api\/(json-body|json-fault|body|ndjson)\./],
  [
    "validate: the order's checks, its key",
    /^(ajv|ajv-formats|fast-uri)\/|^src\/(core\/data-type|engine\/plan-save|collections)\b/,
  ],
  [
    "match and translate, phone numbers",
    /^(jsonata|libphonenumber-js)\/|^src\/(engine\/match\.|translation\/|phone\/)/,
  ],
  ["store: changes to statements, their way to the thread", /^src\/(store\/|api\/watch-commits\.)/],
  ["vendor call", /^undici\/|^src\/(http|connectors)\/|^src\/engine\/perform\./],
  ["plan: event, run, steps, call, outcome", /^src\/engine\//],
  ["HTTP: routing, headers, answer", /^node:_http_|^src\/(api|access)\/|^(express|router)\//],
];
/** What the thread that writes to SQLite does, by the function that calls the database. */
const DATABASE_CALLS: Readonly<Record<string, string>> = {
  exec: "begin and commit: the log, its sync, checkpoints",
  run: "statements: rows, indexes, pages",
  all: "statements: rows, indexes, pages",
};

const SOCKETS = /^node:(net|stream|internal\/stream)/;
const TIMERS = /^node:/;

/**
 * What a stack belongs to: the innermost frame whose file says it, so that what many use counts for whoever asked. Null for idle
 * time, which is nobody's.
 */
export function partOfStack({ frames }: Stack, pathOf: (frame: CallFrame) => string): string | null {
  const name = frames.at(-1)?.functionName;
  if (name === IDLE) return null;
  if (name === GARBAGE) return "collecting garbage";
  if (name === NATIVE) return "the kernel and V8, outside of functions";
  const paths = frames.map(pathOf).reverse();
  for (const path of paths) {
    const part = PARTS.find(([, files]) => files.test(path))?.[0];
    if (part !== undefined) return part;
  }
  if (paths.some((path) => SOCKETS.test(path))) return "sockets, of no side";
  return paths.some((path) => TIMERS.test(path)) ? "Node's timers, ticks and messages" : "other";
}

/** The same for the thread that writes. */
export function writerPartOfStack({ frames }: Stack, pathOf: (frame: CallFrame) => string): string | null {
  const name = frames.at(-1)?.functionName;
  if (name === IDLE) return null;
  if (name === GARBAGE) return "collecting garbage";
  const call = frames.find((frame) => frame.functionName in DATABASE_CALLS && pathOf(frame).startsWith("src/store/"));
  return DATABASE_CALLS[call?.functionName ?? ""] ?? "reading what is to be written, messages";
}

/** Time by part, the longest first. */
export function timeByPart(
  stacks: readonly Stack[],
  partOf: (stack: Stack) => string | null,
): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  for (const stack of stacks) {
    const part = partOf(stack);
    if (part !== null) times.set(part, (times.get(part) ?? 0) + stack.ms);
  }
  return [...times].sort(([, one], [, other]) => other - one);
}
