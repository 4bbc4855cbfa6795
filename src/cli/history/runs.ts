import type { RunView } from "../../api/contract/run.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";
import { recordName, runStatusCell } from "./tones.js";

/** Lists runs, newest first. */
export async function listRuns(
  filter: { limit: number; flow: string | undefined; status: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const runs = await client.list<RunView>("/api/v1/runs", filter);
  terminal.printJson({ items: runs });
  if (runs.length === 0) terminal.print("There are no such runs. Push a record to start one: patchbay push --help");
  else terminal.print(...table(terminal.paint, ["RUN", "STARTED", "STATUS", "FLOW", "RECORD", "WHY"], runs.map(toRow)));
}

function toRow(run: RunView): Cell[] {
  const { id, createdAt, status, flow, dataType, key } = run;
  return [id, localTime(createdAt), runStatusCell(status), flow, recordName(dataType, key), localInstants(whyOf(run))];
}

/** What a run waits for now matters more than what went wrong before; only the next attempt has its cause in that. */
function whyOf({ status, wait, failure, stopReason }: RunView): string {
  const before = failure?.message ?? stopReason ?? "";
  if (status !== "waiting" || wait === null) return before;
  const cause = wait.kind === "retry" && failure !== null ? ` (${failure.message})` : "";
  return `waits for ${wait.summary}${cause}`;
}
