import type { EventView } from "../../api/contract/event.js";
import type { CommandContext } from "../context.js";
import { recordName } from "../history/tones.js";
import { localTime } from "../local-time.js";
import { count } from "../plain.js";
import { type Cell, pairs, table } from "../table.js";

/** Which events are listed; members that are undefined are not said. */
export interface EventQuery {
  readonly limit: number;
  readonly dataType: string | undefined;
  readonly key: string | undefined;
  readonly kind: string | undefined;
}

const verdictWords = {
  fired: ["good", "yes"],
  "not-fired": ["faint", "no"],
  inactive: ["faint", "switched off"],
  failed: ["bad", "not decided"],
} as const satisfies Record<EventView["decisions"][number]["verdict"], Cell>;

/** Lists events, newest first. */
export async function listEvents(query: EventQuery, { client, terminal }: CommandContext): Promise<void> {
  const events = await client.list<EventView>("/api/v1/events", { ...query });
  terminal.printJson({ items: events });
  if (events.length === 0) terminal.print("There are no such events.");
  else terminal.print(...table(terminal.paint, ["EVENT", "WHEN", "KIND", "ABOUT", "STARTED"], events.map(toRow)));
}

/** Shows one event: what came, and why each flow did or did not start. */
export async function showEvent(id: string, { client, terminal }: CommandContext): Promise<void> {
  const event = await client.get<EventView>(`/api/v1/events/${encodeURIComponent(id)}`);
  const { kind, dataType, key, version, causedByRun, createdAt, decisions, payload } = event;
  terminal.printJson(event);
  terminal.print(
    ...pairs(terminal.paint, [
      ["Event", event.id],
      ["Kind", kind],
      ["About", recordName(dataType, key)],
      ...(version === null ? [] : [["Version", String(version)] as const]),
      ["When", localTime(createdAt)],
      ...(causedByRun === null ? [] : [["Caused by", causedByRun] as const]),
    ]),
  );
  const rows = decisions.map(({ flow, verdict, runId, reason }) => [flow, verdictWords[verdict], runId ?? "", reason]);
  if (rows.length > 0) terminal.print("", ...table(terminal.paint, ["FLOW", "STARTS", "RUN", "WHY"], rows));
  terminal.print("", JSON.stringify(payload, null, 2));
}

function toRow({ id, createdAt, kind, dataType, key, decisions }: EventView): Cell[] {
  const started = decisions.filter(({ verdict }) => verdict === "fired").length;
  return [id, localTime(createdAt), kind, recordName(dataType, key), started === 0 ? "" : count(started, "run")];
}
