import type { BroadcastDetailView, BroadcastRecipientView, BroadcastView } from "../../api/contract/broadcast.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { count, plain, shorten } from "../plain.js";
import { priceText } from "../price-text.js";
import { type Cell, pairs, table } from "../table.js";
import { broadcastPath } from "./broadcast-path.js";

const headings = ["BROADCAST", "CREATED", "STATE", "STARTED", "NAME"];
const recipientHeadings = ["RECORD", "RECIPIENT", "OUTCOME", "WHY", "RUN"];
const reasonWidth = 80;

/** Lists broadcasts, newest first. */
export async function listBroadcasts(
  { limit, state }: { limit: number; state?: string },
  { client, terminal }: CommandContext,
): Promise<void> {
  const broadcasts = await client.list<BroadcastView>(broadcastPath(), { limit, state });
  terminal.printJson({ items: broadcasts });
  if (broadcasts.length === 0) terminal.print("There are no such broadcasts.");
  else terminal.print(...table(terminal.paint, headings, broadcasts.map(toRow)));
}

function toRow(broadcast: BroadcastView): Cell[] {
  const { id, createdAt, started, name } = broadcast;
  return [id, localTime(createdAt), stateCell(broadcast), started.toLocaleString("en"), plain(name)];
}

function stateCell({ state }: BroadcastView): Cell {
  return state === "done" ? ["good", state] : ["careful", state];
}

/** Which recipients are listed. */
export interface RecipientFlags {
  readonly recipients: boolean;
  readonly outcome?: string;
  readonly exclusion?: string;
  readonly limit: number;
}

/** Shows a broadcast, and who is in it when asked. */
export async function showBroadcast(
  id: string,
  { recipients, outcome, exclusion, limit }: RecipientFlags,
  { client, terminal }: CommandContext,
): Promise<void> {
  const isListed = recipients || outcome !== undefined || exclusion !== undefined;
  const shown = await client.get<BroadcastDetailView>(broadcastPath(id));
  const items = isListed
    ? await client.list<BroadcastRecipientView>(broadcastPath(id, "/recipients"), { limit, outcome, exclusion })
    : null;
  terminal.printJson({ ...shown, ...(items !== null && { recipients: items }) });
  terminal.print(...pairs(terminal.paint, factsOf(shown)));
  if (items === null) return;
  if (items.length === 0) terminal.print("", "There are no such recipients.");
  else terminal.print("", ...table(terminal.paint, recipientHeadings, items.map(toRecipientRow)));
}

function factsOf({ broadcast, records, outcomes, estimated, cost }: BroadcastDetailView): (readonly [string, Cell])[] {
  const { id, name, flow, audience, perSecond, examined, excluded, startedAt, finishedAt } = broadcast;
  const where = Object.entries(audience.where).map(([field, value]) => `${field} = ${value}`);
  const conditions = [...where, ...(audience.when === null ? [] : [audience.when])].map(plain);
  const leftOut = Object.entries(excluded).map(([reason, number]) => `${number.toLocaleString("en")} ${reason}`);
  return [
    ["Broadcast", id],
    ["Name", plain(name)],
    ["Flow", flow],
    ["Audience", [audience.dataType, ...conditions].join(", ")],
    ["State", stateCell(broadcast)],
    ["Pace", `${perSecond} a second at most`],
    ["Looked at", `${examined.toLocaleString("en")} of ${records.toLocaleString("en")} records`],
    ["Recipients", describeOutcomes(outcomes)],
    ["Left out", leftOut.length === 0 ? "nobody" : leftOut.join(", ")],
    ...(estimated === null || estimated.length === 0
      ? []
      : [["Estimated", describeCosts(estimated, "recipient")] as const]),
    ...(cost.length === 0 ? [] : [["Cost so far", describeCosts(cost, "message")] as const]),
    ["Started", localTime(startedAt)],
    ["Ended", localTime(finishedAt)],
  ];
}

function describeCosts(costs: BroadcastDetailView["cost"], what: string): string {
  return costs.map(({ of, ...price }) => `${priceText(price)} for ${count(of, what)}`).join(", ");
}

/** Says how many recipients there are of each outcome. */
export function describeOutcomes(outcomes: BroadcastDetailView["outcomes"]): string {
  const said = Object.entries(outcomes).map(([outcome, number]) => `${number.toLocaleString("en")} ${outcome}`);
  return said.length === 0 ? "nobody yet" : said.join(", ");
}

function toRecipientRow({ key, recipient, outcome, exclusion, reason, code, runId }: BroadcastRecipientView): Cell[] {
  const bad = outcome === "failed" || outcome === "undelivered";
  const good = outcome === "delivered" || outcome === "read";
  const said = exclusion ?? (code === null ? outcome : `${outcome} (${code})`);
  const cell: Cell = [good ? "good" : bad ? "bad" : "careful", said];
  return [plain(key), recipient ?? "", cell, shorten(plain(localInstants(reason ?? "")), reasonWidth), runId ?? ""];
}
