import { type NamedTest, type ReportedTest, toReport } from "../collections/golden-report.js";
import type { MadeCollection, Tested, Workshop } from "../collections/workshop.js";
import { PatchbayError } from "../core/errors.js";
import type { Job, JobNews, WorkshopConfig } from "./job.js";
import { type Cut, type JobLimits, runJob } from "./run-job.js";

/** Jobs that may wait; one runs at a time, so that the others of this machine keep their processors. */
const MAX_WAITING = 8;

const standard: JobLimits = Object.freeze({ timeoutMs: 120_000, heapMb: 256, memoryMb: 768 });

/** A workshop that can be closed. */
export interface OpenWorkshop extends Workshop {
  /** Ends the job under way and those that wait. */
  close(): Promise<void>;
}

/** Opens a workshop. No process is started before there is a job. */
export function openWorkshop(config: WorkshopConfig, limits: JobLimits = standard): OpenWorkshop {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** In turn, unless nobody waits for it any more when its turn comes. */
  async function run(job: Job, stop: AbortSignal, onNews: (news: JobNews) => void): Promise<Cut | null> {
    if (closing.signal.aborted) throw stopping();
    if (waiting > MAX_WAITING) throw overloaded(limits);
    waiting += 1;
    const either = AbortSignal.any([stop, closing.signal]);
    const turn = last.then(() =>
      either.aborted ? "stopped" : runJob({ job, config: pick(config) }, { limits, stop: either, onNews }),
    );
    last = turn;
    try {
      return await turn;
    } finally {
      waiting -= 1;
    }
  }

  function refuse(cut: Cut): PatchbayError {
    if (cut === "stopped") return stopping();
    if (cut === "crashed")
      return new PatchbayError("INTERNAL_ERROR", "The process of the workshop has ended by itself");
    return new PatchbayError("COLLECTION_TOO_COSTLY", `It was given up: ${wordsFor(cut, limits)}`);
  }

  return {
    test: async (order, stop) => {
      const heard = listenToTests();
      const cut = await run({ kind: "test", order }, stop, heard.listen);
      if (cut === null) return heard.result();
      const tested = cut === "stopped" ? null : heard.upTo(wordsFor(cut, limits), limits.timeoutMs);
      if (tested === null) throw refuse(cut);
      return tested;
    },
    make: async (order, stop) => {
      const heard = listen<MadeCollection>();
      const cut = await run({ kind: "make", order }, stop, heard.listen);
      if (cut !== null) throw refuse(cut);
      return heard.result();
    },
    close: async () => {
      closing.abort();
      await last;
    },
  };
}

/** The rest of a configuration has secrets in it: the process does not get them. */
function pick(config: WorkshopConfig): WorkshopConfig {
  const { callTimeoutMs, translatorTimeoutMs, translatorMemoryMb, outboundAllow, collectionIndexes } = config;
  return { callTimeoutMs, translatorTimeoutMs, translatorMemoryMb, outboundAllow, collectionIndexes };
}

function wordsFor(cut: Exclude<Cut, "stopped">, { timeoutMs, memoryMb }: JobLimits): string {
  if (cut === "time") return `all of it together may take ${timeoutMs / 1_000} s`;
  if (cut === "memory") return `it needs more memory than the ${memoryMb} MB that there are for it`;
  return "the process that it ran in has ended by itself";
}

interface Heard<T> {
  readonly listen: (news: JobNews) => void;
  /** What was done. @throws what went wrong */
  result(): T;
}

function listen<T extends Tested | MadeCollection>(): Heard<T> {
  let end: Extract<JobNews, { kind: "done" | "failed" }> | null = null;
  return {
    listen: (news) => {
      if (news.kind === "done" || news.kind === "failed") end = news;
    },
    result: () => {
      if (end === null) throw new Error("the job has said how it ended");
      if (end.kind === "failed") throw new PatchbayError(end.code, end.message, end.details);
      return end.result as T; // each kind of job has one kind of result
    },
  };
}

interface HeardTests extends Heard<Tested> {
  /** What was heard before it was ended; null when it had not begun. */
  upTo(reason: string, elapsedMs: number): Tested | null;
}

function listenToTests(): HeardTests {
  const heard = listen<Tested>();
  const done: ReportedTest[] = [];
  let began: Extract<JobNews, { kind: "began" }> | null = null;
  return {
    ...heard,
    listen: (news) => {
      heard.listen(news);
      if (news.kind === "began") began = news;
      if (news.kind === "tested") done.push(news.test);
    },
    upTo: (reason, elapsedMs) => {
      if (began === null) return null;
      const [current, ...others] = began.tests.slice(done.length);
      // All tests have ended: it was the fuzzing that did not.
      if (current === undefined) return null;
      const spentMs = done.reduce((sum, test) => sum + test.elapsedMs, 0);
      const stuck = unfinished(current, `it did not come to its end: ${reason}`, Math.max(0, elapsedMs - spentMs));
      const never = others.map((test) => unfinished(test, `it was not begun: ${reason}`, 0));
      return { subject: began.subject, report: toReport(began.subject, [...done, stuck, ...never], null) };
    },
  };
}

function unfinished(test: NamedTest, problem: string, elapsedMs: number): ReportedTest {
  return {
    ...test,
    ...{ passed: false, elapsedMs },
    mismatches: [{ about: "given", problem, expected: null, got: null, diff: [] }],
  };
}

function overloaded({ timeoutMs }: JobLimits): PatchbayError {
  return new PatchbayError("SERVER_OVERLOADED", `${MAX_WAITING} collections wait to be tested or made already`, {
    retryAfterMs: Math.min(10_000, timeoutMs),
  });
}

function stopping(): PatchbayError {
  return new PatchbayError("SERVER_STOPPING", "The server ends what it tests");
}
