import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What to start, and how. */
export interface ChildPlan {
  /** What people call it, for error messages. */
  readonly title: string;
  /** Compiled script. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Options for node itself. */
  readonly nodeOptions?: readonly string[];
  /** The whole environment but PATH, which is passed on: nothing of the caller's settings leaks in. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Whether the child talks to us over a channel; it then ends itself when we are gone. */
  readonly channel?: boolean;
  /** Whether it ends by itself when it is done. */
  readonly endsItself?: boolean;
}

/** A running child process. */
export interface Child {
  readonly title: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Resolves when it has ended as it should; never when it has not, which fails the run instead. */
  readonly ended: Promise<void>;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

const STOP_MS = 15_000;
const KEPT_OUTPUT = 4_000;
const LAST_WORDS_MS = 200;

/**
 * Owns everything a bench run leaves lying around, child processes and temporary folders, so that all of it can be
 * cleared away in every case. Whatever goes wrong anywhere aborts `signal`.
 */
export class Household {
  readonly #children = new Set<ChildProcess>();
  readonly #folders = new Set<string>();
  readonly #trouble = new AbortController();

  /** Has everything cleared away when this process ends, also by Ctrl-C. */
  guardProcess(): void {
    process.on("exit", () => this.clear());
    for (const [name, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const, ["SIGHUP", 129] as const]) {
      process.on(name, () => process.exit(code));
    }
  }

  /** Aborted by the first failure; its reason is that failure. */
  get signal(): AbortSignal {
    return this.#trouble.signal;
  }

  /**
   * Reports a failure; every `pause` and `within` then rejects with it, and so does this. It waits a moment first:
   * a child that dies breaks its connections before its end is noticed, and its last words explain more.
   */
  async fail(error: Error): Promise<never> {
    await delay(LAST_WORDS_MS);
    this.#trouble.abort(error);
    throw this.signal.reason;
  }

  /** Waits, unless something fails meanwhile. */
  async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.signal }).catch(() => this.signal.throwIfAborted());
  }

  /** Gives what `work` gives, or fails after `ms`, or when something else fails meanwhile. */
  async within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
    const over = new AbortController();
    const tooLate = delay(ms, undefined, { signal: AbortSignal.any([this.signal, over.signal]) }).then(
      () => Promise.reject(new Error(`${what} took longer than ${ms} ms`)),
      () => Promise.reject(this.signal.reason),
    );
    try {
      return await Promise.race([work, tooLate]);
    } finally {
      tooLate.catch(() => {});
      over.abort();
    }
  }

  /** Makes a temporary folder that goes when the run ends. */
  makeFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "patchbay-bench-"));
    this.#folders.add(folder);
    return folder;
  }

  /** Removes a folder made here before the end of the run. */
  removeFolder(folder: string): void {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    this.#folders.delete(folder);
  }

  /** Starts a child process. Its ending before it is stopped, or with a failure, is a failure of the run. */
  start(plan: ChildPlan): Child {
    const child = this.#spawn(plan);
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
    });
    let mayEnd = plan.endsItself ?? false;
    child.on("error", (error) => this.#trouble.abort(error));
    const ended = new Promise<void>((resolve) => {
      child.on("exit", (code, signal) => {
        this.#children.delete(child);
        if (mayEnd && code === 0) return resolve();
        const early = mayEnd ? "did not end well" : "ended by itself";
        this.#trouble.abort(
          new Error(`${plan.title} ${early} (${signal ?? `exit code ${code}`}). It said last:\n${output}`),
        );
      });
    });
    const stop = async (): Promise<void> => {
      mayEnd = true;
      child.kill("SIGTERM");
      await this.within(STOP_MS, ended, `Stopping ${plan.title}`);
    };
    return { title: plan.title, pid: child.pid ?? 0, process: child, ended, stop };
  }

  #spawn({ script, args = [], nodeOptions = [], environment = {}, folder, channel = false }: ChildPlan): ChildProcess {
    const child = spawn(process.execPath, [...nodeOptions, script, ...args], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "ignore", "pipe", ...(channel ? (["ipc"] as const) : [])],
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    this.#children.add(child);
    return child;
  }

  /** Kills what still runs and removes what is left. Safe to call again. */
  clear(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    for (const folder of this.#folders) this.removeFolder(folder);
  }
}
