import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { processEnvironment } from "../config/process-environment.js";
import type { JobMessage, JobNews } from "./job.js";

/** How much a job may take. */
export interface JobLimits {
  /** Wall clock, in milliseconds. */
  readonly timeoutMs: number;
  /** Heap of the process, in mebibytes. */
  readonly heapMb: number;
  /** All of its memory, in mebibytes. */
  readonly memoryMb: number;
}

/** Why a job has ended before its end. */
export type Cut = "time" | "memory" | "stopped" | "crashed";

/** What a job is run with. */
export interface JobRun {
  readonly limits: JobLimits;
  /** Ends it when nobody waits for it any more. */
  readonly stop: AbortSignal;
  /** Told of everything that the process says. */
  readonly onNews: (news: JobNews) => void;
}

/** Behind whatever answers requests, whose turn comes first on a machine with few processors. */
const NICENESS = 10;

const program = fileURLToPath(new URL("./workshop-process.js", import.meta.url));

/**
 * Runs a job in a process of its own, which knows nothing of this one's environment but where programs lie, and ends it when it takes
 * more than it may.
 *
 * @returns Null when it has said how it ended, else why it was ended.
 */
export function runJob(
  message: Pick<JobMessage, "job" | "config">,
  { limits, stop, onNews }: JobRun,
): Promise<Cut | null> {
  return new Promise((resolve) => {
    const { timeoutMs, heapMb, memoryMb } = limits;
    const child = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, program], {
      env: { PATH: processEnvironment().PATH ?? "" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    let ended = false;
    let cut: Cut | null = null;
    const end = (why: Cut): void => {
      cut ??= why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => end("time"), timeoutMs);
    const onStop = (): void => end("stopped");
    stop.addEventListener("abort", onStop);
    child.on("message", (news: JobNews) => {
      if (news.kind === "too-large") cut ??= "memory";
      ended ||= news.kind === "done" || news.kind === "failed";
      onNews(news);
    });
    const finish = (signal: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", onStop);
      // V8 aborts when its heap is full, and the system ends the largest when all memory is.
      const isFull = signal === "SIGABRT" || signal === "SIGKILL";
      resolve(ended ? null : (cut ?? (isFull ? "memory" : "crashed")));
    };
    // A process that could not be started does not close.
    child.once("error", () => finish(null));
    child.once("close", (_code, signal) => finish(signal));
    lowerPriority(child.pid);
    child.send({ ...message, maxBytes: memoryMb * 1_048_576 } satisfies JobMessage, () => {});
    if (stop.aborted) onStop();
  });
}

/** A system that does not allow it runs the job as it runs everything. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICENESS);
  } catch {
    return;
  }
}
