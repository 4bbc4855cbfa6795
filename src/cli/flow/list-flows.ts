import type { FlowView } from "../../api/contract/definitions.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";
import { describeTrigger } from "./describe-trigger.js";

const manyFlows = 1_000;

/** Lists all flows, with what starts them. */
export async function listFlows({ client, terminal }: CommandContext): Promise<void> {
  const flows = await client.list<FlowView>("/api/v1/flows", { limit: manyFlows });
  terminal.printJson({ items: flows });
  if (flows.length === 0) {
    terminal.print("There are no flows. Install a collection that has some: patchbay collection list");
    return;
  }
  terminal.print(...table(terminal.paint, ["NAME", "ACTIVE", "STARTS ON", "NEXT", "TITLE"], flows.map(toRow)));
}

function toRow({ name, active, on, nextAt, title }: FlowView): Cell[] {
  return [name, active ? ["good", "yes"] : ["faint", "no"], describeTrigger(on), localTime(nextAt), title];
}
