import { PatchbayError } from "../core/errors.js";

/** What jsonata throws: a plain object with a code, a position and pieces of its message. */
interface JsonataError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly position?: unknown;
  readonly token?: unknown;
}

const limits: Readonly<Record<string, string>> = {
  D1011: "the expression calls itself too deeply",
  D1012: "the expression ran for too long",
  D2014: "a range makes too many values",
  D2015: "a sequence has too many values",
  U1001: "the expression calls itself too deeply",
};

/**
 * Gives what an evaluation threw as an error for the operator: what is wrong, at which line and column, and at which
 * word. It never holds data of the record.
 */
export function toTranslatorError(
  thrown: unknown,
  code: "TRANSLATOR_FAILED" | "TRANSLATOR_INVALID",
  source: string,
): PatchbayError {
  if (thrown instanceof PatchbayError) return thrown;
  if (thrown instanceof RangeError) return new PatchbayError(code, `The expression failed: ${limits.D1011}`);
  const { code: jsonataCode, message, position, token } = (thrown ?? {}) as JsonataError;
  const limit = typeof jsonataCode === "string" ? limits[jsonataCode] : undefined;
  if (jsonataCode === "D1012") return new PatchbayError("TRANSLATOR_TIMED_OUT", `The expression failed: ${limit}`);
  const reason = limit ?? (typeof message === "string" ? message : String(thrown));
  const where = typeof position === "number" ? ` at ${lineAndColumn(source, position)}` : "";
  const near = typeof token === "string" && !reason.includes(token) ? ` near ${token}` : "";
  return new PatchbayError(code, `${reason}${where}${near}`, { ...(where === "" ? {} : { position }), jsonataCode });
}

/** Gives `line:column`, both from 1. */
export function lineAndColumn(source: string, position: number): string {
  const before = source.slice(0, position).split("\n");
  return `${before.length}:${Math.max(1, before.at(-1)?.length ?? 1)}`;
}
