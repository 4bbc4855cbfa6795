import type { Terminal } from "./terminal.js";

const barWidth = 24;
const redrawEveryMs = 80;

/** Shows how far long work has come. */
export interface ProgressBar {
  /** @param part From 0 to 1, or null when the end is not known. */
  update(part: number | null, label: string): void;
  /** Takes the bar away. */
  close(): void;
}

/** Draws a bar on standard error while a person watches; draws nothing into files and pipes. */
export function openProgressBar({ stderr }: Terminal, now: () => number = Date.now): ProgressBar {
  if (stderr.isTTY !== true) return { update: () => undefined, close: () => undefined };
  let drawnAt = 0;
  let drawn = false;
  return {
    update: (part, label) => {
      if (now() - drawnAt < redrawEveryMs) return;
      drawnAt = now();
      drawn = true;
      const line = `${part === null ? "" : `${bar(part)} `}${label}`;
      stderr.write(`\r${line.slice(0, (stderr.columns ?? 80) - 1)}\u001b[K`);
    },
    close: () => {
      if (drawn) stderr.write("\r\u001b[K");
    },
  };
}

function bar(part: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, part)) * barWidth);
  return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${String(Math.floor(part * 100)).padStart(3)} %`;
}
