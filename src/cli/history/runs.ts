import type { RunView } from "../../api/contract/run.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
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

function toRow({ id, createdAt, status, flow, dataType, key, failure, stopReason }: RunView): Cell[] {
  const why = failure?.message ?? stopReason ?? "";
  return [id, localTime(createdAt), runStatusCell(status), flow, recordName(dataType, key), why];
}
