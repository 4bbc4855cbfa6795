import type { Command } from "commander";
import type { OpenContext } from "../context.js";

interface InstallFlags {
  readonly set: readonly string[];
  readonly values?: string;
  readonly secretStdin?: string;
}

/** `collection install|list|check`: bundles of data types, translators, connections and flows. */
export function registerCollection(program: Command, open: OpenContext): void {
  const collection = program.command("collection").description("install, list and check collections");
  registerInstall(collection, open);
  collection
    .command("list")
    .description("list the collections that are installed or ready to install")
    .action(async () => {
      const context = await open();
      const { listCollections } = await import("../collection/list-collections.js");
      await listCollections(context);
    });
  collection
    .command("check")
    .description("check the files of a collection; needs no server")
    .argument("<folder>", "folder with a collection.yaml")
    .action(async (folder: string) => {
      const context = await open();
      const { checkCollection } = await import("../collection/check-collection.js");
      await checkCollection(folder, context);
    });
}

function registerInstall(collection: Command, open: OpenContext): void {
  const gather = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  collection
    .command("install")
    .description("install a collection, or update it; asks for missing parameters on a terminal")
    .argument("<collection>", "name of a shipped collection, or a folder with a collection.yaml")
    .option("--set <key=value>", "set a parameter; may be repeated", gather, [])
    .option("--values <file>", "read parameters from a YAML or JSON file")
    .option("--secret-stdin <key>", "read one secret parameter from standard input")
    .action(async (name: string, flags: InstallFlags) => {
      const context = await open();
      const { installCollection } = await import("../collection/install-collection.js");
      await installCollection({ name, set: flags.set, values: flags.values, secretStdin: flags.secretStdin }, context);
    });
}
