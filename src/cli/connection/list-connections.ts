import type { ConnectionView } from "../../api/contract/connection.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const most = 1_000;
const headings = ["CONNECTION", "VENDOR", "STATE", "HEALTH", "LOOKED AT", "WHY"];
const tones = { fine: "good", warnings: "careful", problems: "bad", unknown: "careful" } as const;

/** Lists connections by name. */
export async function listConnections({ client, terminal }: CommandContext): Promise<void> {
  const connections = await client.list<ConnectionView>("/api/v1/connections", { limit: most });
  terminal.printJson({ items: connections });
  if (connections.length === 0) {
    terminal.print("There are no connections. They come with collections: patchbay collection install twilio");
    return;
  }
  terminal.print(...table(terminal.paint, headings, connections.map(toRow)));
  printAddresses(connections, terminal);
}

/** Where vendors that find us by nothing else have to be told. */
function printAddresses(connections: readonly ConnectionView[], { print }: CommandContext["terminal"]): void {
  const addresses = connections.flatMap(({ name, webhooks }) =>
    webhooks.flatMap(({ title, url }) => (url === null ? [] : [`  ${name}, ${title}: ${url}`])),
  );
  if (addresses.length > 0) print("", "Enter at the vendors (patchbay connection show says where):", ...addresses);
}

function toRow({ name, title, active, deactivated, health, checkedAt }: ConnectionView): Cell[] {
  const by = deactivated?.by ?? null;
  const why = [by === null ? "" : `by ${by}`, deactivated?.reason ?? ""].filter((part) => part !== "").join(": ");
  return [
    name,
    title,
    active ? ["good", "active"] : ["careful", "deactivated"],
    health === null ? ["faint", "-"] : [tones[health], health],
    checkedAt === null ? ["faint", "never"] : localTime(checkedAt),
    why,
  ];
}
