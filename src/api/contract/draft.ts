import type { CheckedDraft, DefinitionFile, DraftProblem, ExpressionFailure } from "../../collections/draft.js";
import type { JsonObject } from "../../core/json.js";
import type { Rehearsed, RehearsedCall, RehearsedStep } from "../../engine/rehearsal.js";
import { problemItem } from "./problem.js";
import {
  anyJson,
  anyObject,
  array,
  decimal,
  described,
  flag,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toOptionalInstant,
} from "./schema.js";

const MAX_TEXT = 262_144;
const draftText = text({ maxLength: MAX_TEXT });
const count = integer({ minimum: 1 });

/** The file of a flow or a translator. */
export const definitionFile = named(
  "DefinitionFile",
  object({
    file: described("Path inside its collection, or inside the flows folder.", text()),
    collection: described("Null for one of this installation.", nullable(text())),
    text: described("What runs; null when there is none yet.", nullable(text())),
    hash: described("Names that text: what a change says it is based on.", nullable(text())),
    published: described("What its author, or the flows folder, has; null when it is only here.", nullable(text())),
    changedAt: described("When it was changed here; null when it was not.", nullable(instant)),
  }),
);

/** A text that may become a flow's or a translator's file. */
export const draft = named(
  "Draft",
  object({ name: described("`namespace/name`.", text({ minLength: 3, maxLength: 130 })), text: draftText }),
);

const range = object({ line: count, column: count, endLine: count, endColumn: count });

const draftProblem = named(
  "DraftProblem",
  object({
    file: text(),
    path: described("JSON pointer; empty for the whole file.", text()),
    message: text(),
    remedy: text(),
    severity: oneOf(["error", "warning"]),
    range: described(
      "Where it stands in the text, lines and columns from 1, the end exclusive; null for another file.",
      nullable(range),
    ),
  }),
);

/** What is wrong with a draft. */
export const checkedDraft = named(
  "CheckedDraft",
  object({ problems: described("Empty when it can be saved and has nothing to warn of.", array(draftProblem)) }),
);

/** A translator's draft, and maybe a document to try it on. */
export const translatorDraft = named(
  "TranslatorDraft",
  object(
    { name: text({ minLength: 3, maxLength: 130 }), text: draftText },
    { input: described("What it is tried on; without it, it is only checked.", anyJson) },
  ),
);

const failure = object({
  code: text(),
  message: text(),
  line: described("In the text, from 1; null when nobody can say.", nullable(integer())),
  column: nullable(integer()),
});

/** What a translator's draft makes of a document. */
export const triedTranslator = named(
  "TriedTranslator",
  object({
    problems: array(draftProblem),
    output: described("Null when it failed, gave nothing, or was not tried.", nullable(anyJson)),
    outputProblems: described("Where the output does not fit its data type.", array(problemItem)),
    failure: nullable(failure),
  }),
);

/** An expression, and what it sees. */
export const expressionTrial = named(
  "ExpressionTrial",
  object(
    { expression: described("JSONata without = in front.", draftText) },
    {
      input: described("What paths start from.", anyJson),
      bindings: described("`$name` values: record, event, steps, item, …", anyObject),
      collection: described("Whose parameters `$params` has.", text()),
    },
  ),
);

/** What an expression gives. */
export const expressionResult = named(
  "ExpressionResult",
  object({
    found: described("Whether it gave anything.", flag()),
    value: nullable(anyJson),
    failure: nullable(failure),
  }),
);

/** What a dry run goes through: by exactly one of `eventId` and `payload`. */
export const dryRun = named(
  "DryRun",
  object(
    {},
    {
      text: described("Text of the flow's file, in place of the installed flow.", draftText),
      eventId: described("An event that happened.", text({ minLength: 1, maxLength: 100 })),
      payload: described("What the record, message or whatever starts the flow is made up of.", anyObject),
      previous: described("The record's version before, with `payload`.", anyObject),
      suppose: described(
        "What only the world can say, by the id of a step: its result, or `{ error: { code, message } }` for a call that is not made (ENDPOINT_REFUSED, ENDPOINT_UNREACHABLE, ENDPOINT_OUTCOME_UNKNOWN, RECIPIENT_OPTED_OUT), `{ status, errorCode }` for what becomes of a message, `{ reply }` for what a customer writes.",
        anyObject,
      ),
    },
  ),
);

const rehearsedCall = object({
  endpoint: text(),
  connection: text(),
  recipient: nullable(text()),
  request: described("What the vendor would be sent, without credentials.", anyObject),
  message: nullable(object({ channel: text(), to: text(), from: nullable(text()), body: text(), segments: integer() })),
  instead: described("Why that is sent and not what was asked for.", nullable(text())),
  obstacles: described("Why it would not be sent, or not at once.", array(text())),
});

const rehearsedStep = named(
  "RehearsedStep",
  object({
    id: text(),
    kind: text(),
    item: described("Number of the item, inside `each`; of the items around it first.", array(integer())),
    outcome: oneOf(["done", "skipped", "failed", "suppressed", "stopped"]),
    output: described("What later steps would read as `$steps.<id>`.", anyJson),
    supposed: described("Whether the output is supposed: only the world knows it.", flag()),
    says: described("What it would do, in plain words.", nullable(text())),
    call: nullable(rehearsedCall),
    failure: nullable(object({ code: text(), message: text(), remedy: text() })),
  }),
);

/** What would become of an event in a flow. */
export const rehearsed = named(
  "Rehearsed",
  object({
    decision: described(
      "Whether the flow would start if it were switched on.",
      object({ verdict: oneOf(["fired", "not-fired", "inactive", "failed"]), reason: text() }),
    ),
    steps: described("The way a run would take, also when none would start.", array(rehearsedStep)),
    end: object({ status: oneOf(["succeeded", "failed"]), reason: nullable(text()) }),
    scope: described("What its expressions see besides the steps.", object({ input: anyJson, bindings: anyObject })),
  }),
);

/** A flow or a translator of this installation as it is to be. */
export const localText = named(
  "LocalText",
  object(
    { text: draftText },
    {
      basedOn: described(
        "`hash` of the text that was changed, null for a new one: refused when there is another one by now.",
        nullable(text()),
      ),
    },
  ),
);

/** Documents of a data type that collections bring with them. */
export const samples = named(
  "Samples",
  object({ samples: array(object({ collection: text(), name: text(), document: anyObject })) }),
);

/** Two data types. */
export const suggestionRequest = named(
  "SuggestionRequest",
  object(
    { from: text(), to: text() },
    {
      name: described("Translator that it is for: it can say what its collection has parameters for.", text()),
      required: described(
        "Whether only the target's required fields are written; those for which nothing was found are null, to be filled in.",
        flag(),
      ),
    },
  ),
);

/** What a translator between two data types could look like. */
export const suggestions = named(
  "Suggestions",
  object({
    fields: array(
      object({
        to: described("Path of the target's field, with dots.", text()),
        from: described("Path of the source's field; null when nothing is alike enough.", nullable(text())),
        score: described("From 0 to 1.", decimal()),
        required: flag(),
      }),
    ),
    source: described("Text of a translator's file.", text()),
  }),
);

/** The schemas that others are made of, for the list of named ones. */
export const draftParts = [
  ...[definitionFile, draft, draftProblem, checkedDraft, translatorDraft, triedTranslator],
  ...[expressionTrial, expressionResult, dryRun, rehearsedStep, rehearsed, localText],
  ...[samples, suggestionRequest, suggestions],
];

export type DefinitionFileView = Static<typeof definitionFile>;
export type DraftProblemView = Static<typeof draftProblem>;
export type CheckedDraftView = Static<typeof checkedDraft>;
export type TriedTranslatorView = Static<typeof triedTranslator>;
export type ExpressionResultView = Static<typeof expressionResult>;
export type RehearsedView = Static<typeof rehearsed>;
export type RehearsedStepView = Static<typeof rehearsedStep>;
export type SamplesView = Static<typeof samples>;
export type SuggestionsView = Static<typeof suggestions>;

export function toDefinitionFileView({ changedAt, ...file }: DefinitionFile): DefinitionFileView {
  return { ...file, changedAt: toOptionalInstant(changedAt) };
}

export function toCheckedDraftView({ problems }: CheckedDraft): CheckedDraftView {
  return { problems: problems.map(toDraftProblemView) };
}

export function toDraftProblemView({
  file,
  path,
  message,
  remedy,
  severity,
  range: at,
}: DraftProblem): DraftProblemView {
  return { file, path, message, remedy, severity, range: at };
}

export function toFailureView({ code, message, line, column }: ExpressionFailure): ExpressionFailure {
  return { code, message, line, column };
}

export function toRehearsedView({ decision, steps, end, scope }: Rehearsed): RehearsedView {
  return { decision, steps: steps.map(toStepView), end, scope };
}

function toStepView({ call, ...step }: RehearsedStep): RehearsedStepView {
  return { ...step, call: call === null ? null : toCallView(call) };
}

function toCallView({ endpoint, connection, recipient, request, message, instead, obstacles }: RehearsedCall) {
  const said = message && {
    ...{ channel: message.channel, to: message.to, from: message.from },
    ...{ body: message.body, segments: message.segments },
  };
  return { endpoint, connection, recipient, request: request as JsonObject, message: said, instead, obstacles };
}
