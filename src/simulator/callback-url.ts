import { Refusal } from "./twilio-errors.js";

/** A status callback that may be called: only this machine. */
export interface CallbackUrl {
  /** What is requested and therefore signed: as it was given, without the fragment. */
  readonly signed: string;
  /** The host as the socket needs it, without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** `host[:port]` as it was given. */
  readonly authority: string;
  /** Path and query, byte for byte as they were given. */
  readonly path: string;
  /** `user:password`, or null. */
  readonly credentials: string | null;
}

const PRINTABLE = /^[\x21-\x7e]+$/;
const PARTS = /^http:\/\/(?:([^/?#]*)@)?([^/?#@]+)([^#]*)/i;

/**
 * Reads a StatusCallback. Like Twilio it wants an absolute URL and refuses an underscore in the host name. Unlike
 * Twilio it accepts nothing but `http:` to a loopback host, so that the simulator never calls out; a redirect is not
 * followed, and connection overrides in the fragment are cut off unread.
 *
 * @throws Refusal 21609
 */
export function parseCallbackUrl(text: string): CallbackUrl {
  if (!PRINTABLE.test(text) || text.includes("\\") || !URL.canParse(text)) {
    throw new Refusal(21609, `${text} is not an absolute URL`);
  }
  const url = new URL(text);
  const [, userinfo = null, authority, rest] = PARTS.exec(text) ?? [];
  if (url.protocol !== "http:" || authority === undefined || rest === undefined) {
    throw new Refusal(21609, `${text} does not begin with http://, which is all the simulator calls`);
  }
  if (url.hostname.includes("_")) throw new Refusal(21609, `the host ${url.hostname} has an underscore`);
  if (!isLoopback(url.hostname)) throw new Refusal(21609, `the simulator calls this machine only, not ${url.hostname}`);
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return {
    signed: `http://${userinfo === null ? "" : `${userinfo}@`}${authority}${path}`,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 80 : Number(url.port),
    authority,
    path,
    credentials: userinfo === null ? null : `${decode(url.username)}:${decode(url.password)}`,
  };
}

function isLoopback(hostname: string): boolean {
  return (
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === "[::1]" ||
    hostname === "localhost" ||
    hostname.endsWith(".localhost")
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
