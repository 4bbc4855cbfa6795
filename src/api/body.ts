import type { IncomingMessage } from "node:http";
import { PatchbayError } from "../core/errors.js";

/** How slowly a body may come. */
export interface Pace {
  /** Time that any body has. */
  readonly graceMs: number;
  /** What must come in each millisecond after that, on the whole. */
  readonly bytesPerMs: number;
}

/** As slow as the worst telephone line; slower is somebody who wants to hold the connection. */
const slowest: Pace = { graceMs: 20_000, bytesPerMs: 1 };

/**
 * Reads a request's body whole.
 *
 * @throws BODY_TOO_LARGE before reading when the length is announced, else as soon as the limit is passed; BODY_TOO_SLOW
 */
export function readBody(request: IncomingMessage, limitBytes: number, pace: Pace = slowest): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) return Promise.reject(tooLarge(limitBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limitBytes) {
        stop();
        request.pause();
        reject(tooLarge(limitBytes));
        return;
      }
      chunks.push(chunk);
    };
    const onEnd = (): void => {
      stop();
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
    };
    const onClose = (): void => {
      stop();
      reject(new PatchbayError("REQUEST_INVALID", "The connection was closed before the body was complete"));
    };
    const beganAt = performance.now();
    const onLate = (): void => {
      const leftMs = pace.graceMs + size / pace.bytesPerMs - (performance.now() - beganAt);
      if (leftMs > 0) {
        timer = setTimeout(onLate, leftMs);
        return;
      }
      stop();
      request.pause();
      reject(new PatchbayError("BODY_TOO_SLOW", `Only ${size} bytes of the body came in ${seconds(beganAt)} seconds`));
    };
    let timer = setTimeout(onLate, pace.graceMs);
    const stop = (): void => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose);
    };
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1_000);
}

/** Tells whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** The error for a body, or a line of one, over the limit. */
export function tooLarge(limitBytes: number, what = "body"): PatchbayError {
  return new PatchbayError("BODY_TOO_LARGE", `The ${what} is larger than ${limitBytes} bytes`, { limitBytes });
}

/**
 * Gives the content type of a request's body, lower case and without parameters, when it is one of these.
 *
 * @throws CONTENT_TYPE_UNSUPPORTED when it is missing, another, compressed or not UTF-8.
 */
export function requireContentType(request: IncomingMessage, allowed: readonly string[]): string {
  const { "content-type": given, "content-encoding": encoding } = request.headers;
  if (encoding !== undefined && encoding !== "identity") {
    throw unsupported(`The body is compressed (Content-Encoding: ${short(encoding)}); send it as it is`);
  }
  if (given === undefined) throw unsupported(`Content-Type is missing; it can be ${allowed.join(" or ")}`);
  if (allowed.includes(given)) return given;
  const [type = "", ...parameters] = given.split(";").map((part) => part.trim().toLowerCase());
  if (!allowed.includes(type)) {
    throw unsupported(`Content-Type is ${short(given)}; it can be ${allowed.join(" or ")}`);
  }
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw unsupported(`JSON is written in UTF-8, not ${short(charset)}`);
  }
  return type;
}

function unsupported(message: string): PatchbayError {
  return new PatchbayError("CONTENT_TYPE_UNSUPPORTED", message);
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
