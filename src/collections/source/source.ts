import semver from "semver";
import { PatchbayError } from "../../core/errors.js";
import { bundleFormat } from "./bundle.js";
import { isIntegrity } from "./integrity.js";

/** Where a collection comes from, read from the text that says so. */
export type Source =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "bundle"; readonly path: string }
  /** A bundle at an address; with an integrity that its files must have. */
  | { readonly kind: "web"; readonly url: string; readonly integrity: string | null }
  | GitSource
  /** A name in an index; null for any version. */
  | { readonly kind: "name"; readonly name: string; readonly range: string | null };

/** A folder of a git repository. */
export interface GitSource {
  readonly kind: "git";
  /** `https://…` or `file://…`. */
  readonly url: string;
  /** Tag, branch or commit; null for what the repository says. */
  readonly ref: string | null;
  /** With forward slashes; empty for the repository's own. */
  readonly folder: string;
}

const namePattern = /^([a-z][a-z0-9-]{0,62})(?:@(.+))?$/;
const remedies = {
  ref: "Write it as git+https://…#v1.2.0, or with a folder as git+https://…#v1.2.0:collections/shop.",
  pin: "Write it as https://…/shop.tgz#sha512-…, with what patchbay collection pack prints.",
  range: "Write it as shop@1.2.0 or shop@^1.0.0.",
};

/**
 * Reads what a person or a program writes for a source: `./shop`, `shop.tgz`, `https://…`, `git+https://…#v1.2.0:folder`,
 * `shop`, `shop@^1.0.0`.
 *
 * @throws SOURCE_INVALID
 */
export function parseSource(text: string): Source {
  if (text === "" || /\p{Cc}/u.test(text)) throw invalid("A source is one line of text");
  if (text.startsWith("git+")) return parseGit(text);
  if (/^https?:\/\//.test(text)) return parseWeb(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw invalid(`${text.split("://")[0]} is no kind of source: use https://… or git+https://…`);
  }
  const [, name, range] = namePattern.exec(text) ?? [];
  if (name !== undefined && bundleFormat(text) === null) return { kind: "name", name, range: checkedRange(range) };
  return bundleFormat(text) === null ? { kind: "folder", path: text } : { kind: "bundle", path: text };
}

/** Writes a source of git as it is asked for. */
export function gitSourceText({ url, ref, folder }: Omit<GitSource, "kind">): string {
  const place = folder === "" ? "" : `:${folder}`;
  return `git+${url}${ref === null && folder === "" ? "" : `#${ref ?? ""}${place}`}`;
}

function parseWeb(text: string): Source {
  const url = parseUrl(text);
  const pin = url.hash.slice(1);
  url.hash = "";
  if (pin === "") return { kind: "web", url: url.href, integrity: null };
  if (isIntegrity(pin)) return { kind: "web", url: url.href, integrity: pin };
  throw invalid("What follows # is not an integrity", remedies.pin);
}

function parseGit(text: string): GitSource {
  const url = parseUrl(text.slice("git+".length));
  const fragment = decoded(url.hash.slice(1));
  url.hash = "";
  if (!["https:", "http:", "file:"].includes(url.protocol)) {
    throw invalid(`Repositories are not read by ${url.protocol.slice(0, -1)}: use git+https or git+file`);
  }
  const [ref = "", folder = "", ...more] = fragment.split(":");
  if (more.length > 0) throw invalid("There is more than one : after #", remedies.ref);
  return { kind: "git", url: url.href, ref: ref === "" ? null : checkedRef(ref), folder: checkedFolder(folder) };
}

function decoded(fragment: string): string {
  try {
    return decodeURI(fragment);
  } catch {
    throw invalid("What follows # is not written as in an address", remedies.ref);
  }
}

/** What git takes for a tag, branch or commit and for nothing else: neither an option nor a range nor a place to write to. */
function checkedRef(ref: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}$/.test(ref) && !ref.includes("..") && !ref.includes("//")) return ref;
  throw invalid(`"${ref}" is not a tag, branch or commit`, remedies.ref);
}

function checkedFolder(written: string): string {
  const folder = written.replace(/\/+$/, "");
  if (folder === "") return "";
  const parts = folder.split("/");
  if (parts.every((part) => /^[^.\s\\:-][^\\:]*$/.test(part))) return folder;
  throw invalid(`"${folder}" is not a folder inside a repository`, remedies.ref);
}

function checkedRange(range: string | undefined): string | null {
  if (range === undefined) return null;
  if (semver.validRange(range) !== null) return range;
  throw invalid(`"${range}" is not a range of versions`, remedies.range);
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw invalid(`${text} is not an address`);
  const url = new URL(text);
  if (url.username === "" && url.password === "") return url;
  // The address is kept with what is installed, and shown.
  throw invalid("An address with a name or password in it is not read: it would be kept and shown");
}

function invalid(message: string, remedy?: string): PatchbayError {
  return new PatchbayError("SOURCE_INVALID", message, remedy === undefined ? {} : { remedy });
}
