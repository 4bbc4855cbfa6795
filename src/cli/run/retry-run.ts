import type { RunDetailView } from "../../api/contract/run.js";
import type { CommandContext } from "../context.js";

/** Takes a failed or cancelled run up again. */
export async function retryRun(
  id: string,
  { newest }: { newest: boolean },
  { client, terminal }: CommandContext,
): Promise<void> {
  const version = newest ? "newest" : "pinned";
  const run = await client.post<RunDetailView>(`/api/v1/runs/${encodeURIComponent(id)}/retry`, { version });
  terminal.printJson(run);
  terminal.print(`Run ${run.id} is taken up again from the step it stopped at. See it: patchbay runs show ${run.id}`);
}
