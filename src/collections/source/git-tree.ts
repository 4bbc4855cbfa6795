import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { CollectionFiles } from "../installer.js";
import { requireSafe, unreadable } from "./fetch-web.js";
import { gatherFiles, refusedFile } from "./gather-files.js";
import { type GitRun, runGit } from "./run-git.js";
import { type GitSource, gitSourceText } from "./source.js";
import type { SourceAccess } from "./source-access.js";

/** A folder of a repository at one commit. */
export interface GitTree {
  readonly commit: string;
  /** @throws COLLECTION_INVALID for links, submodules and whatever else a collection may not have */
  files(): Promise<CollectionFiles>;
  /** @throws SOURCE_UNKNOWN, SOURCE_UNREADABLE when it is larger than this */
  file(path: string, maxBytes: number): Promise<Uint8Array>;
}

interface Blob {
  readonly mode: string;
  readonly id: string;
  readonly bytes: number;
}

type Run = (words: readonly string[], input?: string) => Promise<Buffer>;

/** `http.curloptResolve`, by which git calls the address that was judged. */
const OLDEST_GIT = [2, 37] as const;

/**
 * Fetches one commit and gives its files, without ever checking them out: they are read from git's own objects, so no hook,
 * no filter, no attribute and no link of the repository has any effect. The repository is gone when the work is over.
 *
 * @throws SOURCE_UNKNOWN, SOURCE_UNREADABLE, HOST_FORBIDDEN, and what the work throws
 */
export async function withGitTree<T>(
  source: GitSource,
  access: SourceAccess,
  work: (tree: GitTree) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-git-"));
  try {
    const run: Run = (words, input) => runGit(words, { ...runOf(source, access), folder, ...(input ? { input } : {}) });
    const commit = await fetchCommit(source, { run, access });
    const blobs = await listBlobs(source, { run, commit });
    return await work({
      commit,
      files: () => readFiles(blobs, run),
      file: (path, maxBytes) => readFile(path, { blobs, run, maxBytes, source: gitSourceText(source) }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runOf(source: GitSource, { searchPath }: SourceAccess): Omit<GitRun, "folder"> {
  const protocol = new URL(source.url).protocol.slice(0, -1);
  return {
    searchPath,
    source: gitSourceText(source),
    protocol: protocol === "file" || protocol === "http" ? protocol : "https",
  };
}

async function fetchCommit(source: GitSource, { run, access }: { run: Run; access: SourceAccess }): Promise<string> {
  await run(["init", "--quiet", "--bare", "--template=", "."]);
  const pins = await pinsOf(source, { run, access });
  const fetch = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules"];
  await run([...pins, ...fetch, "--", source.url, source.ref ?? "HEAD"]).catch((error: PatchbayError) => {
    if (!/couldn't find remote ref/.test(error.message)) throw error;
    throw new PatchbayError("SOURCE_UNKNOWN", `${source.url} has no tag or branch ${source.ref ?? "HEAD"}`);
  });
  return (await run(["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"])).toString().trim();
}

/** Git looks a name up by itself, and may get another answer: it is told the addresses that were judged. */
async function pinsOf(
  { url }: GitSource,
  { run, access }: { run: Run; access: SourceAccess },
): Promise<readonly string[]> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol === "file:") return [];
  requireSafe(new URL(url), access);
  await requireVersion(run);
  const host = { hostname, port: port || (protocol === "https:" ? "443" : "80") };
  const addresses = await addressesOf(host, { url, access });
  const bare = hostname.replace(/^\[|\]$/g, "");
  const written = addresses.map((address) => (address.includes(":") ? `[${address}]` : address));
  return ["-c", `http.curloptResolve=${bare}:${host.port}:${written.join(",")}`];
}

async function addressesOf(
  host: { readonly hostname: string; readonly port: string },
  { url, access }: { url: string; access: SourceAccess },
): Promise<readonly string[]> {
  try {
    return await access.addressesOf(host);
  } catch (error) {
    if (error instanceof PatchbayError && error.code !== "HOST_FORBIDDEN") throw unreadable(url, error.message);
    throw error;
  }
}

async function requireVersion(run: Run): Promise<void> {
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec((await run(["version"])).toString())?.map(Number) ?? [];
  if (major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1])) return;
  throw unreadable("The repository", `git ${major}.${minor} is too old, ${OLDEST_GIT.join(".")} or newer is needed`);
}

async function listBlobs(
  source: GitSource,
  { run, commit }: { run: Run; commit: string },
): Promise<ReadonlyMap<string, Blob>> {
  const listed = await run(["ls-tree", "-r", "-z", "-l", `${commit}:${source.folder}`]).catch(
    (error: PatchbayError) => {
      if (!/not a valid object|not a tree/i.test(error.message)) throw error;
      throw new PatchbayError(
        "SOURCE_UNKNOWN",
        `${source.url} has no folder ${source.folder} at ${source.ref ?? "HEAD"}`,
      );
    },
  );
  const blobs = new Map<string, Blob>();
  for (const line of listed.toString("utf8").split("\0")) {
    const [, mode, id, bytes, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line) ?? [];
    if (mode && id && path) blobs.set(path, { mode, id, bytes: Number(bytes) || 0 });
  }
  return blobs;
}

/** Names that begin with a dot are left out, as in a folder: repositories have many. */
async function readFiles(blobs: ReadonlyMap<string, Blob>, run: Run): Promise<CollectionFiles> {
  const wanted = [...blobs].filter(([path]) => !path.split("/").some((part) => part.startsWith(".")));
  if (!wanted.some(([path]) => path === "collection.yaml")) {
    throw new PatchbayError("SOURCE_UNKNOWN", "There is no collection.yaml in this folder of the repository");
  }
  const gathering = gatherFiles();
  for (const [path, { mode, bytes }] of wanted) {
    if (mode === "160000") throw refusedFile(path, "is a submodule; a collection has files only");
    if (mode === "120000") throw refusedFile(path, "is a symbolic link; links are not followed");
    gathering.announce(path, bytes);
  }
  const contents = await readBlobs(
    wanted.map(([, blob]) => blob),
    run,
  );
  for (const [index, [path]] of wanted.entries()) gathering.add(path, contents[index] ?? new Uint8Array());
  return gathering.finish();
}

async function readFile(
  path: string,
  { blobs, run, maxBytes, source }: { blobs: ReadonlyMap<string, Blob>; run: Run; maxBytes: number; source: string },
): Promise<Uint8Array> {
  const blob = blobs.get(path);
  if (!blob?.mode.startsWith("100")) {
    throw new PatchbayError("SOURCE_UNKNOWN", `There is no file ${path} at ${source}`, { source });
  }
  if (blob.bytes > maxBytes) throw unreadable(source, `${path} is larger than ${maxBytes} bytes`);
  const [content = new Uint8Array()] = await readBlobs([blob], run);
  return content;
}

/** `cat-file --batch` prints for each object a line with its size, its content and a line break. */
async function readBlobs(blobs: readonly Blob[], run: Run): Promise<Uint8Array[]> {
  const printed = await run(["cat-file", "--batch"], blobs.map(({ id }) => `${id}\n`).join(""));
  let at = 0;
  return blobs.map(({ bytes }) => {
    const begin = printed.indexOf("\n", at) + 1;
    at = begin + bytes + 1;
    return printed.subarray(begin, begin + bytes);
  });
}
