import { spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import { unreadable } from "./fetch-web.js";

/** How git is run. */
export interface GitRun {
  /** The repository, bare and empty at first; also git's home. */
  readonly folder: string;
  /** Where git is looked for. */
  readonly searchPath: string;
  /** What it is run for, as messages name it. */
  readonly source: string;
  /** The only protocol that it may use. */
  readonly protocol: "https" | "http" | "file";
  readonly input?: string;
}

/** One run, an answer of a network included. */
const TIMEOUT_MS = 60_000;
/** What one run may print: blobs of a whole collection, or the list of a large repository. */
const MAX_OUTPUT_BYTES = 16_777_216;
/** What the repository may grow to; the collections in it are a few megabytes. */
const MAX_REPOSITORY_BYTES = 134_217_728;
const WATCH_MS = 200;
const MAX_SHOWN = 400;

/** Nothing of the machine's or the user's configuration, no hooks, no questions, no helpers, no other programs. */
const settings: readonly string[] = [
  `core.hooksPath=${devNull}`,
  "core.askPass=",
  "credential.helper=",
  "http.followRedirects=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
  "maintenance.auto=false",
];

/**
 * Runs git and gives what it printed. Ends it, with everything it has started, when it takes too long, prints too much or fills
 * the disk.
 *
 * @throws SOURCE_UNREADABLE
 */
export async function runGit(words: readonly string[], run: GitRun): Promise<Buffer> {
  const { folder, source } = run;
  const child = spawn("git", [...settings.flatMap((setting) => ["-c", setting]), ...words], {
    cwd: folder,
    env: environmentOf(run),
    stdio: "pipe",
    // A group of its own, so that what git has started ends with it.
    detached: process.platform !== "win32",
  });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  let ended: string | null = null;
  const end = (reason: string): void => {
    ended ??= reason;
    killGroup(child.pid);
  };
  const timer = setTimeout(() => end(`it took longer than ${TIMEOUT_MS / 1_000} seconds`), TIMEOUT_MS);
  const watch = setInterval(() => {
    void sizeOf(folder).then((bytes) => {
      if (bytes > MAX_REPOSITORY_BYTES) end(`the repository is larger than ${MAX_REPOSITORY_BYTES} bytes`);
    });
  }, WATCH_MS);
  child.stdout.on(
    "data",
    collect(output, () => end(`git printed more than ${MAX_OUTPUT_BYTES} bytes`)),
  );
  child.stderr.on(
    "data",
    collect(complaints, () => end("git printed too many errors")),
  );
  // It may end before it has read everything.
  child.stdin.on("error", () => undefined).end(run.input ?? "");
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    if (ended !== null) throw unreadable(source, ended);
    if (code !== 0) throw unreadable(source, plainComplaint(Buffer.concat(complaints)));
    return Buffer.concat(output);
  } catch (error) {
    throw error instanceof PatchbayError ? error : notStarted(error);
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
  }
}

function environmentOf({ folder, searchPath, protocol }: GitRun): NodeJS.ProcessEnv {
  return {
    PATH: searchPath,
    HOME: folder,
    LC_ALL: "C",
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: protocol,
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
  };
}

function collect(chunks: Buffer[], tooMuch: () => void): (chunk: Buffer) => void {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT_BYTES) tooMuch();
    else chunks.push(chunk);
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** What a fetch has written so far; a file that goes away meanwhile does not count. */
async function sizeOf(folder: string): Promise<number> {
  const pack = join(folder, "objects", "pack");
  const names = await readdir(pack).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(pack, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function plainComplaint(complaint: Buffer): string {
  const lines = complaint.toString("utf8").split(/[\r\n]+/);
  const said = lines.map((line) => line.replaceAll(/\p{Cc}/gu, " ").trim()).filter((line) => line !== "");
  const fatal = said.findLast((line) => /^(fatal|error): /.test(line));
  return `git says: ${(fatal ?? said.at(-1) ?? "nothing").slice(0, MAX_SHOWN)}`;
}

function notStarted(cause: unknown): PatchbayError {
  const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  const message = missing ? "git is not installed, or not in PATH" : "git cannot be run";
  const remedy = "Install git 2.37 or newer where the source is read, or use a bundle: https://…/shop.tgz.";
  return new PatchbayError("SOURCE_UNREADABLE", message, { remedy, cause });
}
