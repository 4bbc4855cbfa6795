import { PatchbayError } from "../core/errors.js";

/** What the client knew about a call when it failed. */
export interface CallProgress {
  /** Host and port that were called. */
  readonly host: string;
  /** Whether any byte of the request may have been written. */
  readonly started: boolean;
  /** Status of the answer, when its head arrived. */
  readonly httpStatus: number | null;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ENOTFOUND: "the name has no address",
  EAI_AGAIN: "the name could not be looked up",
  EPIPE: "connection closed",
  ETIMEDOUT: "connection timed out",
  HTTPParserError: "the answer is not HTTP",
  UND_ERR_CLOSED: "the client is closing",
  UND_ERR_CONNECT_TIMEOUT: "connecting took too long",
  UND_ERR_DESTROYED: "the client is closed",
  UND_ERR_HEADERS_OVERFLOW: "the answer's headers are too large",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer was cut short",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "the answer is too large",
  UND_ERR_SOCKET: "connection closed",
};

/**
 * Names a failed call by the only question that matters to the caller: can it have taken effect?
 *
 * The client's own error is not kept as a cause: such errors may hold the request and with it credentials. The
 * reason names its code instead.
 */
export function toCallError(error: Error, progress: CallProgress): PatchbayError {
  if (error instanceof PatchbayError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  if (!progress.started && (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED")) {
    return new PatchbayError("INTERNAL_ERROR", `The request to ${progress.host} cannot be built: ${error.message}`);
  }
  const known = code.startsWith("HPE_") ? reasons.HTTPParserError : reasons[code];
  return toFailure(known ? `${known} (${code})` : code, progress);
}

/** Names a call that took longer than it may. */
export function toTimeout(timeoutMs: number, progress: CallProgress): PatchbayError {
  return toFailure(`${progress.started ? "no complete answer" : "no connection"} within ${timeoutMs} ms`, progress);
}

function toFailure(reason: string, { host, started, httpStatus }: CallProgress): PatchbayError {
  const details = { host, reason, ...(httpStatus === null ? {} : { httpStatus }) };
  return started
    ? new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", `${host} was called, but: ${reason}`, details)
    : new PatchbayError("ENDPOINT_UNREACHABLE", `${host} cannot be reached: ${reason}`, details);
}
