import type { CallCountsView, ReplayedView, ReplayPreviewView } from "../../api/contract/replay.js";
import { confirm } from "../confirm.js";
import type { CommandContext } from "../context.js";
import { localInstants } from "../local-time.js";
import { callWords, describeCalls, textWords } from "../operation/preview-words.js";
import { count } from "../plain.js";
import { type Cell, table } from "../table.js";
import type { Terminal } from "../terminal.js";

const verdictWords = {
  "would-send": "would be sent",
  suppressed: "would not be sent: the recipient has opted out",
  "already-sent": "sent already",
  "under-way": "under way",
  unknown: "may have been sent",
} as const;

/** Shows what a replay of one event would do, asks, and does it. */
export async function replayEvent(id: string, { yes }: { yes: boolean }, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const path = `/api/v1/events/${encodeURIComponent(id)}/replay`;
  const preview = await client.post<ReplayPreviewView>(path, { dryRun: true });
  terminal.printJson({ preview });
  printPreview(preview, terminal);
  if (!preview.decisions.some(({ verdict }) => verdict === "fired")) {
    terminal.print("No flow would start: there is nothing to do.");
    return;
  }
  if (!yes && !(await confirm("Replay it?", terminal))) {
    terminal.print("Nothing was done.");
    return;
  }
  const replayed = await client.post<ReplayedView>(path, {});
  terminal.printJson({ replayed });
  const runs = replayed.decisions.flatMap(({ runId }) => (runId === null ? [] : [runId]));
  terminal.print(`${count(runs.length, "run")} started${runs.length === 0 ? "" : `: ${runs.join(", ")}`}.`);
}

function printPreview({ decisions, calls, failures }: ReplayPreviewView, { print, paint }: Terminal): void {
  const rows = decisions.map(({ flow, verdict, reason }): Cell[] => [
    flow,
    verdict === "fired" ? ["good", "yes"] : ["faint", "no"],
    localInstants(reason),
  ]);
  if (rows.length > 0) print(...table(paint, ["FLOW", "STARTS", "WHY"], rows), "");
  const told = calls.map(({ verdict, recipient, endpoint, body }): Cell[] => [
    verdict === "would-send" ? ["careful", verdictWords[verdict]] : ["faint", verdictWords[verdict]],
    recipient ?? "",
    body ?? endpoint,
  ]);
  if (told.length > 0) print(...table(paint, ["CALL", "TO", "TEXT"], told), "");
  for (const { flow, code, message } of failures) print(`${flow} would fail: ${localInstants(message)} (${code})`);
  const words = calls.every(({ body }) => body !== null) ? textWords : callWords;
  print(`${describeCalls(countCalls(calls), words)}.`);
}

function countCalls(calls: ReplayPreviewView["calls"]): CallCountsView {
  const counts = { "would-send": 0, suppressed: 0, "already-sent": 0, "under-way": 0, unknown: 0 };
  for (const { verdict } of calls) counts[verdict] += 1;
  return counts;
}
