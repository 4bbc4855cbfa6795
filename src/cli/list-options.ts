import { InvalidArgumentError, Option } from "commander";

const mostItems = 10_000;

/** `--limit`, the same for every list. */
export function limitOption(): Option {
  return new Option("--limit <n>", "how many at most, newest first").default(20).argParser(wholeNumber(1, mostItems));
}

/** Reads a whole number inside bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}
