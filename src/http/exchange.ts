import type { IncomingHttpHeaders } from "node:http";
import { type Dispatcher, errors } from "undici";
import { type CallProgress, toCallError, toTimeout } from "./failure.js";
import type { HttpDownload } from "./http.js";

/** One call under way: where to, for how long, and who waits for it. */
export interface ExchangeOptions {
  readonly host: string;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly resolve: (response: HttpDownload) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Makes the handler that follows one request from the queue to the end of its answer.
 *
 * `onRequestStart` is called right before the first byte is written, so a failure before it proves that nothing was
 * sent. A second start would be a second sending, and is refused.
 */
export function createExchange({
  host,
  timeoutMs,
  maxResponseBytes,
  resolve,
  reject,
}: ExchangeOptions): Dispatcher.DispatchHandler {
  const beganAt = performance.now();
  const chunks: Buffer[] = [];
  let size = 0;
  let controller: Dispatcher.DispatchController | null = null;
  let httpStatus: number | null = null;
  let headers: Readonly<Record<string, string>> = {};
  let settled = false;

  const progress = (): CallProgress => ({ host, started: controller !== null, httpStatus });
  const fail = (error: Error): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    reject(error);
  };
  const timer = setTimeout(() => {
    const error = toTimeout(timeoutMs, progress());
    fail(error);
    controller?.abort(error);
  }, timeoutMs);

  return {
    onRequestStart: (given) => {
      if (settled) throw new Error("too late to begin");
      if (controller !== null) throw new Error("a request is sent once");
      controller = given;
    },
    onResponseStart: (_, statusCode, given) => {
      if (statusCode < 200) return;
      httpStatus = statusCode;
      headers = toHeaders(given);
    },
    onResponseData: (_, chunk) => {
      size += chunk.length;
      if (size > maxResponseBytes) throw new errors.ResponseExceededMaxSizeError();
      chunks.push(chunk);
    },
    onResponseEnd: () => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      resolve({ status: httpStatus ?? 0, headers, bytes, elapsedMs: performance.now() - beganAt });
    },
    onResponseError: (_, error) => fail(toCallError(error, progress())),
  };
}

function toHeaders(given: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}
