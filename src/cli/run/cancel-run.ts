import type { RunDetailView } from "../../api/contract/run.js";
import type { CommandContext } from "../context.js";

/** Ends a run before its time. */
export async function cancelRun(
  id: string,
  reason: string | undefined,
  { client, terminal }: CommandContext,
): Promise<void> {
  const body = reason === undefined ? {} : { reason };
  const run = await client.post<RunDetailView>(`/api/v1/runs/${encodeURIComponent(id)}/cancel`, body);
  terminal.printJson(run);
  terminal.print(`Run ${run.id} is cancelled.`);
  const underWay = run.effects.filter(({ state }) => state === "started" || state === "unknown");
  for (const { endpoint, recipient } of underWay) {
    terminal.print(`A call of ${endpoint}${recipient === null ? "" : ` for ${recipient}`} may have been made already.`);
  }
}
