import type { AuditEntryView, AuditVerdictView } from "../../api/contract/audit.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { count } from "../plain.js";
import { type Cell, table } from "../table.js";

const path = "/api/v1/audit";
const everything = Number.MAX_SAFE_INTEGER;

/** Lists what was done, newest first. */
export async function listAudit(
  filter: { limit: number; actor?: string; action?: string },
  { client, terminal }: CommandContext,
): Promise<void> {
  const entries = await client.list<AuditEntryView>(path, filter);
  terminal.printJson({ items: entries });
  if (entries.length === 0) terminal.print("Nothing of that kind was done.");
  else terminal.print(...table(terminal.paint, ["WHEN", "WHO", "DID", "TO", "FROM", "OUTCOME"], entries.map(toRow)));
}

function toRow({ at, actor, action, target, facts, address, outcome, code }: AuditEntryView): Cell[] {
  const said = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`);
  const refused = outcome === "refused";
  return [
    localTime(at),
    actor.role === null ? actor.id : `${actor.id} (${actor.role})`,
    [action, ...said].join(" "),
    Object.values(target).join("/"),
    address ?? "",
    [refused ? "bad" : "good", refused ? `refused: ${code}` : outcome],
  ];
}

/** Prints every entry as a JSON line. */
export async function exportAudit({ client, terminal }: CommandContext): Promise<void> {
  for (const entry of await client.list<AuditEntryView>(path, { limit: everything }))
    terminal.stdout.write(`${JSON.stringify(entry)}\n`);
}

/** Says whether the chain is as it was written. */
export async function verifyAudit(
  head: string | undefined,
  { client, terminal, reportFailures }: CommandContext,
): Promise<void> {
  const verdict = await client.get<AuditVerdictView>(`${path}/verify`, { head });
  terminal.printJson(verdict);
  const { anchor, broken } = verdict;
  if (anchor !== null)
    terminal.print(`Entries up to ${anchor.id} were taken away in order at ${localTime(anchor.at)}.`);
  if (broken === null) {
    terminal.print(`The chain is intact: ${count(verdict.entries, "entry").replace("entrys", "entries")}.`);
    terminal.print(`Its head, to be kept elsewhere: ${verdict.head.id}:${verdict.head.hash}`);
    return;
  }
  terminal.print(`The chain is broken at ${broken.id}: ${broken.reason}.`);
  terminal.print(`In order up to ${verdict.head.id}, ${verdict.entries} read.`);
  reportFailures();
}

/** Takes old entries away. */
export async function trimAudit(before: string, { client, terminal }: CommandContext): Promise<void> {
  const done = await client.post<{ readonly trimmed: number }>(`${path}/trim`, { before });
  terminal.printJson(done);
  terminal.print(`Taken away: ${done.trimmed}. The rest can be verified from there on.`);
}
