import type { ConnectionDetailView } from "../../api/contract/connection.js";
import { pathOf } from "../connection/switch-connection.js";
import type { CommandContext } from "../context.js";
import { type Cell, table } from "../table.js";
import { chosenConnection } from "./chosen-connections.js";

type Sender = ConnectionDetailView["senders"][number];

const headings = ["SENDER", "KIND", "NAME", "CAN", "USED", "WHAT IS SENT TO IT GOES TO"];

/** Lists what can be sent from, and where what is sent to it goes. */
export async function listSenders(name: string | null, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const chosen = await chosenConnection(name, client);
  const { senders, health, concerns } = await client.post<ConnectionDetailView>(`${pathOf(chosen)}/check`, {});
  terminal.printJson({ connection: chosen, items: senders });
  if (senders.length > 0) return terminal.print(...table(terminal.paint, headings, senders.map(toRow)));
  const [first] = concerns;
  if (health === "unknown" || first?.code === "login-refused") context.reportFailures();
  terminal.print(first === undefined ? "The account has no senders." : `${first.message}\nWhat to do: ${first.remedy}`);
}

function toRow({ kind, address, name, capabilities, status, memberOf, used, webhooks }: Sender): Cell[] {
  const can = [...capabilities, ...(status === null ? [] : [status])].join(" ");
  const inbound = webhooks.find(({ webhook }) => webhook === "inbound");
  const whereTo: Cell =
    inbound !== undefined
      ? [inbound.url === null ? "careful" : "faint", inbound.insteadOf ?? inbound.url ?? "nowhere"]
      : ["faint", memberOf === null ? "-" : `the service ${memberOf}`];
  return [address, kind, name ?? "", can, used ? ["good", "yes"] : "", whereTo];
}
