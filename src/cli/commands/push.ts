import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `push <Type> [file]`: sends records to the server, from a file or from standard input. */
export function registerPush(program: Command, open: OpenContext): void {
  program
    .command("push")
    .description("send records of one data type to the server")
    .argument("<Type>", "data type, such as ecommerce/Order")
    .argument("[file]", "JSON object, JSON array or NDJSON; - or nothing for standard input")
    .option("--sample <name>", "a sample of a shipped collection instead, such as ecommerce/orders")
    .addHelpText("after", "\nA push may be repeated: a record that is already there as it is counts as unchanged.")
    .action(async (dataType: string, file: string | undefined, { sample }: { sample?: string }) => {
      const context = await open();
      const { pushRecords } = await import("../push/push-records.js");
      await pushRecords(dataType, { file, sample }, context);
    });
}
