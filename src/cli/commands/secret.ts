import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `secret list|set|rotate`: secrets of collections, which are never shown. */
export function registerSecret(program: Command, open: OpenContext): void {
  const secret = program.command("secret").description("set secrets of collections, and seal all of them anew");
  secret
    .command("list")
    .description("list what secrets there are, and which PATCHBAY_SECRET has sealed them; never what they are")
    .action(async () => {
      const context = await open();
      const { listSecrets } = await import("../secret/secrets.js");
      await listSecrets(context);
    });
  secret
    .command("set")
    .description("set one secret parameter of an installed collection from standard input; nothing else changes")
    .argument("<collection>", "its name")
    .argument("<parameter>", "the parameter's name")
    .option("--forget", "forget the parameter instead", false)
    .action(async (collection: string, parameter: string, { forget }: { forget: boolean }) => {
      const context = await open();
      const { setSecret } = await import("../secret/secrets.js");
      await setSecret({ collection, parameter, forget }, context);
    });
  secret
    .command("rotate")
    .description("seal with the present PATCHBAY_SECRET what PATCHBAY_SECRET_PREVIOUS has sealed; servers go on")
    .action(async () => {
      const context = await open();
      const { rotateSecrets } = await import("../secret/secrets.js");
      await rotateSecrets(context);
    });
}
