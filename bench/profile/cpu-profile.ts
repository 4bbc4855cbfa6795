import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What V8 writes, as far as it is read here. Source: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Of the machine's monotonic clock, in microseconds. */
  readonly startTime: number;
  readonly endTime: number;
  /** The node that ran when each sample was taken. */
  readonly samples: readonly number[];
  /** From one sample to the next, in microseconds. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** Line and column from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A stack, outermost first, and how long it was there. */
export interface Stack {
  readonly frames: readonly CallFrame[];
  readonly ms: number;
}

/** Frames that V8 makes up for what is no function. */
export const IDLE = "(idle)";
export const GARBAGE = "(garbage collector)";
export const NATIVE = "(program)";

/** The profiles of a process, one for each thread, with the number that Node gave the thread: 0 is the main thread. */
export function readProfiles(
  folder: string,
  pid: number,
): readonly { readonly thread: number; readonly profile: CpuProfile }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".cpuprofile") && name.split(".")[3] === String(pid))
    .map((name) => ({
      thread: Number(name.split(".")[4]),
      profile: JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile,
    }));
}

/** The part of a profile between two instants of the monotonic clock, in milliseconds. */
export function cutProfile(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  from: number,
  to: number,
): CpuProfile {
  let at = startTime;
  let cutAt = startTime;
  const kept: { sample: number; delta: number }[] = [];
  for (const [index, sample] of samples.entries()) {
    at += timeDeltas[index] ?? 0;
    if (at < from * 1_000) cutAt = at;
    else if (at <= to * 1_000) kept.push({ sample, delta: timeDeltas[index] ?? 0 });
  }
  return {
    nodes,
    startTime: cutAt,
    endTime: kept.reduce((end, { delta }) => end + delta, cutAt),
    samples: kept.map(({ sample }) => sample),
    timeDeltas: kept.map(({ delta }) => delta),
  };
}

/** The stacks of a profile, each once, with the time of all its samples together. */
export function stacksOf({ nodes, samples, timeDeltas }: CpuProfile): readonly Stack[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const times = new Map<number, number>();
  for (const [index, sample] of samples.entries()) {
    // A sample stands for the time until the next one was taken.
    times.set(sample, (times.get(sample) ?? 0) + (timeDeltas[index + 1] ?? timeDeltas[index] ?? 0) / 1_000);
  }
  return [...times].map(([id, ms]) => {
    const frames: CallFrame[] = [];
    for (let node = byId.get(id); node !== undefined; node = byId.get(parents.get(node.id) ?? -1)) {
      if (node.callFrame.functionName !== "(root)") frames.unshift(node.callFrame);
    }
    return { frames, ms };
  });
}
