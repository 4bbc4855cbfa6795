import { array, described, integer, named, object, type Static, text } from "./schema.js";

/** One problem of a document or file. */
export const problemItem = object(
  { path: described("JSON pointer; empty for the whole document.", text()), message: text() },
  { file: text(), remedy: text(), severity: text() },
);

/** RFC 9457 problem document: every error is answered with one. */
export const problem = named(
  "Problem",
  object(
    {
      type: described("Address of the code's documentation.", text()),
      title: text(),
      status: integer(),
      detail: described("What happened, and to what.", text()),
      instance: described("The request's id, as in X-Request-Id and in the log.", text()),
      code: described("Stable name of the problem.", text()),
      remedy: described("What to do about it.", text()),
    },
    { problems: array(problemItem) },
  ),
);

export type ProblemItem = Static<typeof problemItem>;
export type ProblemDocument = Static<typeof problem>;
