import type { MessageEstimateView } from "../../api/contract/message.js";
import type { CommandContext } from "../context.js";
import { localInstants } from "../local-time.js";
import { count } from "../plain.js";
import { priceText } from "../price-text.js";

/** Shows what a text would be: nothing is kept and nothing is sent. */
export async function estimateMessage(
  payload: { readonly to: string; readonly body: string; readonly from?: string },
  { connection, flow }: { readonly connection: string | undefined; readonly flow: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const by = connection === undefined ? {} : { connection };
  const body = { payload, ...by, ...(flow === undefined ? {} : { flow }) };
  const estimate = await client.post<MessageEstimateView>("/api/v1/message-estimates", body);
  terminal.printJson(estimate);
  terminal.print(...toLines(estimate));
}

function toLines({
  channel,
  from,
  to,
  segments,
  encoding,
  units,
  outsideGsm,
  price,
  connection,
  instead,
  obstacles,
}: MessageEstimateView): string[] {
  const unit = encoding === "GSM-7" ? "septet" : "code unit";
  const size =
    encoding === null ? "1 message" : `${count(segments, "segment")} of ${encoding} (${count(units ?? 0, unit)})`;
  return [
    `${channel} from ${from ?? "a sender that the service chooses"} to ${to} by ${connection}`,
    ...(instead === null ? [] : [`Sent instead: ${localInstants(instead)}`]),
    size,
    ...(outsideGsm.length === 0 ? [] : [`Not in GSM-7, so each segment holds less than half: ${outsideGsm.join(" ")}`]),
    price === null
      ? "No price is known: the connection's prices have none for this recipient."
      : `About ${priceText(price)}, by the connection's prices`,
    ...obstacles.map((why) => `It would not be sent now: ${localInstants(why)}`),
  ];
}
