import { autocompletion, type CompletionContext, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  redo,
  redoDepth,
  undo,
  undoDepth,
} from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { readNonce } from "../page-facts.js";
import type { Completion } from "./complete.js";
import { colours, jsonata } from "./jsonata.js";

export type Language = "yaml" | "json" | "jsonata";

/** Something that is wrong, with its place: lines and columns from 1. */
export interface CodeProblem {
  readonly message: string;
  readonly remedy: string;
  readonly severity: "error" | "warning";
  readonly range: { line: number; column: number; endLine: number; endColumn: number } | null;
}

/** What can be done with an editor from outside. */
export interface CodeHandle {
  undo(): void;
  redo(): void;
  /** Whether there is something to take back, or to make again. */
  canUndo(): boolean;
  canRedo(): boolean;
  /** Calls back whenever the text was changed, until what it gives is called. */
  watch(changed: () => void): () => void;
  /** Shows a place. */
  show(line: number, column: number): void;
  /** Writes in place of what is selected. */
  insert(text: string): void;
}

export interface CodeProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly language: Language;
  readonly label: string;
  readonly problems?: readonly CodeProblem[];
  /** What may be written behind the text before the cursor. */
  readonly complete?: (before: string) => Completion | null;
  /** Told where the cursor is, and what is selected. */
  readonly onSelect?: (at: { offset: number; selected: string }) => void;
  readonly handle?: (handle: CodeHandle | null) => void;
  /** As high as what is in it, without numbers of lines. */
  readonly small?: boolean;
}

/** Marks what comes from outside, so that it is not told back. */
const outside = Annotation.define<boolean>();

const languages: Readonly<Record<Language, () => Extension>> = { yaml, json, jsonata: () => jsonata };

/** A text with colours, completion and problems. Changes from outside are part of its history: one undo is for all. */
export function Code(props: CodeProps) {
  const { value, problems } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const newest = useRef(props);
  newest.current = props;
  const { language, label, small = false } = props;
  useEffect(() => {
    if (place.current === null) return;
    const watchers = new Set<() => void>();
    const tell = EditorView.updateListener.of(({ docChanged }) => {
      if (docChanged) for (const changed of watchers) changed();
    });
    const state = EditorState.create({
      doc: newest.current.value,
      extensions: [...extensionsOf({ language, label, small }, newest), tell],
    });
    const made = new EditorView({ state, parent: place.current });
    view.current = made;
    newest.current.handle?.(toHandle(made, watchers));
    return () => {
      newest.current.handle?.(null);
      view.current = null;
      made.destroy();
    };
  }, [language, label, small]);
  useEffect(() => follow(view.current, value), [value]);
  useEffect(() => mark(view.current, problems ?? []), [problems]);
  return <div ref={place} className={small ? "code code-small" : "code"} />;
}

function extensionsOf(
  { language, label, small }: { language: Language; label: string; small: boolean },
  newest: { readonly current: CodeProps },
): Extension[] {
  const tell = EditorView.updateListener.of((update) => {
    const { onChange, onSelect } = newest.current;
    const isOwn = update.transactions.some((one) => one.docChanged && one.annotation(outside) !== true);
    if (isOwn) onChange(update.state.doc.toString());
    if (!update.selectionSet && !update.docChanged) return;
    const { from, to, head } = update.state.selection.main;
    onSelect?.({ offset: head, selected: update.state.sliceDoc(from, to) });
  });
  const nonce = readNonce();
  return [
    ...(nonce === "" ? [] : [EditorView.cspNonce.of(nonce)]),
    ...(small ? [] : [lineNumbers(), lintGutter(), highlightActiveLine()]),
    ...[history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightSelectionMatches()],
    autocompletion({ override: [(context) => complete(context, newest.current)], icons: false }),
    keymap.of([
      ...completionKeymap,
      ...historyKeymap,
      ...searchKeymap,
      ...defaultKeymap,
      ...(small ? [] : [indentWithTab]),
    ]),
    ...[languages[language](), colours, tell],
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
  ];
}

function complete(context: CompletionContext, { complete: ask }: CodeProps) {
  const line = context.state.doc.lineAt(context.pos);
  const completion = ask?.(context.state.sliceDoc(Math.max(0, line.from), context.pos)) ?? null;
  if (completion === null || completion.options.length === 0) return null;
  const options = completion.options.map(({ label, detail, kind }) => ({
    ...{ label, detail },
    type: kind === "field" ? "property" : kind,
  }));
  return { from: context.pos - completion.length, options };
}

function toHandle(view: EditorView, watchers: Set<() => void>): CodeHandle {
  return {
    undo: () => void undo(view),
    redo: () => void redo(view),
    canUndo: () => undoDepth(view.state) > 0,
    canRedo: () => redoDepth(view.state) > 0,
    watch: (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    show: (line, column) => {
      const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      const anchor = Math.min(at.from + column - 1, at.to);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
  };
}

/** Writes what came from outside, and only where it differs: the cursor stays, and it can be undone. */
function follow(view: EditorView | null, value: string): void {
  const now = view?.state.doc.toString();
  if (view === null || now === undefined || now === value) return;
  let from = 0;
  while (from < now.length && from < value.length && now[from] === value[from]) from++;
  let left = 0;
  const most = Math.min(now.length, value.length) - from;
  while (left < most && now[now.length - 1 - left] === value[value.length - 1 - left]) left++;
  const changes = { from, to: now.length - left, insert: value.slice(from, value.length - left) };
  view.dispatch({ changes, annotations: outside.of(true) });
}

function mark(view: EditorView | null, problems: readonly CodeProblem[]): void {
  if (view === null) return;
  const { doc } = view.state;
  const toOffset = (line: number, column: number): number => {
    const at = doc.line(Math.min(Math.max(1, line), doc.lines));
    return Math.min(at.from + Math.max(0, column - 1), at.to);
  };
  const diagnostics = problems.flatMap(({ range, message, remedy, severity }): Diagnostic[] => {
    if (range === null) return [];
    const from = toOffset(range.line, range.column);
    return [
      {
        from,
        to: Math.max(from, toOffset(range.endLine, range.endColumn)),
        severity,
        message: `${message}\n${remedy}`,
      },
    ];
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
