import type { EffectView } from "../../api/contract/run.js";
import type { Settlement } from "../../engine/engine.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const headings = ["EFFECT", "INTENDED", "STATE", "CALL", "TO", "RUN", "WHY"];

/** Lists the calls of the ledger, newest first. */
export async function listEffects(
  filter: { limit: number; state: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const effects = await client.list<EffectView>("/api/v1/effects", filter);
  terminal.printJson({ items: effects });
  if (effects.length === 0) terminal.print("There are no such calls.");
  else terminal.print(...table(terminal.paint, headings, effects.map(toRow)));
}

const outcomes = {
  sent: "It counts as made: its run goes on behind it.",
  "not-sent": "It counts as not made: its run stays failed until somebody retries it.",
  "send-again": "It is made (again) now.",
} as const satisfies Record<Settlement, string>;

/** Says what became of a call whose outcome nobody knows. */
export async function settleEffect(
  id: string,
  settlement: Settlement,
  { client, terminal }: CommandContext,
): Promise<void> {
  const path = `/api/v1/effects/${encodeURIComponent(id)}/settle`;
  const effect = await client.post<EffectView>(path, { settlement });
  terminal.printJson(effect);
  const to = effect.recipient === null ? "" : ` for ${effect.recipient}`;
  terminal.print(`${effect.endpoint}${to}: ${outcomes[settlement]}`, `See its run: patchbay runs show ${effect.runId}`);
}

function toRow({ id, intendedAt, state, endpoint, recipient, runId, failure }: EffectView): Cell[] {
  const shown: Cell = state === "done" ? ["good", state] : state === "refused" ? ["bad", state] : ["careful", state];
  return [id, localTime(intendedAt), shown, endpoint, recipient ?? "", runId, failure?.message ?? ""];
}
