import type { ConnectionDetailView } from "../../api/contract/connection.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import type { Terminal } from "../terminal.js";
import { pathOf } from "./switch-connection.js";

/** Shows a connection: how it was found, and the addresses to enter at the vendor. With `check` it is looked at now. */
export async function showConnection(
  name: string,
  { check }: { check: boolean },
  { client, terminal }: CommandContext,
): Promise<void> {
  const view = check
    ? await client.post<ConnectionDetailView>(`${pathOf(name)}/check`, {})
    : await client.get<ConnectionDetailView>(pathOf(name));
  terminal.printJson(view);
  const { paint, print } = terminal;
  print(`${paint("strong", view.name)}  ${view.title}, ${stateOf(view)}`);
  print(describeHealth(view));
  for (const { level, message, remedy } of view.concerns) {
    print(`  ${paint(tones[level], level)}  ${message}`, `    What to do: ${remedy}`);
  }
  printAddresses(view, terminal);
}

const tones = { problem: "bad", warning: "careful", note: "faint" } as const;

function stateOf({ active, deactivated }: ConnectionDetailView): string {
  if (active) return "active";
  return `deactivated${deactivated?.reason ? `: ${deactivated.reason}` : ""}`;
}

function describeHealth({ name, health, checkedAt }: ConnectionDetailView): string {
  if (health === null || checkedAt === null) {
    return `Nobody has looked at it yet: patchbay connection show ${name} --check`;
  }
  const found = { fine: "fine", warnings: "warnings", problems: "problems", unknown: "the vendor could not be asked" };
  return `Looked at ${localTime(checkedAt)}: ${found[health]}`;
}

function printAddresses({ webhooks }: ConnectionDetailView, { print, paint }: Terminal): void {
  if (webhooks.length === 0) return;
  print("", "Enter at the vendor:");
  for (const { title, url, enteredAs } of webhooks) {
    const shown = url ?? paint("careful", "no address: set PUBLIC_URL to what the vendor can reach, and start again");
    print(`  ${title}: ${shown}`, `    ${enteredAs}`);
  }
}
