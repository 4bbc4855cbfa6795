import type { Progress } from "../../store/transfer/progress.js";
import { count } from "../plain.js";
import { openProgressBar } from "../progress-bar.js";
import type { Terminal } from "../terminal.js";

/** Shows rows as they are done; `close` takes it away. */
export interface RowCounter {
  readonly progress: Progress;
  close(): void;
}

/**
 * @param total Rows there are; null when nobody has counted them.
 * @param stop Ends the work between two pages.
 */
export function openRowCounter(
  terminal: Terminal,
  { total, verb, stop }: { readonly total: number | null; readonly verb: string; readonly stop: AbortSignal },
): RowCounter {
  const bar = openProgressBar(terminal);
  let done = 0;
  return {
    progress: (table, rows) => {
      stop.throwIfAborted();
      done += rows;
      bar.update(
        total === null ? null : Math.min(1, done / Math.max(1, total)),
        `${verb} ${table}: ${count(done, "row")}`,
      );
    },
    close: () => bar.close(),
  };
}
