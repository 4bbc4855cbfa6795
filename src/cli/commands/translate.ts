import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `translate <translator>`: tries a translator without keeping anything. */
export function registerTranslate(program: Command, open: OpenContext): void {
  program
    .command("translate")
    .description("try a translator on a record; nothing is kept and nothing is sent")
    .argument("<translator>", "namespace/name")
    .option("--input <file>", "JSON or NDJSON to translate; - for standard input")
    .option("--sample <name>", "a sample of a shipped collection, such as orders")
    .option("--source <file>", "a translator's file to try in place of the installed one")
    .action(async (name: string, { input, sample, source }: { input?: string; sample?: string; source?: string }) => {
      const context = await open();
      const { tryTranslator } = await import("../translator/try-translator.js");
      await tryTranslator({ name, source }, { file: input, sample }, context);
    });
}
