import type { ErasureView } from "../../api/contract/contact.js";
import { confirm } from "../confirm.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const path = "/api/v1/contacts/erase";

/** Shows what names somebody, asks, and erases it. */
export async function eraseContact(
  contact: string,
  { yes = false, dryRun = false }: { readonly yes?: boolean; readonly dryRun?: boolean },
  { client, terminal }: CommandContext,
): Promise<void> {
  if (dryRun || !yes) {
    const found = await client.post<ErasureView>(path, { contact, dryRun: true });
    if (dryRun) terminal.printJson(found);
    terminal.print(...describe(found, terminal));
    if (dryRun) return;
    if (!(await confirm(`Erase ${contact}? There is no way back.`, terminal))) {
      terminal.print("Nothing was erased.");
      return;
    }
  }
  const erased = await client.post<ErasureView>(path, { contact });
  terminal.printJson(erased);
  terminal.print(...describe(erased, terminal));
}

function describe(
  { contact, dryRun, at, by, counts, cancelledRuns, keptOptOuts }: ErasureView,
  terminal: CommandContext["terminal"],
): readonly string[] {
  const rows = Object.entries(counts).map(([name, rowCount]): Cell[] => [name, String(rowCount)]);
  const kept =
    keptOptOuts === 0
      ? []
      : [
          "The contact has opted out: that stays on record, with the contact in the clear, so that nothing is sent to it.",
        ];
  const found =
    rows.length === 0 ? ["Nothing else names this contact."] : table(terminal.paint, ["TABLE", "ROWS"], rows);
  if (dryRun) {
    const runs = cancelledRuns === 0 ? [] : [`Runs that would be cancelled first: ${cancelledRuns}.`];
    return [...found, ...runs, ...kept];
  }
  const runs = cancelledRuns === 0 ? [] : [`Runs that were cancelled first: ${cancelledRuns}.`];
  return [...found, ...runs, ...kept, `Erased as ${contact} at ${localTime(at)} by ${by}; the audit log says so.`];
}
