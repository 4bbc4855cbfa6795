import {
  type Document,
  isMap,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Json } from "../../core/json.js";
import { changedAt, type Path, sameJson, valueAt, withItem, withoutItem } from "./json-path.js";
import { flowEntry, type Parsed, parsed, removed, replaced, spanOfItem, toInline, toLines } from "./yaml-text.js";

/** Members of flows and their parts in the order in which they are written. */
const order = [
  ...["name", "title", "summary", "on", "record", "events", "changed"],
  ...["id", "when", "translate", "input", "call", "connection", "save", "start", "notify", "message", "stop", "level"],
  ...["choose", "each", "wait", "with", "steps", "else", "cancelIf", "onError", "retry", "priority", "maxQueue"],
];

/**
 * Changes one member of a flow's text and leaves everything else as it is written: comments, order, quotes, line breaks. A new member
 * goes to its place among those that are there.
 *
 * @param value Undefined takes the member away.
 */
export function setIn(text: string, path: Path, value: Json | undefined): string {
  const before = parsed(text);
  const parent = path.slice(0, -1);
  if (value !== undefined && parent.length > 0 && valueAt(before.value, parent) === undefined) {
    return setIn(text, parent, typeof path.at(-1) === "number" ? [value] : { [String(path.at(-1))]: value });
  }
  const wanted = changedAt(before.value, path, value);
  const change = (document: Document): unknown =>
    value === undefined ? document.deleteIn(path) : document.setIn(path, document.createNode(value));
  return settle(before, { wanted, tries: [spliceMember(before, path, value)], change });
}

/** Puts an item into a list, before the one at `index`; a list that is not there is made. */
export function insertItem(text: string, list: Path, { index, value }: { index: number; value: Json }): string {
  const before = parsed(text);
  const there = valueAt(before.value, list);
  if (!Array.isArray(there) || there.length === 0) return setIn(text, list, [value]);
  const wanted = changedAt(before.value, list, withItem(there, index, value));
  const tries = [spliceItem(before, list, { index, value, source: null })];
  return settle(before, { wanted, tries, change: putting(list, index, value) });
}

/** Takes an item out of a list, with the comments above it. */
export function removeItem(text: string, list: Path, index: number): string {
  const before = parsed(text);
  const there = valueAt(before.value, list);
  if (!Array.isArray(there)) return text;
  if (there.length === 1 && index === 0) return setIn(text, list, []);
  const wanted = changedAt(before.value, list, withoutItem(there, index));
  const seq = before.document.getIn(list, true);
  const spliced = isSeq(seq) ? removed(before.text, spanOfItem(before, seq, index)) : null;
  return settle(before, { wanted, tries: [spliced], change: (document) => document.deleteIn([...list, index]) });
}

/**
 * Moves an item to another place, of the same list or another one, with the comments above it.
 * @param to Its place when it has been taken out.
 */
export function moveItem(text: string, from: { list: Path; index: number }, to: { list: Path; index: number }): string {
  const before = parsed(text);
  const value = valueAt(before.value, [...from.list, from.index]);
  const seq = before.document.getIn(from.list, true);
  const isSame = sameJson([...from.list], [...to.list]);
  if (value === undefined || !isSeq(seq) || (isSame && from.index === to.index)) return text;
  const source = seq.flow ? null : spanOfItem(before, seq, from.index);
  const rest = parsed(removeItem(text, from.list, from.index));
  const there = valueAt(rest.value, to.list);
  if (!Array.isArray(there) || there.length === 0) return setIn(rest.text, to.list, [value]);
  const wanted = changedAt(rest.value, to.list, withItem(there, to.index, value));
  const written = source === null ? null : text.slice(source.from, source.to);
  const item = { index: to.index, value };
  const tries = [
    spliceItem(rest, to.list, { ...item, source: written }),
    spliceItem(rest, to.list, { ...item, source: null }),
  ];
  return settle(rest, { wanted, tries, change: putting(to.list, to.index, value) });
}

function putting(list: Path, index: number, value: Json): (document: Document) => void {
  return (document) => {
    (document.getIn(list, true) as YAMLSeq).items.splice(index, 0, document.createNode(value));
  };
}

interface Settling {
  readonly wanted: Json | undefined;
  /** Texts that may be it; null for one that could not be written. */
  readonly tries: readonly (string | null)[];
  readonly change: (document: Document) => unknown;
}

/** Takes the first text that says what is wanted; when none does, the document is written anew. */
function settle({ text, document, isJson }: Parsed, { wanted, tries, change }: Settling): string {
  // Nothing is changed in what cannot be read.
  if (document.errors.length > 0) return text;
  if (isJson) return `${JSON.stringify(wanted, null, 2)}\n`;
  for (const attempt of tries) if (attempt !== null && says(attempt, wanted)) return attempt;
  change(document);
  const written = document.toString({ lineWidth: 0 });
  return says(written, wanted) ? written : text;
}

function says(text: string, wanted: Json | undefined): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && sameJson(document.toJS() as Json, wanted);
}

function spliceMember(before: Parsed, path: Path, value: Json | undefined): string | null {
  const name = path.at(-1);
  const parent = path.length === 1 ? before.document.contents : before.document.getIn(path.slice(0, -1), true);
  if (isMap(parent) && typeof name === "string") return spliceInMap(before, parent, { name, value });
  if (!isSeq(parent) || typeof name !== "number" || value === undefined) return null;
  const item = parent.items[name] as Node | undefined;
  return item?.range ? replaced(before.text, item.range, toInline(value, true)) : null;
}

function spliceInMap(
  { text, lineStart }: Parsed,
  map: YAMLMap,
  { name, value }: { name: string; value: Json | undefined },
) {
  const items = map.items as Pair<Node, Node | null>[];
  const at = items.findIndex(({ key }) => String((key as { value?: unknown }).value) === name);
  const pair = items[at];
  if (value === undefined) return pair === undefined ? text : withoutPair({ text, lineStart }, map, at);
  const entry = map.flow ? `${name}: ${toInline(value, true)}` : null;
  if (pair !== undefined) {
    const [from] = pair.key.range ?? [0];
    const to = endOf(pair);
    if (entry !== null) return replaced(text, [from, to], entry);
    return replaced(text, [from, to], toLines({ [name]: value }, from - lineStart(from)));
  }
  if (items.length === 0) return null;
  const place = placeAmong(items, name);
  const anchor = items[place];
  if (anchor === undefined) return null;
  const end = text.slice(0, endOf(anchor)).trimEnd().length;
  if (entry !== null) return replaced(text, [end, end], `, ${entry}`);
  const [first] = items[0]?.key.range ?? [0];
  const line = text.indexOf("\n", end);
  const at0 = line === -1 ? text.length : line;
  return replaced(
    text,
    [at0, at0],
    `\n${" ".repeat(first - lineStart(first))}${toLines({ [name]: value }, first - lineStart(first))}`,
  );
}

/** After which member a new one goes. */
function placeAmong(items: readonly Pair<Node, Node | null>[], name: string): number {
  const own = order.indexOf(name);
  if (own === -1) return items.length - 1;
  const before = items.findLastIndex(({ key }) => {
    const at = order.indexOf(String((key as { value?: unknown }).value));
    return at !== -1 && at < own;
  });
  return before === -1 ? items.length - 1 : before;
}

function withoutPair({ text, lineStart }: Pick<Parsed, "text" | "lineStart">, map: YAMLMap, at: number): string | null {
  const items = map.items as Pair<Node, Node | null>[];
  const pair = items[at];
  if (pair === undefined || items.length === 1) return null;
  const [from] = pair.key.range ?? [0];
  const next = items[at + 1]?.key.range?.[0];
  const previous = items[at - 1];
  if (map.flow || text.slice(lineStart(from), from).trim() !== "") {
    // On a line with others: in braces, or behind a dash.
    if (next !== undefined) return replaced(text, [from, next], "");
    return previous === undefined ? null : replaced(text, [endOf(previous), endOf(pair)], "");
  }
  const line = text.indexOf("\n", endOf(pair));
  return replaced(text, [lineStart(from), line === -1 ? text.length : line + 1], "");
}

function endOf({ key, value }: Pair<Node, Node | null>): number {
  const end = value?.range?.[1] ?? key.range?.[1] ?? 0;
  return Math.max(end, key.range?.[1] ?? 0);
}

function spliceItem(
  before: Parsed,
  list: Path,
  { index, value, source }: { index: number; value: Json; source: string | null },
): string | null {
  const seq = before.document.getIn(list, true);
  if (!isSeq(seq)) return null;
  if (seq.flow) return flowEntry(before.text, seq, { index, value });
  const last = index >= seq.items.length;
  const span = spanOfItem(before, seq, last ? seq.items.length - 1 : index);
  const at = last ? span.to : span.from;
  const indent = " ".repeat(span.dash);
  const written = source === null ? null : reindented(source, span.dash);
  const lines =
    written ?? `${indent}${stringify([value], { lineWidth: 0 }).trimEnd().replaceAll("\n", `\n${indent}`)}\n`;
  const glue = at > 0 && before.text[at - 1] !== "\n" ? "\n" : "";
  return replaced(before.text, [at, at], glue + lines);
}

/** Lines of an item as they stand in another depth. */
function reindented(source: string, dash: number): string {
  const lines = source.replace(/\n?$/, "\n").split("\n");
  const own = /^ */.exec(lines.find((line) => line.trimStart().startsWith("-")) ?? "")?.[0].length ?? 0;
  const moved = lines.map((line) => {
    if (line.trim() === "") return line.trim();
    return dash >= own ? " ".repeat(dash - own) + line : line.replace(new RegExp(`^ {0,${own - dash}}`), "");
  });
  return moved.join("\n");
}
