import type { TimelineEntryView, TimelineView } from "../../api/contract/timeline.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

/** What a timeline is about: exactly one of order, phone, email, sid and run. */
export interface TimelineQuery {
  readonly order?: string;
  readonly type?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly sid?: string;
  readonly run?: string;
}

/** Shows everything that happened around one thing, oldest first. */
export async function showTimeline(
  { order, type, phone, email, sid, run }: TimelineQuery,
  { client, terminal }: CommandContext,
): Promise<void> {
  if ([order, phone, email, sid, run].filter((word) => word !== undefined).length !== 1) {
    throw new PatchbayError(
      "COMMAND_INVALID",
      "Say what the timeline is about: one of --order, --phone, --email, --sid, --run",
    );
  }
  const { entries, truncated } = await client.get<TimelineView>("/api/v1/timeline", {
    ...{ order, dataType: type, phone, email, sid, run },
  });
  terminal.printJson({ entries, truncated });
  terminal.print(...table(terminal.paint, ["WHEN", "WHAT", "DETAIL"], entries.map(toRow)));
  if (truncated) terminal.print("There is more than is shown: 200 of each noun at most are.");
}

function toRow(entry: TimelineEntryView): Cell[] {
  return [localTime(entry.at), ["faint", entry.kind], titleCell(entry)];
}

/** Only events carry their id, what was received too: it is what `replay` and `events show` take. */
function wordsOf({ kind, title, ids }: TimelineEntryView): string {
  const words = localInstants(title);
  return (kind === "event" || kind === "received") && ids.eventId !== undefined ? `${words} (${ids.eventId})` : words;
}

/** Says it in the colour of what it is: red for what failed, yellow for what needs somebody. */
function titleCell(entry: TimelineEntryView): Cell {
  const { outcome, status, state, level } = entry.detail;
  const title = wordsOf(entry);
  if (outcome === "failed" || status === "failed" || state === "refused" || level === "error") return ["bad", title];
  return state === "unknown" || status === "waiting" || level === "warning" ? ["careful", title] : title;
}
