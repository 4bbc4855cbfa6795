import { existsSync } from "node:fs";
import { requireOwnSecret } from "../../config/config.js";
import type { SealedRows } from "../../core/people-seal.js";
import { ownSecretPath, sealersOf } from "../../open-sealer.js";
import type { CommandContext } from "../context.js";
import { databaseNamed } from "../keeping/database-named.js";
import { openRowCounter } from "../keeping/row-counter.js";
import { count } from "../plain.js";

/** Seals people in a database that has something in it. */
export async function sealPeople(context: CommandContext): Promise<void> {
  const { terminal } = context;
  requireOwnSecret(context.config, "People are to be sealed");
  const { changed, name } = await turn("sealed", context);
  const path = ownSecretPath(context.config.databaseUrl);
  terminal.print(
    `People are sealed in ${name}: ${count(changed, "row")} written anew. Start with ENCRYPT_PEOPLE=yes and this PATCHBAY_SECRET.`,
    "Without the secret nothing of it can be read any more, by nobody: keep it apart from the database and its backups.",
    "Backups from before, and what the disk and the database server keep of files they have overwritten, hold people still.",
  );
  if (path !== null && existsSync(path))
    terminal.print(`Move ${path} away as well: who finds a secret beside the database tries it.`);
}

/** Opens what is sealed in a database. */
export async function unsealPeople(context: CommandContext): Promise<void> {
  const { changed, name } = await turn("clear", context);
  context.terminal.print(
    `People are in the clear in ${name}: ${count(changed, "row")} written anew. Start with ENCRYPT_PEOPLE=no.`,
  );
}

async function turn(
  to: "sealed" | "clear",
  { config, terminal, stop }: CommandContext,
): Promise<SealedRows & { readonly name: string }> {
  const database = await databaseNamed(config);
  const sealer = await sealersOf(config)();
  const counter = openRowCounter(terminal, { total: null, verb: to === "sealed" ? "sealing" : "opening", stop });
  try {
    const turned = await database.turnPeople(to, { sealer, progress: counter.progress });
    terminal.printJson({ database: database.name, people: to, ...turned });
    return { ...turned, name: database.name };
  } finally {
    counter.close();
  }
}
