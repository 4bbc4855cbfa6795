/** One member of an object that a translator makes, and where its value stands in the text. */
export interface Entry {
  readonly path: readonly string[];
  /** Where its name begins. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** An object constructor of a translator. */
interface Frame {
  readonly path: readonly string[];
  /** Of its bracket. */
  readonly open: number;
  close: number;
  key: { readonly name: string; readonly at: number; readonly from: number } | null;
  /** Brackets that are open inside of it. */
  depth: number;
}

interface Reading {
  readonly entries: Entry[];
  readonly frames: Frame[];
}

const TOKEN = /\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[{}()[\],]/g;

/** Reads which members a translator gives, and where. */
function read(source: string): Reading {
  const reading: Reading = { entries: [], frames: [] };
  const stack: Frame[] = [];
  for (const { 0: token, index } of source.matchAll(TOKEN)) {
    const frame = stack.at(-1);
    if (token === "{") open(reading, stack, index);
    else if (frame !== undefined) take(reading, frame, { source, token, index });
    if (token === "}") stack.pop();
  }
  return reading;
}

interface Token {
  readonly source: string;
  readonly token: string;
  readonly index: number;
}

function take(reading: Reading, frame: Frame, { source, token, index }: Token): void {
  if ("([".includes(token)) frame.depth++;
  if (")]".includes(token)) frame.depth--;
  if (token === "}" || (token === "," && frame.depth === 0)) endEntry(reading, frame, { source, to: index });
  if (token === "}") frame.close = index;
  if (/^["']/.test(token) && frame.key === null) beginEntry(frame, { source, token, index });
}

function open({ frames }: Reading, stack: Frame[], index: number): void {
  const around = stack.at(-1);
  const path = around?.key == null ? (around?.path ?? []) : [...around.path, around.key.name];
  const frame: Frame = { path, open: index, close: -1, key: null, depth: 0 };
  frames.push(frame);
  stack.push(frame);
}

function beginEntry(frame: Frame, { source, token, index }: Token): void {
  const colon = /^\s*:/.exec(source.slice(index + token.length))?.[0].length;
  if (colon === undefined || frame.depth > 0) return;
  frame.key = { name: token.slice(1, -1), at: index, from: index + token.length + colon };
}

function endEntry({ entries }: Reading, frame: Frame, { source, to }: { source: string; to: number }): void {
  const { key, path } = frame;
  if (key === null) return;
  const lead = /^\s*/.exec(source.slice(key.from, to))?.[0].length ?? 0;
  const from = key.from + lead;
  const end = from + source.slice(from, to).trimEnd().length;
  entries.push({ path: [...path, key.name], at: key.at, from, to: end });
  frame.key = null;
}

/** Lists the members that a translator gives. */
export function entriesOf(source: string): readonly Entry[] {
  return read(source).entries;
}

/** Gives the member that a place in the text belongs to: the innermost. */
export function entryAt(source: string, offset: number): Entry | null {
  const around = read(source).entries.filter(({ at, to }) => at <= offset && offset <= to);
  return around.sort((one, other) => other.at - one.at)[0] ?? null;
}

/** Writes what a member of the result is made of: in place of what is there, or as a new one at the end of its object. */
export function withMapping(source: string, path: readonly string[], expression: string): string {
  const { entries, frames } = read(source);
  const same = entries.find((entry) => entry.path.join("/") === path.join("/"));
  if (same !== undefined) return source.slice(0, same.from) + expression + source.slice(same.to);
  const frame = frameFor(frames, path);
  if (frame === null) return `${source.trimEnd()}\n{\n  ${memberOf(path, expression)}\n}\n`;
  const rest = path.slice(frame.path.length);
  const own = entries.some((entry) => entry.at > frame.open && entry.to <= frame.close);
  const head = source.slice(0, frame.close).trimEnd();
  const line = source.slice(source.lastIndexOf("\n", frame.close - 1) + 1, frame.close);
  const indent = /^\s*$/.test(line) ? line : "";
  return `${head}${own ? "," : ""}\n${indent}  ${memberOf(rest, expression)}\n${indent}${source.slice(frame.close)}`;
}

/** The object that is made last and is nearest around the member. */
function frameFor(frames: readonly Frame[], path: readonly string[]): Frame | null {
  const closed = frames.filter((frame) => frame.close !== -1);
  for (let length = path.length - 1; length >= 0; length--) {
    const prefix = path.slice(0, length).join("/");
    const found = closed.findLast((frame) => frame.path.join("/") === prefix);
    if (found !== undefined) return found;
  }
  return null;
}

function memberOf([name = "", ...rest]: readonly string[], expression: string): string {
  const value = rest.length === 0 ? expression : `{ ${memberOf(rest, expression)} }`;
  return `${JSON.stringify(name)}: ${value}`;
}

/** Writes a path of the source as JSONata. */
export function toExpression(path: readonly string[]): string {
  return path.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``)).join(".");
}
