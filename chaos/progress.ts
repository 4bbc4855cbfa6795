/** One line about a run under way: rewritten on a terminal, written now and then elsewhere. */
export interface Progress {
  stop(): void;
}

/** Where progress is shown. */
export type Screen = Pick<NodeJS.WriteStream, "write" | "isTTY">;

const TERMINAL_MS = 200;
const FILE_MS = 5_000;
const CLEAR_LINE = "\r\x1b[K";

/** Shows what `line` gives until it is stopped. */
export function showProgress(screen: Screen, line: () => string): Progress {
  const live = screen.isTTY === true;
  const timer = setInterval(
    () => screen.write(live ? `${CLEAR_LINE}${line()}` : `${line()}\n`),
    live ? TERMINAL_MS : FILE_MS,
  );
  return {
    stop() {
      clearInterval(timer);
      if (live) screen.write(CLEAR_LINE);
    },
  };
}
