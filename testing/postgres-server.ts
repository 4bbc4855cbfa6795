import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, readFile, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { freePort } from "./free-port.js";
import { postgresBinaries, type ServerUser, serverUser } from "./postgres-binaries.js";

/** A real PostgreSQL server on a port and a folder of its own. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Where its data and nothing else is. */
  readonly folder: string;
  /** Process id of its main process, whose children do the work. */
  pid(): Promise<number>;
  /** How a database of it is reached. */
  url(database: string): string;
  /** Makes an empty database. @returns its url */
  createDatabase(): Promise<string>;
  /** Starts it again after `stop`. */
  start(): Promise<void>;
  /** `fast` breaks connections off in order, `immediate` without writing anything more, `kill` is SIGKILL. */
  stop(how: "fast" | "immediate" | "kill"): Promise<void>;
}

const START_MS = 30_000;
const signals = { fast: "SIGINT", immediate: "SIGQUIT", kill: "SIGKILL" } as const;

/**
 * Runs the server, and ends it and removes its folder when standard input ends: that happens however this process ends,
 * so that a test run that is killed leaves nothing behind. Told `keep` it leaves the ending to whoever has said so, and
 * told `quit` it keeps the folder, for a server that is to be started again. With `KEEP` it keeps the folder in any case.
 */
const watchdog = `"$@" </dev/null & server=$!
read -r word
[ "$word" = keep ] || kill -QUIT $server 2>/dev/null
wait $server
case "$word" in keep|quit) ;; *) [ -n "$KEEP" ] || rm -rf "$FOLDER" ;; esac`;

let shared: Promise<PostgresServer> | null = null;

/** The one server of a test run, started when it is first asked for; it ends with this process. */
export function sharedPostgresServer(): Promise<PostgresServer> {
  shared ??= startPostgresServer();
  return shared;
}

/** How to start a server. */
export interface ServerOptions {
  /** Whether its folder stays when it has ended. */
  readonly keep?: boolean;
  /** Of postgresql.conf, such as `shared_buffers=1GB`. */
  readonly settings?: readonly string[];
  /** Is given what the server writes to its log. */
  readonly onLog?: (text: Buffer) => void;
}

/** Starts a server; whoever asks for it disposes of it. */
export async function startPostgresServer({
  keep = false,
  settings = [],
  onLog,
}: ServerOptions = {}): Promise<PostgresServer> {
  const [binaries, user] = [await postgresBinaries(), serverUser()];
  const folder = await mkdtemp(join(tmpdir(), "patchbay-server-"));
  if (user !== null) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const initdb = ["-D", data, "-U", "patchbay", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  await promisify(execFile)(join(binaries, "bin", "initdb"), initdb, { ...user, cwd: folder });
  const port = await freePort();
  const url = (database: string): string => `postgres://patchbay@127.0.0.1:${port}/${database}`;
  const begin = (): Promise<ChildProcess> => launch({ binaries, folder, port, user, keep, settings, onLog });
  const pid = async (): Promise<number> =>
    Number((await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[0]);
  let databases = 0;
  let watcher: ChildProcess | null = await begin();

  async function stop(how: keyof typeof signals, word: "keep" | "remove"): Promise<void> {
    if (watcher === null) return;
    const main = await pid();
    const exited = once(watcher, "exit");
    watcher.stdin?.end(`${word}\n`);
    watcher = null;
    process.kill(main, signals[how]);
    await exited;
  }

  return {
    port,
    folder,
    pid,
    url,
    createDatabase: async () => {
      const name = `database_${++databases}`;
      await perform(url("postgres"), `CREATE DATABASE ${name}`);
      return url(name);
    },
    start: async () => {
      watcher ??= await begin();
    },
    stop: (how) => stop(how, "keep"),
    [Symbol.asyncDispose]: async () => {
      await stop("immediate", "remove");
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Launch {
  readonly binaries: string;
  readonly folder: string;
  readonly port: number;
  readonly user: ServerUser | null;
  readonly keep: boolean;
  readonly settings: readonly string[];
  readonly onLog: ((text: Buffer) => void) | undefined;
}

const standing = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "log_lock_waits=on"];

async function launch({ binaries, folder, port, user, keep, settings, onLog }: Launch): Promise<ChildProcess> {
  const server = [join(binaries, "bin", "postgres"), "-D", join(folder, "data"), "-p", `${port}`];
  const command = [...server, ...[...standing, ...settings].flatMap((setting) => ["-c", setting])];
  const end = Date.now() + START_MS;
  for (;;) {
    const watcher = spawn("/bin/sh", ["-c", watchdog, "sh", ...command], {
      ...user,
      cwd: folder,
      env: { PATH: "/usr/bin:/bin", FOLDER: folder, KEEP: keep ? "1" : "", LC_ALL: "C" },
      stdio: ["pipe", "ignore", "pipe"],
    });
    const said: string[] = [];
    watcher.stderr?.on("data", (text: Buffer) => said.push(text.toString()));
    if (onLog !== undefined) watcher.stderr?.on("data", onLog);
    if (await answers(port, said)) return letGo(watcher);
    watcher.stdin?.end("quit\n");
    await once(watcher, "exit");
    if (Date.now() > end) throw new Error(`The PostgreSQL server does not start:\n${said.join("")}`);
    await pause(200);
  }
}

/** Nobody waits for the server to end: this process may end first, and takes it along. */
function letGo(watcher: ChildProcess): ChildProcess {
  watcher.unref();
  for (const stream of [watcher.stdin, watcher.stderr]) if (stream instanceof Socket) stream.unref();
  return watcher;
}

/** Waits until the server takes connections; false when it says that it cannot start. */
async function answers(port: number, said: readonly string[]): Promise<boolean> {
  const end = Date.now() + START_MS;
  while (Date.now() < end && !/FATAL: .*(lock file|shared memory|could not)/.test(said.join(""))) {
    try {
      await perform(`postgres://patchbay@127.0.0.1:${port}/postgres`, "SELECT 1");
      return true;
    } catch {
      await pause(20);
    }
  }
  return false;
}

/** Performs one statement, as another program would. */
export async function perform(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
