import { parseArgs } from "node:util";

/** What the command line asked for. */
export interface Options {
  readonly rounds: number;
  /** Length of the measured window at full load. */
  readonly seconds: number;
  readonly connections: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const usage = `npm run bench -- [options]

Measures how many texts a second leave, against a bare loop in the same run.

  --rounds N        rounds, each with both systems (3; 2 with --quick)
  --seconds N       measured time at full load, per system and round (8; 3 with --quick)
  --connections N   connections of the load generator (50)
  --quick           ends within 45 s in all; coarser
  --json            ends with one line of JSON
  --help            this text

docs/performance.md says how to read the figures.
`;

/**
 * Reads the command line.
 * @throws Error naming the option that is wrong
 */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      seconds: { type: "string" },
      connections: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, json, help } = values;
  const longest = quick ? 5 : 600;
  return {
    rounds: whole("rounds", values.rounds ?? (quick ? "2" : "3"), 50),
    seconds: whole("seconds", values.seconds ?? (quick ? "3" : "8"), longest),
    connections: whole("connections", values.connections ?? "50", 1000),
    quick,
    json,
    help,
  };
}

function whole(name: string, text: string, highest: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= highest) return number;
  throw new Error(`--${name} is "${text}"; give a whole number from 1 to ${highest}.`);
}
