import type { Command } from "commander";
import type { OpenContext } from "../context.js";

const installed = "an installed collection";
const path = "path inside the collection, such as flows/greet.flow.yaml";

/** `collection edit|diff|reset`: what is changed here of an installed collection, and kept by upgrades. */
export function registerOverlays(collection: Command, open: OpenContext): void {
  collection
    .command("edit")
    .description(
      "change a file of an installed collection here, or add one; upgrades keep it; shows the plan and asks first",
    )
    .argument("<name>", installed)
    .argument("<file>", path)
    .option("--from <path>", "take the text from this file, or - for standard input; EDITOR is opened when not given")
    .option("--yes", "go ahead without asking", false)
    .action(async (name: string, file: string, { from, yes }: { readonly from?: string; readonly yes: boolean }) => {
      const context = await open();
      const { editCollection } = await import("../collection/edit-collection.js");
      await editCollection({ name, file, from, yes }, context);
    });
  collection
    .command("diff")
    .description("show how what runs of a collection differs from what was published")
    .argument("<name>", installed)
    .argument("[file]", `only of this file: ${path}`)
    .action(async (name: string, file: string | undefined) => {
      const context = await open();
      const { diffCollection } = await import("../collection/edit-collection.js");
      await diffCollection({ name, file }, context);
    });
  collection
    .command("reset")
    .description("take back what was changed here of a file; shows the plan and asks first")
    .argument("<name>", installed)
    .argument("<file>", path)
    .option("--yes", "go ahead without asking", false)
    .action(async (name: string, file: string, { yes }: { readonly yes: boolean }) => {
      const context = await open();
      const { resetCollection } = await import("../collection/edit-collection.js");
      await resetCollection({ name, file, yes }, context);
    });
}
