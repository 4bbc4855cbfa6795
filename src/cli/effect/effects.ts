import type { EffectView, RunDetailView } from "../../api/contract/run.js";
import { isFinished } from "../../core/run.js";
import type { Settlement } from "../../engine/engine.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
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

/** Says what happens now; `run` is the effect's run as it is afterwards. */
function describeSettlement(settlement: Settlement, effect: EffectView, run: RunDetailView): string {
  const counts = settlement === "sent" ? "It counts as sent" : "It counts as not sent";
  if (run.status === "cancelled") return `${counts}; the run stays cancelled.`;
  if (settlement === "sent") return `${counts}; its run goes on behind it.`;
  if (settlement === "not-sent" && run.status === "succeeded") return `${counts}; the run stays succeeded.`;
  if (settlement === "not-sent") return `${counts}; its run is failed until you retry it.`;
  if (!isLeftBehind(effect, run)) return "It will be made again as soon as the connection takes calls.";
  return `${counts}; it is not made again, for its run had gone on without it and is ${run.status}.`;
}

/** Whether a run has ended without its call; one that has made it again by now has not. */
function isLeftBehind({ id, attempts }: EffectView, { status, effects }: RunDetailView): boolean {
  if (!isFinished(status)) return false;
  return effects.some((one) => one.id === id && one.state === "refused" && one.attempts === attempts);
}

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
  if (terminal.json) return;
  const run = await client.get<RunDetailView>(`/api/v1/runs/${encodeURIComponent(effect.runId)}`);
  terminal.print(
    `${effect.endpoint}${to}: ${describeSettlement(settlement, effect, run)}`,
    `See its run: patchbay runs show ${effect.runId}`,
  );
}

function toRow({ id, intendedAt, state, endpoint, recipient, runId, failure }: EffectView): Cell[] {
  const shown: Cell = state === "done" ? ["good", state] : state === "refused" ? ["bad", state] : ["careful", state];
  return [id, localTime(intendedAt), shown, endpoint, recipient ?? "", runId, localInstants(failure?.message ?? "")];
}
