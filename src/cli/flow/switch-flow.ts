import type { FlowView } from "../../api/contract/definitions.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";

type SwitchedFlow = FlowView & { readonly warnings: readonly string[] };

/** Switches a flow on or off and prints what the operator should know about it. */
export async function switchFlow(name: string, active: boolean, { client, terminal }: CommandContext): Promise<void> {
  const flow = await client.patch<SwitchedFlow>(namedPath("flows", name), { active });
  terminal.printJson(flow);
  terminal.print(`${flow.name} is ${flow.active ? terminal.paint("good", "on") : "off"}.`);
  for (const warning of flow.warnings) terminal.print(`${terminal.paint("careful", "Warning:")} ${warning}`);
}
