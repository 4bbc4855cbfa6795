import { parseArgs } from "node:util";

/** How much goes wrong at the vendor. */
export const faultLevels = ["none", "usual", "heavy"] as const;
export type FaultLevel = (typeof faultLevels)[number];

/** What a run is asked for. */
export interface Options {
  readonly orders: number;
  /** Average time between two kills at random moments; null for none, and then none at boundaries either. */
  readonly killEveryMs: number | null;
  readonly seed: number;
  readonly faults: FaultLevel;
  /** Orders a second at most, all lanes together. */
  readonly rate: number;
  readonly json: boolean;
  readonly keep: boolean;
  readonly help: boolean;
}

export const usage = `npm run chaos -- [options]

Kills a server again and again while orders are pushed and the vendor misbehaves, then compares what stores were told,
what the vendor has and what Patchbay says: one order, one message.

  --orders N         orders to push (1000)
  --kill-every TIME  average time between kills, such as 2s or 1500ms; "never" for no kills at all (2s)
  --seed N           what goes wrong, and where the server dies (1)
  --faults LEVEL     ${faultLevels.join(", ")}: how the vendor misbehaves (usual)
  --rate N           orders a second at most (120)
  --json             ends with one line of JSON
  --keep             leaves the database and the server's log behind
  --help             this text

Exits with 1 when anything was lost, sent twice, stuck, silent or told differently. docs/chaos.md says how to read it.
`;

/** A life must be long enough to start in. */
const shortestKillEveryMs = 1_000;

/**
 * Reads the command line.
 * @throws Error naming the option that is wrong
 */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: "string", default: "1000" },
      "kill-every": { type: "string", default: "2s" },
      seed: { type: "string", default: "1" },
      faults: { type: "string", default: "usual" },
      rate: { type: "string", default: "120" },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    orders: whole("orders", values.orders, { lowest: 1, highest: 100_000 }),
    killEveryMs: killEvery(values["kill-every"]),
    seed: whole("seed", values.seed, { lowest: 0, highest: 2 ** 32 - 1 }),
    faults: faultLevel(values.faults),
    rate: whole("rate", values.rate, { lowest: 1, highest: 10_000 }),
    json: values.json,
    keep: values.keep,
    help: values.help,
  };
}

function whole(name: string, text: string, { lowest, highest }: { lowest: number; highest: number }): number {
  const number = Number(text);
  if (text !== "" && Number.isInteger(number) && number >= lowest && number <= highest) return number;
  throw new Error(`--${name} is "${text}"; give a whole number from ${lowest} to ${highest}.`);
}

function killEvery(text: string): number | null {
  if (text === "never") return null;
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
  const ms = Number(number) * (unit === "s" ? 1_000 : 1);
  if (ms >= shortestKillEveryMs && ms <= 600_000) return ms;
  throw new Error(`--kill-every is "${text}"; give a time from 1s to 600s, such as 2s or 1500ms, or never.`);
}

function faultLevel(text: string): FaultLevel {
  const level = faultLevels.find((known) => known === text);
  if (level !== undefined) return level;
  throw new Error(`--faults is "${text}"; give one of ${faultLevels.join(", ")}.`);
}
