import type { PreparedCall } from "../../core/connector.js";
import type { OnRepeat } from "../../core/effect.js";
import { PatchbayError } from "../../core/errors.js";
import { wellFormed } from "./hide.js";
import { type KeptRequest, type RequestPayload, type Scalar, toKept } from "./payload.js";
import type { HttpSettings } from "./settings.js";
import { createTarget } from "./target.js";

/** Headers that are ours to set, or that would put a secret into the ledger. */
const ownHeaders: Readonly<Record<string, string>> = {
  authorization: "belongs to the connection's settings, where it is kept secret",
  "proxy-authorization": "belongs to the connection's settings, where it is kept secret",
  cookie: "belongs to the connection's settings (`headers`), where it is kept secret",
  host: "is made from the URL",
  "content-length": "is made from the body",
  "transfer-encoding": "is made from the body",
  connection: "is ours to set",
  "keep-alive": "is ours to set",
  upgrade: "is ours to set",
  te: "is ours to set",
  expect: "is ours to set; expected statuses are given by `expect` beside `headers`",
  "content-type": "is given by `contentType`",
};

const REPEATABLE = ["GET", "HEAD", "PUT", "DELETE"];

/**
 * Gives the call that a payload asks for. What a repetition does is said for this very call: by its method, by the
 * connection's idempotency header, or by the payload itself.
 *
 * Source: RFC 9110, 9.2.2 (idempotent methods)
 *
 * @throws PAYLOAD_INVALID, HOST_FORBIDDEN
 */
export function prepareRequest(payload: RequestPayload, settings: HttpSettings): PreparedCall {
  refuseBodies(payload);
  const path = withQuery(withParameters(payload), payload.query);
  createTarget(settings).resolve(path);
  const isIdempotent = payload.repeatable ?? REPEATABLE.includes(payload.method);
  const { idempotencyHeader } = settings;
  const isKeyed = !isIdempotent && payload.repeatable !== false && idempotencyHeader !== undefined;
  const request = toKept({
    method: payload.method,
    path,
    headers: toHeaders(payload),
    ...toBody(payload),
    expect: payload.expect,
    read: payload.read === "auto" ? undefined : payload.read,
    repeatable: isIdempotent || isKeyed,
    idempotencyHeader: isKeyed ? idempotencyHeader : undefined,
    paginate: payload.paginate,
  });
  return {
    request,
    recipient: null,
    message: null,
    validForMs: null,
    onRepeat: (isIdempotent ? "none" : isKeyed ? "same" : "duplicate") satisfies OnRepeat,
  };
}

function refuseBodies({ method, json, form, text, contentType, paginate, read }: RequestPayload): void {
  const bodies = Object.entries({ json, form, text }).filter(([, body]) => body !== undefined);
  const second = bodies[1];
  if (second !== undefined)
    throw invalid(`/${second[0]}`, `cannot be given beside ${bodies[0]?.[0]}: a call has one body`);
  const isReading = method === "GET" || method === "HEAD";
  if (isReading && bodies[0] !== undefined) throw invalid(`/${bodies[0][0]}`, `cannot be sent with ${method}`);
  if (contentType !== undefined && json === undefined && text === undefined) {
    throw invalid("/contentType", "is for a text or JSON body");
  }
  if (paginate === undefined) return;
  if (method !== "GET") throw invalid("/paginate", `is for GET, not for ${method}`);
  if (read === "text") throw invalid("/paginate", "needs answers that are JSON");
  if (paginate.kind === "cursor" && !paginate.next) throw invalid("/paginate/next", "is required by the kind cursor");
}

/** Puts values into the `{names}` of a path, escaped so that they stay one part of it. */
function withParameters({ path, parameters = {} }: RequestPayload): string {
  const taken = new Set<string>();
  const filled = path.replace(/\{([^{}/?#]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) throw invalid("/parameters", `must have a value for {${name}} of the path`);
    taken.add(name);
    return partOf(name, value);
  });
  const left = Object.keys(parameters).find((name) => !taken.has(name));
  if (left === undefined) return filled;
  throw invalid(`/parameters/${left}`, `is not in the path: write {${left}} there`);
}

function partOf(name: string, value: Scalar): string {
  const text = String(value);
  if (text === "") throw invalid(`/parameters/${name}`, "must not be empty");
  if (text === "." || text === "..") throw invalid(`/parameters/${name}`, "must not be . or ..");
  return encodeText(text, `/parameters/${name}`);
}

function encodeText(text: string, path: string): string {
  if (!/\p{Cc}/u.test(text)) return encodeURIComponent(wellFormed(text));
  throw invalid(path, "must not have control characters");
}

function withQuery(path: string, query: RequestPayload["query"]): string {
  const pairs = toPairs(query ?? {});
  if (pairs.length === 0) return path;
  const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return `${path}${path.includes("?") ? "&" : "?"}${text}`;
}

function toPairs(values: NonNullable<RequestPayload["query"]>): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => one !== null)
      .map((one): [string, string] => [wellFormed(name), wellFormed(String(one))]),
  );
}

function toHeaders({ headers = {} }: RequestPayload): KeptRequest["headers"] | undefined {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const reason = ownHeaders[lower];
    if (reason !== undefined) throw invalid(`/headers/${name}`, reason);
    if (value === null) continue;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(String(value))) {
      throw invalid(`/headers/${name}`, "has characters that a header cannot have");
    }
    kept.push([lower, String(value)]);
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function toBody({ json, form, text, contentType }: RequestPayload): Partial<KeptRequest> {
  if (json !== undefined) return { json, contentType: contentType ?? "application/json" };
  if (text !== undefined) return { text, contentType: contentType ?? "text/plain; charset=utf-8" };
  if (form === undefined) return {};
  return { text: new URLSearchParams(toPairs(form)).toString(), contentType: "application/x-www-form-urlencoded" };
}

function invalid(path: string, message: string): PatchbayError {
  return new PatchbayError("PAYLOAD_INVALID", `${path} ${message}`, { problems: [{ path, message }] });
}
