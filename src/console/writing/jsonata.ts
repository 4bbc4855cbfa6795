import { HighlightStyle, StreamLanguage, type StreamParser, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

const words = /^(?:and|or|in|true|false|null|function|λ)\b/;

/** Tells the words of JSONata apart, as far as colours go. */
const parser: StreamParser<{ comment: boolean }> = {
  startState: () => ({ comment: false }),
  token(stream, state) {
    if (state.comment || stream.match("/*")) {
      state.comment = !stream.match(/^.*?\*\//);
      if (state.comment) stream.skipToEnd();
      return "comment";
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return "string";
    if (stream.match(/^`[^`]*`?/)) return "propertyName";
    if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
    if (stream.match(/^\$\w*/)) return "variableName";
    if (stream.match(words)) return "keyword";
    if (stream.match(/^[A-Za-z_]\w*/)) return "propertyName";
    stream.next();
    return "operator";
  },
  languageData: {
    commentTokens: { block: { open: "/*", close: "*/" } },
    closeBrackets: { brackets: ["(", "[", "{", '"'] },
  },
};

/** JSONata for the editor. */
export const jsonata = StreamLanguage.define(parser);

/** Colours of what is written; they come from the page's own, so they suit its scheme. */
export const colours: Extension = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.comment, color: "var(--code-comment)" },
    { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
    { tag: [tags.keyword], color: "var(--code-word)" },
    { tag: [tags.variableName], color: "var(--code-variable)" },
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-name)" },
  ]),
);
