import { type ErrorCode, errorCatalogue } from "./error-catalogue.js";

/** Small facts about one error; never a secret, never a payload. */
export type ErrorDetails = { readonly [name: string]: unknown };

/**
 * The one error class: `new PatchbayError("PHONE_INVALID", "…", { phone, cause })`; `cause` is kept as the error's
 * cause, the rest as `details`. `message` is written for an operator: what happened, and to what.
 *
 * @see errorCatalogue for the status, the remedy and whether a retry makes sense.
 */
export class PatchbayError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, { cause, ...details }: ErrorDetails & { cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PatchbayError";
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }

  get title(): string {
    return errorCatalogue[this.code].title;
  }

  /** What to do: the vendor's own advice in `details.remedy` when there is one, else the catalogue's. */
  get remedy(): string {
    const own = this.details.remedy;
    return typeof own === "string" ? own : errorCatalogue[this.code].remedy;
  }
}

/** Gives any thrown value as a `PatchbayError`; what is not one yet becomes `INTERNAL_ERROR` with its cause kept. */
export function toPatchbayError(thrown: unknown): PatchbayError {
  if (thrown instanceof PatchbayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PatchbayError("INTERNAL_ERROR", message, { cause: thrown });
}

/** One problem of a document or file: where it is and what is wrong there. */
export interface Problem {
  /** JSON pointer into the document, `""` for the whole document. */
  readonly path: string;
  readonly message: string;
}

/** Writes problems as one line: `/phone is required; /total must be number`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => (path === "" ? message : `${path} ${message}`)).join("; ");
}
