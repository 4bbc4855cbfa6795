import type { ConnectionDetailView } from "../../api/contract/connection.js";
import { pathOf } from "../connection/switch-connection.js";
import type { CommandContext } from "../context.js";
import { localInstants } from "../local-time.js";
import { count } from "../plain.js";
import { type Cell, row } from "../table.js";
import type { Terminal } from "../terminal.js";
import { chosenConnections } from "./chosen-connections.js";

type Concern = ConnectionDetailView["concerns"][number];

/** Looks at accounts, prints what is to be known with its remedy, and fails when something is wrong or nobody could look. */
export async function checkConnections(name: string | null, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const found: ConnectionDetailView[] = [];
  for (const chosen of await chosenConnections(name, client)) {
    const connection = await client.post<ConnectionDetailView>(`${pathOf(chosen)}/check`, {});
    found.push(connection);
    if (found.length > 1) terminal.print("");
    print(connection, terminal);
  }
  terminal.printJson({ items: found });
  if (found.some(({ health }) => health === "problems" || health === "unknown")) context.reportFailures();
}

function print({ name, account, senders, concerns, deactivated }: ConnectionDetailView, terminal: Terminal): void {
  const { paint } = terminal;
  terminal.print(`${paint("strong", name)}  ${describeAccount(account)}`);
  if (deactivated !== null) terminal.print(paint("careful", "It is deactivated: nothing is sent by it."));
  const used = senders.filter((sender) => sender.used).map(({ address }) => address);
  if (used.length > 0) terminal.print(`Sends from ${used.join(", ")}`);
  terminal.print("");
  for (const level of ["problem", "warning", "note"] as const) {
    for (const concern of concerns) if (concern.level === level) printConcern(concern, terminal);
  }
  const counted = (level: Concern["level"]): number => concerns.filter((concern) => concern.level === level).length;
  terminal.print(`${count(counted("problem"), "problem")}, ${count(counted("warning"), "warning")}.`);
}

function describeAccount(account: ConnectionDetailView["account"]): string {
  if (account === null) return "(the account was not shown)";
  const { id, name, status, trial, balance } = account;
  const parts = [
    status ?? "in no known state",
    ...(trial === null ? [] : [trial ? "trial" : "full"]),
    ...(balance === null ? [] : [`balance ${balance.amount} ${balance.currency}`]),
  ];
  return `account ${id}${name === null ? "" : ` (${name})`}: ${parts.join(", ")}`;
}

const tones = { problem: "bad", warning: "careful", note: "faint" } as const;
const widths = [7];

function printConcern({ level, message, remedy }: Concern, { print: write, paint }: Terminal): void {
  const line = (cells: readonly Cell[]): string => row(paint, cells, widths);
  write(line([[tones[level], level], localInstants(message)]), line(["", `What to do: ${localInstants(remedy)}`]));
}
