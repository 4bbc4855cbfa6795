import { duration } from "../local-time.js";
import { plain } from "../plain.js";
import type { Terminal } from "../terminal.js";

const nameWidth = 44;

/** Shows set-up work line by line, with how long each step took. */
export interface SetUpReport {
  step<T>(name: string, work: () => Promise<T>, describe?: (result: T) => string): Promise<T>;
}

/** Makes a report; on a terminal a line shows before its work is done, elsewhere it is written once, complete. */
export function createSetUpReport(
  { json, stdout, print, paint }: Terminal,
  now: () => number = () => performance.now(),
): SetUpReport {
  const live = !json && stdout.isTTY === true;
  return {
    async step(name, work, describe) {
      const begun = now();
      if (live) stdout.write(`  … ${name}`);
      const result = await work().finally(() => {
        if (live) stdout.write("\r\u001b[K");
      });
      const took = duration(now() - begun);
      const detail = describe === undefined ? "" : plain(describe(result));
      print(
        `  ${paint("good", "✓")} ${name.padEnd(nameWidth)} ${took.padStart(8)}  ${paint("faint", detail)}`.trimEnd(),
      );
      return result;
    },
  };
}
