import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `flow list|activate|deactivate`: which flows there are, and which of them run. */
export function registerFlow(program: Command, open: OpenContext): void {
  const flow = program.command("flow").description("list flows and switch them on and off");
  flow
    .command("list")
    .description("list all flows")
    .action(async () => {
      const context = await open();
      const { listFlows } = await import("../flow/list-flows.js");
      await listFlows(context);
    });
  registerSwitch(flow, { word: "activate", active: true }, open);
  registerSwitch(flow, { word: "deactivate", active: false }, open);
}

function registerSwitch(flow: Command, { word, active }: { word: string; active: boolean }, open: OpenContext): void {
  flow
    .command(word)
    .description(active ? "switch a flow on" : "switch a flow off; runs under way go on")
    .argument("<flow>", "namespace/name")
    .action(async (name: string) => {
      const context = await open();
      const { switchFlow } = await import("../flow/switch-flow.js");
      await switchFlow(name, active, context);
    });
}
