import { errorCatalogue } from "../core/error-catalogue.js";
import type { PatchbayError } from "../core/errors.js";
import { hidePersonal } from "../core/personal.js";
import type { ProblemDocument, ProblemItem } from "./contract/problem.js";
import type { Answer } from "./route.js";

/**
 * Gives the answer to a failed request: an RFC 9457 problem document, with the headers its status needs.
 *
 * The message of an unexpected error stays in the log: it may tell of files, tables or vendors. Whoever asks may write the
 * answer into a log, so phone numbers and e-mail addresses stay out of it.
 */
export function toProblemAnswer(error: PatchbayError, requestId: string): Answer<ProblemDocument> {
  return {
    status: error.status,
    headers: { "Content-Type": "application/problem+json", ...headersFor(error) },
    body: {
      type: `/docs/errors#${error.code}`,
      title: error.title,
      status: error.status,
      detail: error.code === "INTERNAL_ERROR" ? `The log says more about request ${requestId}` : detailOf(error),
      instance: requestId,
      code: error.code,
      remedy: error.remedy,
      ...problemsOf(error),
    },
  };
}

/** Gives the message of an error that is no defect, as it may leave the server. */
export function detailOf({ message }: PatchbayError): string {
  return hidePersonal(message);
}

/** Gives the problems an error lists, as a member to spread; nothing when it lists none. */
export function problemsOf({ details: { problems } }: PatchbayError): { problems?: readonly ProblemItem[] } {
  return Array.isArray(problems) ? { problems: problems.map(toProblemItem) } : {};
}

function toProblemItem(problem: Partial<ProblemItem>): ProblemItem {
  const { path = "", message = "", file, remedy, severity } = problem;
  return {
    ...{ path: hidePersonal(path), message: hidePersonal(message) },
    ...(file === undefined ? {} : { file }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Gives the headers a failed answer carries besides the usual ones. */
export function headersFor(error: PatchbayError): Record<string, string> {
  const { status, details } = error;
  const headers: Record<string, string> = {};
  if (status === 429 || status === 503) headers["Retry-After"] = String(retryAfterSeconds(error));
  if (status === 401) headers["WWW-Authenticate"] = 'Bearer realm="patchbay"';
  if (typeof details.allow === "string") headers.Allow = details.allow;
  return headers;
}

/** Gives how long a caller should wait before it sends the same again: at least a second. */
export function retryAfterSeconds({ code, details: { retryAfterMs } }: PatchbayError): number {
  if (typeof retryAfterMs === "number") return Math.max(1, Math.ceil(retryAfterMs / 1000));
  return code === "SERVER_OVERLOADED" ? 1 : 5;
}

/** Every error code, for a page that explains them. */
export function explainErrors(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, title, remedy }]) =>
      `<section id="${code}"><h2>${code}</h2><p>${status} &middot; ${escapeHtml(title)}</p><p>${escapeHtml(remedy)}</p></section>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Patchbay errors</title></head><body><h1>Errors</h1>${rows.join("")}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
