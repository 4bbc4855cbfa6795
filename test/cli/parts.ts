import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runCli as runCommand } from "../../src/cli/cli.js";
import { createTerminal, type Terminal } from "../../src/cli/terminal.js";
import { coverageFolder } from "../../testing/coverage.js";

const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));
const standardTimeoutMs = 15_000;

/** One request that the scripted server got. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** What the scripted server answers. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Answers one request, or gives null for "no such address". */
export type Script = (request: SeenRequest) => ScriptedAnswer | null;

/** A server that says what a test wants: it stands for a Patchbay server at its HTTP surface. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Resolves at the first request. */
  readonly requested: Promise<unknown>;
  /** Resolves when a request for this path has come, before or after. */
  asked(method: string, path: string): Promise<void>;
}

/** Starts a scripted server on a free port. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const requests = new EventEmitter();
  const requested = once(requests, "request");
  const server = createServer((request, response) => {
    void readRequest(request).then((read) => {
      seen.push(read);
      requests.emit("request");
      answer(response, script(read) ?? unknownRoute(read));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    requested,
    async asked(method, path) {
      const isIt = (request: SeenRequest) => request.method === method && request.path === path;
      while (!seen.some(isIt)) await once(requests, "request");
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    authorization: request.headers.authorization,
    body: text === "" ? null : JSON.parse(text),
  };
}

function answer(response: ServerResponse, { status = 200, headers = {}, body }: ScriptedAnswer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

function unknownRoute({ method, path }: SeenRequest): ScriptedAnswer {
  return problemAnswer(404, { code: "ROUTE_UNKNOWN", detail: `${method} ${path}` });
}

/** A problem document as the API gives it. */
export function problemAnswer(status: number, members: { code: string; detail: string; [name: string]: unknown }) {
  return {
    status,
    body: { type: "about:blank", title: members.code, status, instance: "req_1", remedy: "Fix it.", ...members },
  };
}

/** Where a command looks at a collection before it installs it. */
export const examination = "/api/v1/collections/examine";

export const integrity = `sha512-${"A".repeat(86)}==`;

/** What the server says of a collection that it has looked at. */
export const examined = {
  origin: {
    source: "twilio",
    resolved: "https://example.com/twilio.tgz",
    integrity,
    version: "1.0.0",
    publisher: null,
  },
  name: "twilio",
  title: "Twilio",
  summary: "",
  requires: {},
  parameters: {},
  publisher: null,
  needsTrust: false,
  problems: [],
};

/** Where a command asks what an installation would do. */
export const planning = "/api/v1/collections/plan";

export const planHash = "b".repeat(64);

/** What the server says that an installation would do. */
export const planned = {
  hash: planHash,
  collections: [
    {
      ...{ name: "twilio", title: "Twilio", action: "install", from: null, to: "1.0.0", requiredBy: [] },
      ...{ origin: examined.origin, needsTrust: false, changelog: null, warnings: [] },
      overlays: [],
      objects: [{ kind: "flow", name: "twilio/welcome", action: "create", diff: "+title: Welcome" }],
    },
  ],
  starts: [{ flow: "twilio/welcome", change: "waits", message: "is off until somebody switches it on" }],
  connectors: ["twilio"],
  hosts: ["api.twilio.com"],
  compatibility: [],
};

/** The request that asked for an installation. */
export function installationOf({ seen }: Pick<ScriptedServer, "seen">): SeenRequest | undefined {
  return seen.find(({ method, path }) => method === "POST" && path === "/api/v1/collections/install");
}

/** One page of a list as the API gives it. */
export function pageAnswer(items: readonly unknown[], next: string | null = null): ScriptedAnswer {
  return { body: { items, next } };
}

/** How a command is run. */
export interface CliOptions {
  /** Where the command finds its server; nobody listens at the one it gets without. */
  readonly url?: string;
  readonly stdin?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** What a finished command left. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command line in this process, until it ends and holds nothing that would keep a process alive. What only a process
 * has (signals, pipes that break, a start) is for `startCli`, which costs a second of a processor.
 */
export async function runCli(words: readonly string[], options: CliOptions = {}): Promise<Finished> {
  const { stdin = "", timeoutMs = standardTimeoutMs } = options;
  using _zone = inTimeZone(options.variables?.TZ);
  await setImmediate(); // The test's own timer runs from here on.
  const before = heldResources();
  const [stdout, stderr] = [collectText(), collectText()];
  const stop = AbortSignal.timeout(timeoutMs);
  const exitCode = await runCommand(words, {
    stdin: new PassThrough().end(stdin),
    stdout: stdout.stream,
    stderr: stderr.stream,
    variables: variablesOf(options),
    stop,
  });
  while (holdsMore(before)) {
    if (stop.aborted) throw new Error(`patchbay ${words.join(" ")} would go on: ${heldResources()} after ${before}`);
    await setImmediate();
  }
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

/** Nothing of this machine's environment but what finds programs. */
function variablesOf({ url, variables }: CliOptions): Record<string, string | undefined> {
  return { PATH: process.env.PATH, PATCHBAY_URL: url ?? "http://127.0.0.1:1", ...variables };
}

/** Sets the zone of this process, which Node looks up whenever it changes. */
function inTimeZone(zone: string | undefined): Disposable {
  const before = process.env.TZ;
  const set = (to: string | undefined): void => {
    if (to === undefined) delete process.env.TZ;
    else process.env.TZ = to;
  };
  if (zone !== undefined) set(zone);
  return { [Symbol.dispose]: () => set(before) };
}

function collectText(): { readonly stream: PassThrough; text(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}

/** What keeps this process alive, but for sockets: the test's own server has some, too. */
function heldResources(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind !== "TCPSocketWrap");
}

function holdsMore(before: readonly string[]): boolean {
  const now = heldResources();
  const number = (held: readonly string[], kind: string): number => held.filter((one) => one === kind).length;
  return now.some((kind) => number(now, kind) > number(before, kind));
}

/** Starts the command line as a process of its own and leaves it running: the caller ends it. */
export function startCli(
  words: readonly string[],
  options: CliOptions = {},
): { readonly process: ChildProcessWithoutNullStreams; readonly finished: Promise<Finished> } {
  const child = spawn(process.execPath, [main, ...words], {
    env: { NODE_V8_COVERAGE: coverageFolder, ...variablesOf(options) },
    timeout: options.timeoutMs ?? standardTimeoutMs,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // A command may end before it has read everything.
  child.stdin.on("error", () => undefined);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { process: child, finished };
}

/** Makes a folder with these files, which goes away with its test. */
export async function temporaryFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "patchbay-cli-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Waits for the first line that a command writes on standard output; rejects when it ends without one. */
export function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  return lineWith(child, "");
}

/** Waits for a line on standard output that contains some text; rejects when the command ends without one. */
export function lineWith(child: ChildProcessWithoutNullStreams, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let written = "";
    child.stdout.on("data", (chunk: string) => {
      written += chunk;
      const line = written
        .split("\n")
        .slice(0, -1)
        .find((candidate) => candidate.includes(text));
      if (line !== undefined) resolve(line);
    });
    child.on("close", () => reject(new Error(`it ended without "${text}": ${written}`)));
  });
}

/** A terminal of this process, as if a person sat in front of it. */
export interface Screen {
  readonly terminal: Terminal;
  type(text: string): void;
  out(): string;
  err(): string;
  /** Waits until standard error shows some text, and gives all that it showed. */
  errUntil(text: string): Promise<string>;
}

/** Opens a terminal with a person in front of it. */
export function openScreen({ json = false, colours = true, columns = 80 } = {}): Screen {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const tty = { isTTY: true, columns, hasColors: () => colours };
  const stdout = Object.assign(new PassThrough(), tty);
  const stderr = Object.assign(new PassThrough(), tty);
  return {
    terminal: createTerminal({ stdin, stdout, stderr }, { json }),
    type: (text) => stdin.write(text),
    out: () => String(stdout.read() ?? ""),
    err: () => String(stderr.read() ?? ""),
    async errUntil(text) {
      let shown = String(stderr.read() ?? "");
      while (!shown.includes(text)) {
        await once(stderr, "readable");
        shown += String(stderr.read() ?? "");
      }
      return shown;
    },
  };
}
