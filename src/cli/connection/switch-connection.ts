import { hostname, userInfo } from "node:os";
import type { ConnectionView } from "../../api/contract/connection.js";
import type { CommandContext } from "../context.js";

/** Gives the path of a connection in the API. */
export function pathOf(name: string): string {
  return `/api/v1/connections/${name.split("/").map(encodeURIComponent).join("/")}`;
}

/** Who runs this command, for the record: the server knows its callers by one key only. */
export function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`.slice(0, 100);
  } catch {
    return hostname().slice(0, 100);
  }
}

/** Switches a connection off, or on again. */
export async function switchConnection(
  name: string,
  { verb, reason }: { verb: "activate" | "deactivate"; reason: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const body = { by: whoAmI(), ...(reason === undefined ? {} : { reason }) };
  const view = await client.post<ConnectionView>(`${pathOf(name)}/${verb}`, body);
  terminal.printJson(view);
  terminal.print(
    view.active
      ? `${name} is active: what waited for it goes on.`
      : `${name} is deactivated: nothing is sent by it. Runs wait, and go on when it is activated again.`,
  );
}
