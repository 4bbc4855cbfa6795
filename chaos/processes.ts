import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { processEnvironment } from "../src/config/process-environment.js";
import type { Asked, Told } from "./protocol.js";

/** Which child to start. */
export interface ChildPlan {
  /** Compiled script beside this one, without its extension. */
  readonly script: "server" | "vendor";
  /** The whole environment but PATH: nothing of the caller's settings leaks in. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How a child ended. */
export interface Ending {
  readonly signal: string | null;
  readonly code: number | null;
  /** The end of what it wrote to standard error. */
  readonly lastWords: string;
}

/** A running child process. */
export interface Child {
  /** Resolves with the URL it listens on; never when it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ending>;
  ask(asked: Asked): void;
  /** Ends it at once, as if the power had gone. */
  kill(): void;
}

/** Every child process and the folder of one run, so that all of it can be cleared away in every case. */
export interface Processes {
  /** Where the database and the log of the server are. */
  readonly folder: string;
  start(plan: ChildPlan): Child;
  /** Adds to the log. */
  log(text: Buffer): void;
  /** Kills what still runs and removes the folder, unless it is to be kept. Safe to call again. */
  clear(): void;
}

const KEPT_OUTPUT = 4_000;

/** Opens a household without children, in a new folder. */
export function openProcesses({ keep }: { readonly keep: boolean }): Processes {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-chaos-"));
  const children = new Set<ChildProcess>();
  const log = createWriteStream(join(folder, "server.log"), { flags: "a" });
  log.on("error", () => undefined);
  const write = (text: Buffer): void => {
    if (!log.destroyed) log.write(text);
  };
  return {
    folder,
    log: write,
    start(plan) {
      const child = spawnChild(plan, folder);
      children.add(child);
      child.once("exit", () => children.delete(child));
      child.stderr?.on("data", write);
      return toChild(child);
    },
    clear() {
      for (const child of children) child.kill("SIGKILL");
      log.destroy();
      if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Has everything cleared away when this process ends, by Ctrl-C and by a defect of its own too. */
export function clearAtExit(processes: Processes): void {
  process.on("exit", () => processes.clear());
  for (const [name, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const, ["SIGHUP", 129] as const]) {
    process.on(name, () => process.exit(code));
  }
}

function spawnChild({ script, environment }: ChildPlan, folder: string): ChildProcess {
  const path = fileURLToPath(new URL(`./${script}.js`, import.meta.url));
  return spawn(process.execPath, [path], {
    env: { PATH: processEnvironment().PATH, ...environment },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    cwd: folder,
  });
}

function toChild(child: ChildProcess): Child {
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-KEPT_OUTPUT);
  });
  const ended = new Promise<Ending>((resolve) => {
    child.once("error", (error) => resolve({ signal: null, code: null, lastWords: String(error) }));
    child.once("close", (code, signal) => resolve({ code, signal, lastWords }));
  });
  const ready = new Promise<string>((resolve) => {
    child.on("message", (told) => resolve((told as Told).url)); // only our own scripts have the other end
  });
  // A child that has just died cannot be told anything: its end is what matters then.
  const ask = (asked: Asked): void => void (child.connected && child.send(asked, () => undefined));
  return {
    ready,
    ended,
    ask,
    kill: () => void child.kill("SIGKILL"),
  };
}
