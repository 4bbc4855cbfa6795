import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `people seal|unseal`: turns a database with something in it from one way to keep people to the other. */
export function registerPeople(program: Command, open: OpenContext): void {
  const people = program.command("people").description("seal what says who somebody is in the database, or open it");
  people
    .command("seal")
    .description("seal people in every row of the database (DATABASE_URL); the server must be stopped")
    .action(async () => {
      const context = await open();
      const { sealPeople } = await import("../people/turn-people.js");
      await sealPeople(context);
    });
  people
    .command("unseal")
    .description("open what is sealed in every row of the database (DATABASE_URL); the server must be stopped")
    .action(async () => {
      const context = await open();
      const { unsealPeople } = await import("../people/turn-people.js");
      await unsealPeople(context);
    });
}
