import type { BroadcastView } from "../../api/contract/broadcast.js";
import type { CommandContext } from "../context.js";
import { broadcastPath } from "./broadcast-path.js";

/** What a draft is made with. */
export interface DraftFlags {
  readonly name: string;
  readonly flow: string;
  readonly dataType: string;
  readonly where: Readonly<Record<string, string>>;
  readonly when?: string;
  readonly perSecond: number;
}

/** Keeps a draft. */
export async function createBroadcast(
  { name, flow, dataType, where, when, perSecond }: DraftFlags,
  { client, terminal }: CommandContext,
): Promise<void> {
  const audience = { dataType, where: { ...where }, ...(when !== undefined && { when }) };
  const draft = await client.post<BroadcastView>(broadcastPath(), { name, flow, audience, perSecond });
  terminal.printJson({ broadcast: draft });
  terminal.print(
    `Broadcast ${draft.id} is a draft: nothing is sent.`,
    `What it would do: patchbay broadcast preview ${draft.id}`,
  );
}
