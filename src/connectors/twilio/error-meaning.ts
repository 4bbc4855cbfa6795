/**
 * What an error code asks of us. `permanent`: this message to this recipient will never go. `retry`: the same call may
 * succeed later. `configuration`: nothing goes until an operator changes the account or the sender. `opted-out`: the
 * recipient does not want messages. `unknown`: nobody can tell whether anything was sent.
 */
export type ErrorClass = "permanent" | "retry" | "configuration" | "opted-out" | "unknown";

/** One code in plain words. */
export interface ErrorMeaning {
  readonly class: ErrorClass;
  /** Why it happened, as a sentence. */
  readonly cause: string;
  /** What to do about it, as a sentence. */
  readonly remedy: string;
}

/** Codes by number. */
export type ErrorMeanings = Readonly<Record<number, ErrorMeaning>>;

const meaning =
  (kind: ErrorClass) =>
  (cause: string, remedy: string): ErrorMeaning => ({ class: kind, cause, remedy });

export const permanent = meaning("permanent");
export const retry = meaning("retry");
export const configuration = meaning("configuration");
export const optedOut = meaning("opted-out");
export const unknown = meaning("unknown");
