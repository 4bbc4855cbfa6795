import { type Command, Option } from "commander";
import { roles } from "../../core/caller.js";
import type { KeyChoice } from "../access/key-choice.js";
import type { OpenContext } from "../context.js";

/** `key create|list|revoke`: what programs call the API with. */
export function registerKey(program: Command, open: OpenContext): void {
  const key = program.command("key").description("make, list and take back API keys");
  key
    .command("create")
    .description("make an API key; it is shown once")
    .argument("<name>", "what uses it, such as shop")
    .addOption(new Option("--role <role>", "what it may do").choices([...roles]).makeOptionMandatory())
    .option("--data-type <namespace/Type...>", "push only records of these types (with --role push)")
    .option("--expires <days>", "after so many days it opens nothing")
    .action(async (name: string, choice: KeyChoice) => {
      const context = await open();
      const { createKey } = await import("../access/keys.js");
      await createKey(name, choice, context);
    });
  key
    .command("list")
    .description("list API keys: how they begin, what they may do, when they were last used")
    .action(async () => {
      const context = await open();
      const { listKeys } = await import("../access/keys.js");
      await listKeys(context);
    });
  key
    .command("revoke")
    .description("take an API key back: within a second it opens nothing, for good")
    .argument("<key>", "its id, or how it begins (pb_…)")
    .action(async (which: string) => {
      const context = await open();
      const { revokeKey } = await import("../access/keys.js");
      await revokeKey(which, context);
    });
}
