import type { StartedFlowView } from "../../api/contract/replay.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";
import { readOne } from "../read-one.js";

/** Starts a flow by hand, with a payload from a file or standard input in the record's place. */
export async function runFlow(name: string, file: string | undefined, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const path = `${namedPath("flows", name)}/run`;
  const body = file === undefined ? {} : { payload: await readOne(file, context) };
  const started = await client.post<StartedFlowView>(path, body);
  terminal.printJson(started);
  terminal.print(`${name} is started. See its run: patchbay runs show ${started.runId}`);
}
