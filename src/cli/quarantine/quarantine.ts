import type { QuarantinedRecordView } from "../../api/contract/quarantine.js";
import type { AcceptedView } from "../../api/contract/record.js";
import { describeProblems } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { recordName } from "../history/tones.js";
import { localTime } from "../local-time.js";
import { count } from "../plain.js";
import { readOne } from "../read-one.js";
import { type Cell, pairs, table } from "../table.js";

const headings = ["QUARANTINED", "SINCE", "TIMES", "STATE", "RECORD", "WHAT IS WRONG"];

const pathOf = (id: string): string => `/api/v1/quarantine/${encodeURIComponent(id)}`;

/** Lists quarantined records, newest first. */
export async function listQuarantine(
  filter: { limit: number; state: string | undefined; dataType: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const records = await client.list<QuarantinedRecordView>("/api/v1/quarantine", filter);
  terminal.printJson({ items: records });
  if (records.length === 0) terminal.print("There are no such records in quarantine.");
  else terminal.print(...table(terminal.paint, headings, records.map(toRow)));
}

/** Shows one quarantined record with its problems and the document, ready to be corrected. */
export async function showQuarantined(id: string, { client, terminal }: CommandContext): Promise<void> {
  const record = await client.get<QuarantinedRecordView>(pathOf(id));
  const { dataType, key, state, problems, count: times, createdAt, updatedAt, document } = record;
  terminal.printJson(record);
  terminal.print(
    ...pairs(terminal.paint, [
      ["Quarantined", id],
      ["Record", recordName(dataType, key)],
      ["State", state],
      ["Since", localTime(createdAt)],
      ["Pushed", times === 1 ? "once" : `${times} times, last ${localTime(updatedAt)}`],
      ...problems.map((problem) => ["Problem", describeProblems([problem])] as const),
    ]),
    "",
    JSON.stringify(document, null, 2),
  );
}

/** Pushes a quarantined record, corrected by a file or as it was. */
export async function releaseQuarantined(
  id: string,
  { file, force }: { file: string | undefined; force: boolean },
  context: CommandContext,
): Promise<void> {
  const { client, terminal } = context;
  const corrected = file === undefined ? {} : { document: await readOne(file, context) };
  const body = force ? { ...corrected, force } : corrected;
  const done = await client.post<AcceptedView>(`${pathOf(id)}/release`, body);
  terminal.printJson(done);
  const runs = done.decisions.filter(({ verdict }) => verdict === "fired").length;
  const what = done.verdict === "unchanged" ? "is there already, as it is" : `was ${done.verdict}`;
  terminal.print(`${recordName(done.dataType, done.key)} ${what}; ${count(runs, "flow")} started.`);
}

/** Says that a quarantined record is not wanted. */
export async function discardQuarantined(id: string, { client, terminal }: CommandContext): Promise<void> {
  const record = await client.post<QuarantinedRecordView>(`${pathOf(id)}/discard`, {});
  terminal.printJson(record);
  terminal.print(`${id} is discarded: it will never be pushed.`);
}

function toRow({ id, createdAt, count: times, state, dataType, key, problems }: QuarantinedRecordView): Cell[] {
  const shown: Cell = state === "held" ? ["careful", state] : ["faint", state];
  return [id, localTime(createdAt), String(times), shown, recordName(dataType, key), describeProblems(problems)];
}
