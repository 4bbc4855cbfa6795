import type { UserView } from "../../api/contract/access.js";
import type { Role } from "../../core/caller.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { plain } from "../plain.js";
import { openPrompt } from "../prompt.js";
import { type Cell, table } from "../table.js";
import type { Terminal } from "../terminal.js";

const path = "/api/v1/users";
const most = 1_000;

const pathOf = (name: string, verb: string): string => `${path}/${encodeURIComponent(name)}/${verb}`;

export async function addUser(
  { name, role, passwordStdin }: { readonly name: string; readonly role: Role; readonly passwordStdin: boolean },
  { client, terminal }: CommandContext,
): Promise<void> {
  const password = await readPassword(terminal, passwordStdin);
  const user = await client.post<UserView>(path, { name, role, password });
  terminal.printJson(user);
  terminal.print(`${plain(user.name)} can sign in as ${user.role}.`);
}

export async function listUsers({ client, terminal }: CommandContext): Promise<void> {
  const users = await client.list<UserView>(path, { limit: most });
  terminal.printJson({ items: users });
  if (users.length === 0) return terminal.print("There are no users: patchbay user add <name> --role owner");
  const headings = ["USER", "ROLE", "STATE", "SECOND FACTOR", "LAST SEEN"];
  terminal.print(...table(terminal.paint, headings, users.map(toRow)));
}

function toRow({ name, role, disabled, secondFactor, signsInElsewhere, seenAt }: UserView): Cell[] {
  return [
    name,
    role,
    disabled ? ["careful", "disabled"] : ["good", "active"],
    signsInElsewhere ? "at the provider" : secondFactor ? "yes" : ["faint", "no"],
    seenAt === null ? ["faint", "-"] : localTime(seenAt),
  ];
}

export async function setRole(name: string, role: Role, { client, terminal }: CommandContext): Promise<void> {
  const user = await client.post<UserView>(pathOf(name, "role"), { role });
  terminal.printJson(user);
  terminal.print(`${plain(user.name)} has the role ${user.role}, and signs in again.`);
}

export async function setEnabled(
  name: string,
  verb: "disable" | "enable",
  { client, terminal }: CommandContext,
): Promise<void> {
  const user = await client.post<UserView>(pathOf(name, verb), {});
  terminal.printJson(user);
  terminal.print(
    user.disabled ? `${plain(user.name)} is signed out and disabled.` : `${plain(user.name)} can sign in again.`,
  );
}

export async function resetPassword(
  name: string,
  { passwordStdin, removeSecondFactor }: { readonly passwordStdin: boolean; readonly removeSecondFactor: boolean },
  { client, terminal }: CommandContext,
): Promise<void> {
  const password = await readPassword(terminal, passwordStdin);
  const user = await client.post<UserView>(pathOf(name, "reset-password"), { password, removeSecondFactor });
  terminal.printJson(user);
  terminal.print(`${plain(user.name)} has a new password, and signs in again.`);
}

/** A password is never an argument: those are seen by everybody on the machine, and kept by shells. */
async function readPassword(terminal: Terminal, fromStdin: boolean): Promise<string> {
  if (fromStdin) {
    let text = "";
    for await (const chunk of terminal.stdin) text += String(chunk);
    return text.replace(/\r?\n$/, "");
  }
  if (!terminal.interactive || terminal.json) {
    throw new PatchbayError("COMMAND_INVALID", "Nobody is there to type the password", {
      remedy: "Send it on standard input: --password-stdin.",
    });
  }
  const prompt = openPrompt(terminal);
  try {
    const password = await prompt.askSecret("Password (12 characters or more; not shown while you type): ");
    if (password === (await prompt.askSecret("Once more: "))) return password;
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.name === "AbortError")) throw thrown;
    throw new PatchbayError("COMMAND_INVALID", "Nothing was done: no password was typed");
  } finally {
    prompt.close();
  }
  throw new PatchbayError("COMMAND_INVALID", "Nothing was done: the two passwords differ");
}
