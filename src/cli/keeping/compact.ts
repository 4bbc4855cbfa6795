import type { CommandContext } from "../context.js";
import { databaseNamed } from "./database-named.js";

/** Writes the database anew, as small as it can be. */
export async function compact({ config, terminal }: CommandContext): Promise<void> {
  const database = await databaseNamed(config);
  const { before, after } = await database.compact();
  terminal.printJson({ database: database.name, before, after });
  terminal.print(`${database.name} has ${after.toLocaleString("en")} bytes; it had ${before.toLocaleString("en")}.`);
}
