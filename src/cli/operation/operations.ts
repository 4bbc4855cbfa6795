import type { OperationView } from "../../api/contract/operation.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { type Cell, pairs, table } from "../table.js";

const headings = ["OPERATION", "ORDERED", "STATE", "STARTED RUNS", "WORK"];

/** Lists operations, newest first. */
export async function listOperations(
  filter: { limit: number; state: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const operations = await client.list<OperationView>("/api/v1/operations", filter);
  terminal.printJson({ items: operations });
  if (operations.length === 0) terminal.print("There are no such operations.");
  else terminal.print(...table(terminal.paint, headings, operations.map(toRow)));
}

/** Shows one operation. */
export async function showOperation(id: string, { client, terminal }: CommandContext): Promise<void> {
  const operation = await client.get<OperationView>(`/api/v1/operations/${encodeURIComponent(id)}`);
  terminal.printJson(operation);
  terminal.print(
    ...pairs(terminal.paint, [
      ["Operation", operation.id],
      ["Work", describeWork(operation)],
      ["State", stateCell(operation)],
      ["Pace", `${operation.perSecond} a second at most`],
      ["Looked at", String(operation.examined)],
      ["Started runs", String(operation.started)],
      ["Ordered", localTime(operation.createdAt)],
      ["Ended", localTime(operation.finishedAt)],
    ]),
  );
}

/** Stops an operation. */
export async function stopOperation(id: string, { client, terminal }: CommandContext): Promise<void> {
  const path = `/api/v1/operations/${encodeURIComponent(id)}`;
  const before = await client.get<OperationView>(path);
  const operation = await client.post<OperationView>(`${path}/stop`, {});
  terminal.printJson(operation);
  terminal.print(
    before.state !== "running" || operation.state === "done"
      ? `Operation ${id} had ended already: it was ${operation.state} at ${localTime(operation.finishedAt)}.`
      : `Operation ${id} is stopped; ${operation.started} runs it had started go on.`,
  );
}

function toRow(operation: OperationView): Cell[] {
  const { id, createdAt, started } = operation;
  return [id, localTime(createdAt), stateCell(operation), String(started), describeWork(operation)];
}

function stateCell({ state }: OperationView): Cell {
  return state === "done" ? ["good", state] : ["careful", state];
}

function describeWork({ work }: OperationView): string {
  const { kind, from, until, eventKind, dataType, flow, code, version } = work;
  const filters = [eventKind, dataType, flow, code].filter((word) => typeof word === "string");
  const newest = version === "newest" ? ["newest version"] : [];
  return [`${kind} ${localTime(from)} to ${localTime(until)}`, ...filters, ...newest].join(", ");
}
