import { type Command, Option } from "commander";
import { type Role, roles } from "../../core/caller.js";
import type { OpenContext } from "../context.js";

/** `user add|list|role|disable|enable|reset-password`: who signs in. */
export function registerUser(program: Command, open: OpenContext): void {
  const user = program.command("user").description("add users, and change what they may do");
  const actions = async () => ({ context: await open(), ...(await import("../access/users.js")) });
  user
    .command("add")
    .description("add a user; asks for the first password, or reads it with --password-stdin")
    .argument("<name>", "what is typed to sign in: a word or an e-mail address")
    .addOption(new Option("--role <role>", "what the user may do").choices([...roles]).makeOptionMandatory())
    .option("--password-stdin", "read the password from standard input", false)
    .action(async (name: string, { role, passwordStdin }: { role: Role; passwordStdin: boolean }) => {
      const { context, addUser } = await actions();
      await addUser({ name, role, passwordStdin }, context);
    });
  user
    .command("list")
    .description("list users")
    .action(async () => {
      const { context, listUsers } = await actions();
      await listUsers(context);
    });
  user
    .command("role")
    .description("give a user another role; the user signs in again")
    .argument("<name>")
    .addArgument(user.createArgument("<role>").choices([...roles]))
    .action(async (name: string, role: Role) => {
      const { context, setRole } = await actions();
      await setRole(name, role, context);
    });
  for (const verb of ["disable", "enable"] as const) {
    user
      .command(verb)
      .description(
        verb === "disable" ? "sign a user out everywhere, and let the user in no more" : "let a user in again",
      )
      .argument("<name>")
      .action(async (name: string) => {
        const { context, setEnabled } = await actions();
        await setEnabled(name, verb, context);
      });
  }
  user
    .command("reset-password")
    .description("give a user a new password, and sign the user out everywhere")
    .argument("<name>")
    .option("--password-stdin", "read the password from standard input", false)
    .option("--remove-second-factor", "let the user in without the codes of a phone that is lost", false)
    .action(async (name: string, choice: { passwordStdin: boolean; removeSecondFactor: boolean }) => {
      const { context, resetPassword } = await actions();
      await resetPassword(name, choice, context);
    });
}
