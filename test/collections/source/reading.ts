import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { readGrammar } from "../../../src/collections/grammar.js";
import type { SourceReading } from "../../../src/collections/source/read-source.js";
import { openDownloads } from "../../../src/http/open-downloads.js";
import { repositoryPath } from "../parts.js";

const run = promisify(execFile);

/** A folder with these files, which goes away with its test. */
export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  /** Runs git in it and gives what it printed. */
  git(...words: readonly string[]): Promise<string>;
}

/** Makes a folder. */
export async function testFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), "patchbay-source-"));
  const folder: TestFolder = {
    path,
    write: async (more) => {
      for (const [name, content] of Object.entries(more)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), content);
      }
    },
    git: async (...words) => {
      const nobody = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
      const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", HOME: path };
      return (await run("git", [...nobody, ...words], { cwd: path, env })).stdout.trim();
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
  await folder.write(files);
  return folder;
}

/** A repository with these files in its first commit, tagged v1.0.0. */
export async function testRepository(files: Readonly<Record<string, string | Uint8Array>>): Promise<TestFolder> {
  const folder = await testFolder(files);
  await folder.git("init", "--quiet");
  await commit(folder, "v1.0.0");
  return folder;
}

/** Commits everything and tags it. */
export async function commit(folder: TestFolder, tag: string): Promise<void> {
  await folder.git("add", "--all");
  await folder.git("commit", "--quiet", "--message", tag);
  await folder.git("tag", tag);
}

/** What a web server answers at a path: bytes, a status, or where to go. */
export type Page = Uint8Array | string | number | { readonly location: string; readonly status?: number };

/** A web server on this machine. */
export interface TestWeb extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly asked: string[];
}

/** Serves pages by their path. */
export async function testWeb(pages: Readonly<Record<string, Page>>): Promise<TestWeb> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(request.url ?? "");
    const page = pages[request.url ?? ""] ?? 404;
    if (typeof page === "number") response.writeHead(page).end();
    else if (typeof page === "string" || page instanceof Uint8Array) response.writeHead(200).end(page);
    else response.writeHead(page.status ?? 302, { location: page.location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Serves repositories below a folder as git does it, by its own program for web servers. */
export async function gitServer(root: string): Promise<AsyncDisposable & { readonly port: number; asked(): number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const { pathname, search } = new URL(request.url ?? "", "http://localhost");
    const child = spawn("git", ["http-backend"], {
      env: {
        ...{ PATH: process.env.PATH, GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: "1", HOME: root },
        ...{ PATH_INFO: pathname, QUERY_STRING: search.slice(1), REQUEST_METHOD: request.method },
        ...{
          CONTENT_TYPE: request.headers["content-type"],
          GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        },
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      },
    });
    request.pipe(child.stdin);
    void buffer(child.stdout).then((answer) => {
      const end = answer.indexOf("\r\n\r\n");
      const lines = answer.subarray(0, end).toString().split("\r\n");
      const headers = lines.map((line) => line.split(": ") as [string, string]);
      const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
      response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers)).end(answer.subarray(end + 4));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked: () => asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What sources are read with: the real client, and what a test allows. */
export async function openReading(
  given: { readonly allow?: readonly string[]; readonly indexes?: readonly string[]; readonly local?: boolean } = {},
): Promise<{ readonly reading: SourceReading } & AsyncDisposable> {
  const { allow = [], indexes = [], local = true } = given;
  const downloads = openDownloads({ timeoutMs: 5_000, maxBytes: 4_194_304, allow, userAgent: "test" });
  return {
    reading: {
      access: { ...downloads, searchPath: process.env.PATH ?? "", indexes },
      grammar: await readGrammar(repositoryPath("schemas")),
      shippedFolder: repositoryPath("collections"),
      local,
    },
    [Symbol.asyncDispose]: () => downloads.close(),
  };
}
