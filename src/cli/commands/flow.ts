import type { Command } from "commander";
import type { OpenContext } from "../context.js";
import type { PayloadChoice } from "../flow/run-flow.js";

/** `flow list|check|activate|deactivate|run`: which flows there are, which of them run, and starting one by hand. */
export function registerFlow(program: Command, open: OpenContext): void {
  const flow = program
    .command("flow")
    .description("list and check flows, switch them on and off, and start them by hand");
  flow
    .command("list")
    .description("list all flows")
    .action(async () => {
      const context = await open();
      const { listFlows } = await import("../flow/list-flows.js");
      await listFlows(context);
    });
  registerCheck(flow, open);
  registerSwitch(flow, { word: "activate", active: true }, open);
  registerSwitch(flow, { word: "deactivate", active: false }, open);
  flow
    .command("run")
    .description("start a flow by hand, switched on or not")
    .argument("<flow>", "namespace/name")
    .option("--payload <file>", "JSON object in the record's place; - for standard input")
    .option("--record <name>", "the record it is about, namespace/Type/key; as it is now without --payload")
    .action(async (name: string, choice: PayloadChoice) => {
      const context = await open();
      const { runFlow } = await import("../flow/run-flow.js");
      await runFlow(name, choice, context);
    });
}

function registerCheck(flow: Command, open: OpenContext): void {
  const gather = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  flow
    .command("check")
    .description("check the flow files of this installation; needs no server")
    .argument("[folder]", "folder with flow files, or of a collection; FLOWS_FOLDER when absent")
    .option("--with <folder>", "a collection that counts as installed; may be repeated", gather, [])
    .action(async (folder: string | undefined, { with: collections }: { with: readonly string[] }) => {
      const context = await open();
      const { checkFlows } = await import("../flow/check-flows.js");
      await checkFlows(folder ?? null, collections, context);
    });
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
