import type { BroadcastPreviewView } from "../../api/contract/broadcast.js";
import type { CommandContext } from "../context.js";
import { duration, localInstants, localTime } from "../local-time.js";
import { count, plain, shorten } from "../plain.js";
import { broadcastPath } from "./broadcast-path.js";

const bodyWidth = 160;

/** Shows what a draft would do. */
export async function showPreview(id: string, { client, terminal }: CommandContext): Promise<void> {
  const preview = await client.post<BroadcastPreviewView>(broadcastPath(id, "/preview"), {});
  terminal.printJson({ preview });
  terminal.print(...describePreview(preview), `Start it: patchbay broadcast start ${id}`);
}

/** Says who would get a broadcast, who would not, and what it would say. */
export function describePreview(preview: BroadcastPreviewView): string[] {
  const { examined, more, recipients, segments, texts, exclusions } = preview;
  const seen = more ? `Of the first ${count(examined, "record")}` : `Of ${count(examined, "record")}`;
  return [
    `${seen}, ${count(recipients, "recipient")} would get it: ${count(segments, "segment")}${describePrices(preview.prices)}.`,
    ...describeRest(preview),
    ...describeQuiet(preview),
    ...texts.map(
      ({ recipient, body }) => `  ${recipient ?? "(not known yet)"}  ${shorten(plain(body ?? ""), bodyWidth)}`,
    ),
    ...describeExcluded(preview),
    ...exclusions.map(
      ({ key, exclusion, reason }) => `  ${key}  ${exclusion}: ${shorten(plain(localInstants(reason)), bodyWidth)}`,
    ),
  ];
}

function describePrices(prices: BroadcastPreviewView["prices"]): string {
  return prices.map(({ amount, currency }) => `, about ${amount.toLocaleString("en")} ${currency}`).join("");
}

function describeRest({ more, records, moreRecords, estimate }: BroadcastPreviewView): string[] {
  const takes = `it takes ${duration(estimate.seconds * 1_000)} at its pace`;
  if (!more) return [`At least ${takes}.`];
  const all = `${moreRecords ? "more than " : ""}${count(records, "record")}`;
  const about = `${count(estimate.recipients, "recipient")}, ${count(estimate.segments, "segment")}${describePrices(estimate.prices)}`;
  return [`Reckoned from those for ${all}: about ${about}; ${takes} at least.`];
}

function describeQuiet({ quiet }: BroadcastPreviewView): string[] {
  if (quiet.recipients === 0) return [];
  return [
    `It is quiet hours for ${count(quiet.recipients, "recipient")} now, until ${localTime(quiet.until)} at the latest.`,
  ];
}

function describeExcluded({ excluded }: BroadcastPreviewView): string[] {
  const reasons = Object.entries(excluded);
  if (reasons.length === 0) return [];
  const total = reasons.reduce((sum, [, number]) => sum + number, 0);
  const said = reasons.map(([reason, number]) => `${number.toLocaleString("en")} ${reason}`).join(", ");
  return [`${total.toLocaleString("en")} would get nothing: ${said}.`];
}
