import { setTimeout as delay } from "node:timers/promises";
import type { BroadcastDetailView, BroadcastPreviewView, BroadcastView } from "../../api/contract/broadcast.js";
import { confirm } from "../confirm.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { openProgressBar } from "../progress-bar.js";
import { broadcastPath } from "./broadcast-path.js";
import { describePreview } from "./preview-words.js";
import { describeOutcomes } from "./show-broadcasts.js";

const firstLookMs = 100;
const longestLookMs = 1_000;

/** Shows what a draft would do, asks, starts it, and watches it to its end. */
export async function startBroadcast(
  id: string,
  { yes, watch }: { yes: boolean; watch: boolean },
  context: CommandContext,
): Promise<void> {
  const { client, terminal } = context;
  const preview = await client.post<BroadcastPreviewView>(broadcastPath(id, "/preview"), {});
  terminal.printJson({ preview });
  terminal.print(...describePreview(preview));
  if (preview.recipients === 0 && !preview.more) {
    terminal.print("Nobody would get it: it was not started.");
    return;
  }
  const all = count(preview.estimate.recipients, "recipient");
  if (!yes && !(await confirm(`Send to ${preview.more ? "about " : ""}${all}?`, terminal))) {
    terminal.print("Nothing was sent.");
    return;
  }
  await client.post<BroadcastView>(broadcastPath(id, "/start"), { confirm: preview.confirm });
  terminal.note(`Broadcast ${id} is started. Pause it: patchbay broadcast pause ${id}`);
  if (watch) await watchBroadcast(id, context);
}

/** It goes on when nobody watches it any more. */
async function watchBroadcast(id: string, context: CommandContext): Promise<void> {
  const { terminal, stop } = context;
  try {
    const ended = await follow(id, context);
    const { state } = ended.broadcast;
    terminal.printJson(ended);
    terminal.print(`Broadcast ${id} is ${state}: ${describeOutcomes(ended.outcomes)}.`);
    if (state !== "done") context.reportFailures();
  } catch (thrown) {
    if (stop.aborted) terminal.note(`Broadcast ${id} goes on. Stop it: patchbay broadcast stop ${id}`);
    throw thrown;
  }
}

async function follow(id: string, { client, terminal, stop }: CommandContext): Promise<BroadcastDetailView> {
  const bar = openProgressBar(terminal);
  try {
    for (let waitMs = firstLookMs; ; waitMs = Math.min(longestLookMs, waitMs * 2)) {
      const now = await client.get<BroadcastDetailView>(broadcastPath(id));
      const { broadcast, records, outcomes } = now;
      if (broadcast.state !== "running") return now;
      bar.update(records === 0 ? null : broadcast.examined / records, describeOutcomes(outcomes));
      await delay(waitMs, undefined, { signal: stop });
    }
  } finally {
    bar.close();
  }
}
