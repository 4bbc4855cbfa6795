import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { Grammar } from "../grammar.js";
import { MAX_BUNDLE_BYTES } from "./bundle.js";
import { type CollectionIndex, INDEX_FILE, MAX_INDEX_BYTES, parseIndex } from "./collection-index.js";
import { fetchWeb, unreadable } from "./fetch-web.js";
import { withGitTree } from "./git-tree.js";
import { type GitSource, gitSourceText, parseSource } from "./source.js";
import type { SourceAccess } from "./source-access.js";

/** An index that was read, and the way to what lies beside it. */
export interface OpenedIndex {
  /** As configured. */
  readonly source: string;
  readonly index: CollectionIndex;
  /**
   * Reads a bundle that lies beside the index.
   * @throws SOURCE_INVALID when the path leads away from it. SOURCE_UNKNOWN, SOURCE_UNREADABLE, HOST_FORBIDDEN
   */
  bundle(relative: string): Promise<{ readonly resolved: string; readonly bytes: Uint8Array }>;
}

/** What indexes are read with. */
export interface IndexReading {
  readonly access: SourceAccess;
  readonly grammar: Pick<Grammar, "check">;
}

/**
 * Reads an index: a folder with an `index.json` or such a file, an address of one, or a folder of a git repository.
 *
 * @throws INDEX_INVALID, SOURCE_INVALID, SOURCE_UNKNOWN, SOURCE_UNREADABLE, HOST_FORBIDDEN, and what the work throws
 */
export async function withIndex<T>(
  source: string,
  reading: IndexReading,
  work: (opened: OpenedIndex) => Promise<T>,
): Promise<T> {
  const parsed = parseSource(source);
  if (parsed.kind === "git") return withGitIndex(parsed, reading, work);
  if (parsed.kind === "web") return work(await openWebIndex(parsed.url, { source, ...reading }));
  return work(await openFileIndex(source, reading.grammar));
}

/** An index that is not there is not what somebody has just asked for: says whose it is. */
function noIndex(source: string): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof PatchbayError) || thrown.code !== "SOURCE_UNKNOWN") throw thrown;
    throw new PatchbayError("SOURCE_UNKNOWN", `The index ${source} is not there: ${thrown.message}`, {
      cause: thrown,
      remedy:
        "COLLECTION_INDEXES names it: put an index there (patchbay collection publish makes one), or take it out.",
    });
  };
}

/** Refuses what does not lie beside the index or below it. */
function insidePath(relative: string): string {
  const parts = relative.split("/");
  const inside = parts.every((part) => part !== "" && !part.startsWith(".") && !/[\\:%?#\p{Cc}]/u.test(part));
  if (inside) return relative;
  throw new PatchbayError("SOURCE_INVALID", `"${relative}" does not lie beside the index`, {
    remedy: "Write it as bundles/shop-1.0.0.tgz, or as https://… or git+https://….",
  });
}

async function openFileIndex(source: string, grammar: IndexReading["grammar"]): Promise<OpenedIndex> {
  const path = resolve(source.endsWith(".json") ? source : join(source, INDEX_FILE));
  return {
    source,
    index: parseIndex(await readLocal(path, MAX_INDEX_BYTES).catch(noIndex(source)), source, grammar),
    bundle: async (relative) => {
      const resolved = join(dirname(path), insidePath(relative));
      return { resolved, bytes: await readLocal(resolved, MAX_BUNDLE_BYTES) };
    },
  };
}

async function openWebIndex(
  given: string,
  { source, access, grammar }: IndexReading & { readonly source: string },
): Promise<OpenedIndex> {
  const address = /\.json$/.test(new URL(given).pathname) ? given : `${given.replace(/\/+$/, "")}/${INDEX_FILE}`;
  const { url, bytes } = await fetchWeb(address, access).catch(noIndex(source));
  return {
    source,
    index: parseIndex(bytes, source, grammar),
    bundle: async (relative) => {
      const content = await fetchWeb(new URL(insidePath(relative), url).href, access);
      return { resolved: content.url, bytes: content.bytes };
    },
  };
}

function withGitIndex<T>(
  source: GitSource,
  { access, grammar }: IndexReading,
  work: (opened: OpenedIndex) => Promise<T>,
): Promise<T> {
  return withGitTree(source, access, async ({ commit, file }) => {
    const text = gitSourceText(source);
    const at = gitSourceText({ ...source, ref: commit });
    return work({
      source: text,
      index: parseIndex(await file(INDEX_FILE, MAX_INDEX_BYTES), text, grammar),
      bundle: async (relative) => {
        const bytes = await file(insidePath(relative), MAX_BUNDLE_BYTES);
        return { resolved: `${at}${source.folder === "" ? ":" : "/"}${relative}`, bytes };
      },
    });
  });
}

/**
 * Reads a file of this machine.
 * @throws SOURCE_UNKNOWN, SOURCE_UNREADABLE
 */
export async function readLocal(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw unreadable(path, "it is not a file");
    if (facts.size > maxBytes) throw unreadable(path, `it is larger than ${maxBytes} bytes`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof PatchbayError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : error;
    if (code === "ENOENT" || code === "ENOTDIR") throw new PatchbayError("SOURCE_UNKNOWN", `There is no file ${path}`);
    throw unreadable(path, String(code));
  }
}
