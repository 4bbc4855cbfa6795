import type { PageView } from "../src/api/contract/paging.js";
import type { RunView } from "../src/api/contract/run.js";
import { getOne } from "./patchbay-api.js";
import type { Trouble } from "./trouble.js";
import { readCounts } from "./weather.js";

const POLL_MS = 250;

/**
 * Waits until nothing is left to do: no run is unfinished, and no message or callback is on its way.
 *
 * @param limitMs What is not at rest then, never will be.
 * @returns Whether it came to rest.
 */
export async function waitForRest(
  { server, simulator }: { server: () => Promise<string>; simulator: string },
  { limitMs, trouble }: { limitMs: number; trouble: Trouble },
): Promise<boolean> {
  const until = performance.now() + limitMs;
  while (performance.now() < until) {
    const { underway } = await readCounts(simulator);
    // In this order: what has arrived may have started something, but nothing arrives any more.
    if (underway === 0 && !(await hasUnfinished(await server()))) return true;
    await trouble.pause(POLL_MS);
  }
  return false;
}

async function hasUnfinished(server: string): Promise<boolean> {
  for (const status of ["waiting", "queued", "running"]) {
    const page = await getOne<PageView<RunView>>(`${server}/api/v1/runs?status=${status}&limit=1`);
    if (page.items.length > 0) return true;
  }
  return false;
}
