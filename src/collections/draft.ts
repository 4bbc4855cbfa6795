import type { FlowVersion } from "../core/flow.js";
import type { Json, JsonObject } from "../core/json.js";
import type { FileProblem } from "./file-problem.js";
import type { TextRange } from "./locate.js";

/** What a flow or a translator is called, and what it is kept in. */
export interface Definition {
  readonly kind: "flow" | "translator";
  /** `namespace/name`. */
  readonly name: string;
}

/** The file of a definition, as it is now and as it was published. */
export interface DefinitionFile {
  /** Path inside its collection or the flows folder. */
  readonly file: string;
  /** Null for a definition of this installation. */
  readonly collection: string | null;
  /** What runs; null when there is none. */
  readonly text: string | null;
  /** Names that text; null when there is none. */
  readonly hash: string | null;
  /** What the collection's author, or the flows folder, has; null when it is only here. */
  readonly published: string | null;
  readonly changedAt: Date | null;
}

/** A problem of a draft, with where it stands in the text. */
export interface DraftProblem extends FileProblem {
  /** Null for a problem of another file. */
  readonly range: TextRange | null;
}

/** What a text would be, if it were saved. */
export interface CheckedDraft {
  readonly problems: readonly DraftProblem[];
  /** Null while there are errors, and for a translator. */
  readonly flow: FlowVersion | null;
}

/** An expression, and what it sees. */
export interface ExpressionTrial {
  /** JSONata without `=` in front. */
  readonly expression: string;
  readonly input: Json;
  /** `$name` values; `$params` is the collection's. */
  readonly bindings: JsonObject;
  /** Whose parameters it sees; null for none. */
  readonly collection: string | null;
}

/** What an expression gives, or why it gives nothing. */
export interface ExpressionResult {
  /** Undefined when it gave nothing. */
  readonly value: Json | undefined;
  readonly failure: ExpressionFailure | null;
}

/** What is wrong with an expression, and where in it; counted from 1, null when nobody can say. */
export interface ExpressionFailure {
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** What becomes of a local flow or translator. */
export interface LocalEdit {
  readonly kind: Definition["kind"];
  /** Without its namespace. */
  readonly name: string;
  /** Text of its file; null takes away what was changed or added here. */
  readonly text: string | null;
  /** What `textHash` gave for the text that was changed; null when there was none, absent to replace whatever is there. */
  readonly basedOn?: string | null | undefined;
}
