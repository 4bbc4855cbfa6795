import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { WebhookSettings } from "./settings.js";

/**
 * Makes sure that a request comes from who has the secret, before anything of its body is believed. Whatever cannot be
 * checked is refused: no header, another encoding, no time or an old one.
 *
 * @param now Milliseconds since 1970.
 * @throws SIGNATURE_INVALID
 */
export function requireVerified(request: WebhookRequest, settings: WebhookSettings, now: number): void {
  switch (settings.verification) {
    case "hmac":
      requireSigned(request, settings, now);
      return;
    case "header":
      requireHeader(request, settings);
      return;
    case "basic":
      requireLogin(request, settings);
      return;
    case "none":
  }
}

/** Gives a header by its name in any case; null when it is absent or empty. */
export function headerOf({ headers }: WebhookRequest, name: string | undefined): string | null {
  return headers[name?.toLowerCase() ?? ""] || null;
}

function requireSigned(request: WebhookRequest, settings: WebhookSettings, now: number): void {
  const { algorithm, encoding, header } = settings;
  const given = afterPrefix(headerOf(request, header), settings);
  if (given === null) throw refusal(`has no signature in ${header}`);
  const signature = encoding === "hex" ? given.toLowerCase() : given;
  const parts = signedParts(request, settings);
  const isRight = secretsOf(settings).some((secret) => {
    const hmac = createHmac(algorithm, secret);
    for (const part of parts) hmac.update(part);
    return isSame(signature, hmac.digest(encoding));
  });
  if (!isRight) throw refusal("is signed with another secret, or was changed on its way");
  requireFresh(request, settings, now);
}

/** What the sender has signed, in pieces: the body is not copied. */
function signedParts(
  request: WebhookRequest,
  { signed, timestampHeader, idHeader }: WebhookSettings,
): (string | Uint8Array)[] {
  const template = signed ?? (timestampHeader === undefined ? "{body}" : "{timestamp}.{body}");
  return template.split(/(\{body\}|\{timestamp\}|\{id\})/).map((part) => {
    if (part === "{body}") return request.body;
    if (part === "{timestamp}") return headerOf(request, timestampHeader) ?? "";
    return part === "{id}" ? (headerOf(request, idHeader) ?? "") : part;
  });
}

/** Asked after the signature: only then is the time the sender's. */
function requireFresh(
  request: WebhookRequest,
  { timestampHeader, toleranceSeconds }: WebhookSettings,
  now: number,
): void {
  if (timestampHeader === undefined) return;
  const at = toInstant(headerOf(request, timestampHeader) ?? "");
  if (at === null) throw refusal(`has no time in ${timestampHeader}`);
  if (Math.abs(now - at) <= toleranceSeconds * 1_000) return;
  throw refusal(`was signed at ${new Date(at).toISOString()}, more than ${toleranceSeconds} seconds from now`);
}

/** Seconds or milliseconds since 1970, or an instant in ISO-8601. */
function toInstant(text: string): number | null {
  const at = /^\d{9,11}$/.test(text)
    ? Number(text) * 1_000
    : /^\d{12,14}$/.test(text)
      ? Number(text)
      : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function requireHeader(request: WebhookRequest, settings: WebhookSettings): void {
  const given = afterPrefix(headerOf(request, settings.header), settings);
  if (given === null) throw refusal(`has no secret in ${settings.header}`);
  requireOneOf(given, secretsOf(settings));
}

function requireLogin(request: WebhookRequest, settings: WebhookSettings): void {
  const given = /^Basic +(\S+)$/i.exec(headerOf(request, "authorization") ?? "")?.[1];
  if (given === undefined) throw refusal("has no user name and password (Authorization: Basic)");
  const login = Buffer.from(given, "base64").toString();
  requireOneOf(
    login,
    secretsOf(settings).map((secret) => `${settings.username}:${secret}`),
  );
}

function requireOneOf(given: string, right: readonly string[]): void {
  if (!right.some((one) => isSame(given, one))) throw refusal("has another secret than this connection");
}

function afterPrefix(value: string | null, { prefix = "" }: WebhookSettings): string | null {
  if (value === null || !value.startsWith(prefix)) return null;
  return value.slice(prefix.length) || null;
}

function secretsOf({ secret, otherSecret }: WebhookSettings): string[] {
  return [secret, otherSecret].filter((one) => one !== undefined);
}

/** Takes as long whatever the two have in common. */
function isSame(given: string, right: string): boolean {
  const [left, other] = [given, right].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && other !== undefined && timingSafeEqual(left, other);
}

function refusal(problem: string): PatchbayError {
  return new PatchbayError("SIGNATURE_INVALID", `The request ${problem}`);
}
