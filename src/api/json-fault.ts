/** Where a text stops being JSON, and why. */
export interface JsonFault {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  readonly message: string;
}

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const word = /true|false|null/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the first fault of a text that `JSON.parse` refused. The engine's own message has a position only
 * sometimes, and its wording changes between versions of Node.
 */
export function findJsonFault(text: string): JsonFault {
  const { at, expected } = scan(text);
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  const found = at >= text.length ? "the text ends" : `there is ${JSON.stringify(shapeOf(text.slice(at, at + 12)))}`;
  return { line, column, message: `${expected} is expected, but ${found}` };
}

/** Words that other languages have in place of JSON's; any other may be a person's name, which no answer repeats. */
const foreign = /^(?:undefined|None|True|False|NaN|nan|Infinity|nil|NULL)$/;

/** Gives signs as they are, and words that say nothing about the fault as an ellipsis. */
function shapeOf(text: string): string {
  return text.replace(/[\p{L}\p{N}_]+/gu, (word) => (foreign.test(word) ? word : "…"));
}

interface Stop {
  readonly at: number;
  readonly expected: string;
}

type Expecting = "value" | "value-or-end" | "name" | "name-or-end" | "colon" | "comma-or-end";

const words: Readonly<Record<Expecting, string>> = {
  value: "a value",
  "value-or-end": 'a value or "]"',
  name: "a member name in double quotes",
  "name-or-end": 'a member name in double quotes or "}"',
  colon: '":"',
  "comma-or-end": '"," or the closing bracket',
};

interface Scan {
  readonly text: string;
  at: number;
  /** Brackets not closed yet. */
  readonly open: string[];
  expecting: Expecting;
}

/** Walks over tokens; stops at the first one that does not belong. */
function scan(text: string): Stop {
  const state: Scan = { text, at: skip(space, text, 0), open: [], expecting: "value" };
  while (state.expecting !== "comma-or-end" || state.open.length > 0) {
    const stop = isClosing(state) ? close(state) : take(state);
    if (stop !== null) return stop;
    state.at = skip(space, text, state.at);
  }
  return { at: state.at, expected: "the end" };
}

function isClosing({ text, at, open, expecting }: Scan): boolean {
  if (!expecting.endsWith("or-end")) return false;
  return (text[at] === "}" && open.at(-1) === "{") || (text[at] === "]" && open.at(-1) === "[");
}

function close(state: Scan): null {
  state.open.pop();
  state.at += 1;
  state.expecting = "comma-or-end";
  return null;
}

/** Takes one token; gives a stop when it is not the expected one. */
function take(state: Scan): Stop | null {
  const { text, at, expecting } = state;
  if (expecting === "colon") return takeMark(state, ":", "value");
  if (expecting === "comma-or-end") return takeMark(state, ",", state.open.at(-1) === "{" ? "name" : "value");
  const name = expecting.startsWith("name");
  if (!name && text[at] === "{") return openBracket(state, "name-or-end");
  if (!name && text[at] === "[") return openBracket(state, "value-or-end");
  const end = skipToken(text, at, name);
  if (typeof end !== "number") return end;
  if (end === at) return { at, expected: words[expecting] };
  state.at = end;
  state.expecting = name ? "colon" : "comma-or-end";
  return null;
}

function takeMark(state: Scan, mark: string, next: Expecting): Stop | null {
  if (state.text[state.at] !== mark) return { at: state.at, expected: words[state.expecting] };
  state.at += 1;
  state.expecting = next;
  return null;
}

function openBracket(state: Scan, next: Expecting): null {
  state.open.push(state.text[state.at] ?? "");
  state.at += 1;
  state.expecting = next;
  return null;
}

/** Gives the end of a string, number or word; `at` itself when there is none; a stop inside a broken string. */
function skipToken(text: string, at: number, name: boolean): number | Stop {
  if (text[at] === '"') return skipString(text, at + 1);
  if (name) return at;
  return Math.max(skip(number, text, at), skip(word, text, at));
}

function skipString(text: string, start: number): number | Stop {
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') return at + 1;
    if (character === "\\") {
      const end = skip(escaped, text, at);
      if (end === at) return { at, expected: 'an escape such as \\n, \\" or \\u0041' };
      at = end;
    } else if (text.charCodeAt(at) < 0x20) {
      return { at, expected: "an escape instead of the control character" };
    } else at += 1;
  }
  return { at, expected: "the closing quote of a string" };
}

/** Moves over what a sticky pattern matches at this place. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
