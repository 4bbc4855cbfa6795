import { type Document, type Node, parseDocument, stringify, type YAMLSeq } from "yaml";
import type { Json, JsonObject } from "../../core/json.js";

/** A text and what it says. */
export interface Parsed {
  readonly text: string;
  readonly document: Document;
  readonly value: Json | undefined;
  readonly isJson: boolean;
  /** Gives where the line of a place begins. */
  readonly lineStart: (at: number) => number;
}

/** Reads a text for changes of it; what is broken has no value. */
export function parsed(text: string): Parsed {
  const document = parseDocument(text, { keepSourceTokens: true });
  const value = document.errors.length > 0 ? undefined : ((document.toJS() ?? undefined) as Json | undefined);
  const isJson = text.trimStart().startsWith("{");
  return { text, document, value, isJson, lineStart: (at) => text.lastIndexOf("\n", at - 1) + 1 };
}

/** Where an item of a list in lines stands: whole lines, with the comments above it; and how far in its dash is. */
export interface ItemSpan {
  readonly from: number;
  readonly to: number;
  readonly dash: number;
}

interface SourceToken {
  readonly type: string;
  readonly offset: number;
}

/** Gives the lines of an item. */
export function spanOfItem(
  { text, lineStart }: Pick<Parsed, "text" | "lineStart">,
  seq: YAMLSeq,
  index: number,
): ItemSpan {
  const tokens = (seq.srcToken as unknown as { items: { start: SourceToken[] }[] } | undefined)?.items ?? [];
  const beginOf = (each: number): { from: number; dash: number } => {
    const start = tokens[each]?.start ?? [];
    const dash = start.find(({ type }) => type === "seq-item-ind")?.offset ?? (seq.items[each] as Node).range?.[0] ?? 0;
    const comment = start.find(
      ({ type, offset }) => type === "comment" && text.slice(lineStart(offset), offset).trim() === "",
    );
    const from = comment === undefined ? lineStart(dash) : lineStart(comment.offset);
    return { from: each === 0 && from > lineStart(dash) ? lineStart(dash) : from, dash: dash - lineStart(dash) };
  };
  const { from, dash } = beginOf(index);
  if (index + 1 < seq.items.length) return { from, to: beginOf(index + 1).from, dash };
  const end = (seq.items[index] as Node | undefined)?.range?.[1] ?? from;
  const last = text.slice(0, end).trimEnd().length;
  const line = text.indexOf("\n", Math.max(last, from));
  return { from, to: line === -1 ? text.length : line + 1, dash };
}

/** Writes another text in place of a part. */
export function replaced(text: string, [from, to]: readonly [number, number, ...number[]], insert: string): string {
  const end = from + text.slice(from, to).trimEnd().length;
  return text.slice(0, from) + insert + text.slice(Math.max(from, insert === "" ? to : end));
}

/** Takes whole lines out. */
export function removed(text: string, { from, to }: ItemSpan): string {
  return text.slice(0, from) + text.slice(to);
}

/** Writes a value on one line. */
export function toInline(value: Json, inFlow: boolean): string {
  if (typeof value === "string" && !value.includes("\n")) {
    const plain = stringify(value, { lineWidth: 0 }).trimEnd();
    return inFlow && /[,[\]{}]/.test(plain) && !/^["']/.test(plain) ? JSON.stringify(value) : plain;
  }
  if (typeof value === "string") return JSON.stringify(value);
  return stringify(value, { lineWidth: 0, collectionStyle: "flow" }).trimEnd().replaceAll(/\n\s*/g, " ");
}

/** Writes members as lines; those after the first are indented. */
export function toLines(members: JsonObject, indent: number): string {
  return stringify(members, { lineWidth: 0 })
    .trimEnd()
    .replaceAll("\n", `\n${" ".repeat(indent)}`);
}

/** Puts an item into a list in brackets. */
export function flowEntry(text: string, seq: YAMLSeq, { index, value }: { index: number; value: Json }): string | null {
  const items = seq.items as Node[];
  const written = toInline(value, true);
  const at = items[index]?.range?.[0];
  if (at !== undefined) return `${text.slice(0, at)}${written}, ${text.slice(at)}`;
  const end = items.at(-1)?.range?.[1];
  return end === undefined ? null : `${text.slice(0, end)}, ${written}${text.slice(end)}`;
}
