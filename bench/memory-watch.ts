import type { Part } from "./system.js";

/** Memory of a system over a stretch of time. */
export interface MemoryCourse {
  readonly highestMb: number;
  /** The highest in the first and in the second half: what grows with the work is higher in the second. */
  readonly firstHalfMb: number;
  readonly secondHalfMb: number;
}

const EVERY_MS = 100;

/** Looks at a system's memory ten times a second until it is asked what it was like. */
export function watchMemory(parts: readonly Part[]): { end(): MemoryCourse } {
  const samples: number[] = [];
  const look = (): void => void samples.push(parts.reduce((sum, part) => sum + part.rssMb(), 0));
  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return courseOf(samples);
    },
  };
}

/** @param samples In the order in which they were taken. */
export function courseOf(samples: readonly number[]): MemoryCourse {
  const middle = Math.ceil(samples.length / 2);
  const highest = (some: readonly number[]): number => some.reduce((most, one) => Math.max(most, one), 0);
  return {
    highestMb: highest(samples),
    firstHalfMb: highest(samples.slice(0, middle)),
    secondHalfMb: highest(samples.slice(middle)),
  };
}
