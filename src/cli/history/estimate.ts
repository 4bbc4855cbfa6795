import type { MessageEstimateView } from "../../api/contract/message.js";
import type { CommandContext } from "../context.js";

/** Shows what a text would be: nothing is kept and nothing is sent. */
export async function estimateMessage(
  payload: { readonly to: string; readonly body: string; readonly from?: string },
  connection: string | undefined,
  { client, terminal }: CommandContext,
): Promise<void> {
  const body = { payload, ...(connection === undefined ? {} : { connection }) };
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
}: MessageEstimateView): string[] {
  const parts = segments === 1 ? "1 segment" : `${segments} segments`;
  const size =
    encoding === null
      ? "1 message"
      : `${parts} of ${encoding} (${units} ${encoding === "GSM-7" ? "septets" : "code units"})`;
  return [
    `${channel} from ${from ?? "a sender that the service chooses"} to ${to} by ${connection}`,
    size,
    ...(outsideGsm.length === 0 ? [] : [`Not in GSM-7, so each segment holds less than half: ${outsideGsm.join(" ")}`]),
    price === null
      ? "No price is known: the connection's prices have none for this recipient."
      : `About ${price.amount} ${price.currency}, by the connection's prices`,
  ];
}
