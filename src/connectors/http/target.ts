import { PatchbayError } from "../../core/errors.js";
import { type HttpSettings, misconfigured } from "./settings.js";

/** Where the calls of one connection go. */
export interface Target {
  /**
   * Gives the address of a path below the base URL, or the absolute address that was given, if it is at an allowed host.
   * @throws PAYLOAD_INVALID for a path that leads elsewhere, HOST_FORBIDDEN for another host
   */
  resolve(path: string): URL;
  /** Tells whether credentials may go to an address: only where the base URL is. */
  isHome(url: URL): boolean;
  /** @throws HOST_FORBIDDEN */
  requireAllowed(url: URL): void;
  /** Names an address for people: without query, and without path where the path is a secret. */
  show(url: URL): string;
}

/**
 * Gives the target of a connection.
 * @throws ENDPOINT_MISCONFIGURED when the base URL cannot be one, or its host is not among the allowed ones
 */
export function createTarget(settings: HttpSettings): Target {
  const isSecret = settings.secretUrl !== undefined;
  const base = parseBase(settings);
  const hosts = settings.allowedHosts ?? [base.host];
  const isListed = (url: URL): boolean => hosts.some((entry) => matches(entry, url));
  const name = isSecret ? "secretUrl" : "baseUrl";
  if (!isListed(base)) throw misconfigured(`/${name} is at ${base.host}, which is not among /allowedHosts`);
  refusePlainHttp(settings, base, name);
  const requireAllowed = (url: URL): void => {
    const isDowngrade = url.protocol !== "https:" && url.protocol !== base.protocol;
    if (isListed(url) && !isDowngrade && url.username === "" && url.password === "") return;
    throw new PatchbayError("HOST_FORBIDDEN", `${url.host} is not called by this connection`, {
      host: url.host,
      reason: isDowngrade ? "not https" : "not among the connection's hosts",
      remedy: "Add the host to the connection's allowedHosts if it is really meant.",
    });
  };
  return {
    requireAllowed,
    isHome: (url) => url.origin === base.origin,
    show: (url) => (isSecret && url.origin === base.origin ? url.host : url.host + url.pathname),
    resolve: (path) => {
      refuseUnclear(path);
      const url = /^https?:\/\//i.test(path) ? parseAbsolute(path) : behind(base, path);
      requireAllowed(url);
      return url;
    },
  };
}

function parseBase({ baseUrl, secretUrl }: HttpSettings): URL {
  const name = secretUrl === undefined ? "baseUrl" : "secretUrl";
  const url = toUrl(secretUrl ?? baseUrl ?? "");
  if (url === null) throw misconfigured(`/${name} is not an absolute URL`);
  if (url.username !== "" || url.password !== "") {
    throw misconfigured(`/${name} has a user name or a password: use auth: basic`);
  }
  return url;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** A secret that goes over a network in the clear is one no longer. */
function refusePlainHttp(settings: HttpSettings, base: URL, name: string): void {
  const isSecret = settings.auth !== "none" || settings.secretUrl !== undefined;
  const sent: [string, URL | null][] = [[name, base]];
  if (settings.tokenUrl !== undefined) sent.push(["tokenUrl", toUrl(settings.tokenUrl)]);
  for (const [setting, url] of sent) {
    if (url === null) throw misconfigured(`/${setting} is not an absolute URL`);
    if (!isSecret || settings.allowPlainHttp || url.protocol === "https:" || LOOPBACK.test(url.hostname)) continue;
    throw misconfigured(`/${setting} is not https, and credentials go there: use https, or set allowPlainHttp`);
  }
}

/** Whether an entry means a host: `api.example.com`, with a port only that one, `*.example.com` every host below it. */
function matches(entry: string, { hostname, port, protocol }: URL): boolean {
  const [, name = entry, wanted] = /^(.*?)(?::(\d{1,5}))?$/.exec(entry.toLowerCase()) ?? [];
  const actual = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  if (wanted !== undefined && wanted !== actual) return false;
  return name.startsWith("*.") ? hostname.endsWith(name.slice(1)) : hostname === name;
}

/**
 * Refuses what servers, proxies and the URL parser read in different ways: a record's value in a path must not lead out of it.
 */
function refuseUnclear(path: string): void {
  const bare = path.replace(/\?.*$/s, "");
  const isUnclear =
    /[\\\s#]|\p{Cc}/u.test(path) || bare.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part.replace(/;.*$/s, "")));
  if (!isUnclear) return;
  const problem =
    "must not have . or .. parts, spaces, backslashes or #; give values by `parameters`, which escapes them";
  throw new PatchbayError("PAYLOAD_INVALID", `/path ${problem}`, { problems: [{ path: "/path", message: problem }] });
}

function parseAbsolute(path: string): URL {
  const url = toUrl(path);
  if (url !== null) return url;
  const message = "is not a URL";
  throw new PatchbayError("PAYLOAD_INVALID", `/path ${message}`, { problems: [{ path: "/path", message }] });
}

/** Puts a path behind that of the base URL, and its query behind the base URL's. */
function behind(base: URL, path: string): URL {
  const [, given = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(path) ?? [];
  const url = new URL(base);
  if (given !== "") url.pathname = `${base.pathname.replace(/\/$/, "")}/${given.replace(/^\//, "")}`;
  if (query !== "") url.search = base.search === "" ? query : `${base.search}&${query}`;
  return url;
}

/** Gives a URL, or null for what is none. */
export function toUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
