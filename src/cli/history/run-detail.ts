import type { EffectView, RunDetailView } from "../../api/contract/run.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, pairs, table } from "../table.js";
import type { Terminal } from "../terminal.js";
import { type Choices, choicesOf } from "./choices.js";
import { messageStatusCell, recordName, runStatusCell } from "./tones.js";

const shortJson = 100;

/** Shows one run: what started it, its steps, the calls it made and the messages it sent. */
export async function showRun(id: string, { client, terminal }: CommandContext): Promise<void> {
  const run = await client.get<RunDetailView>(`/api/v1/runs/${encodeURIComponent(id)}`);
  terminal.printJson(run);
  terminal.print(...pairs(terminal.paint, factsOf(run)));
  printSteps(run, terminal.json ? new Map() : await choicesOf(run, { client }), terminal);
  printCalls(run.effects, terminal);
  printMessages(run, terminal);
}

function factsOf(run: RunDetailView): (readonly [string, Cell])[] {
  const { id, flow, status, eventId, dataType, key, attempts, createdAt, finishedAt, failure, stopReason } = run;
  const { parent, path, wait, dueAt } = run;
  return [
    ["Run", id],
    ["Flow", flow],
    ["Record", recordName(dataType, key)],
    ["Event", eventId],
    ...(parent === null ? [] : [["Item", `${path} of run ${parent.runId}`] as const]),
    ["Status", runStatusCell(status)],
    ...(wait === null
      ? []
      : [["Waits for", localInstants(wait.summary)] as const, ["Goes on", localTime(dueAt)] as const]),
    ["Started", localTime(createdAt)],
    ["Finished", localTime(finishedAt)],
    ["Attempts", String(attempts)],
    ...(stopReason === null ? [] : [["Stopped", localInstants(stopReason)] as const]),
    ...(failure === null
      ? []
      : [
          ["Failure", `${localInstants(failure.message)} (${failure.code})`] as const,
          ["What to do", localInstants(failure.remedy)] as const,
        ]),
  ];
}

function printSteps({ steps }: RunDetailView, choices: Choices, { print, paint }: Terminal): void {
  if (steps.length === 0) return;
  const rows = steps.map(({ id, outcome, output, failure, finishedAt }): Cell[] => [
    id,
    outcome === "done"
      ? ["good", outcome]
      : outcome === "failed"
        ? ["bad", outcome]
        : outcome === "suppressed"
          ? ["careful", outcome]
          : ["faint", outcome],
    localTime(finishedAt),
    localInstants(failure === null ? (choices.get(id) ?? briefly(output)) : failure.message),
  ]);
  print("", ...table(paint, ["STEP", "OUTCOME", "FINISHED", "RESULT"], rows));
}

function printCalls(effects: readonly EffectView[], { print, paint }: Terminal): void {
  if (effects.length === 0) return;
  const rows = effects.map(({ id, endpoint, recipient, state, attempts, vendorId, failure, picked }): Cell[] => [
    endpoint,
    recipient ?? "",
    state === "done" ? ["good", state] : state === "refused" ? ["bad", state] : ["careful", state],
    String(attempts),
    vendorId ?? "",
    id,
    localInstants(failure?.message ?? picked?.why ?? ""),
  ]);
  print("", ...table(paint, ["CALL", "TO", "OUTCOME", "ATTEMPTS", "VENDOR'S ID", "EFFECT", "WHY"], rows));
}

function printMessages({ messages }: RunDetailView, { print, paint }: Terminal): void {
  if (messages.length === 0) return;
  const rows = messages.map(({ to, status, errorCode, segments, body }): Cell[] => [
    to,
    messageStatusCell(status, errorCode),
    String(segments),
    body,
  ]);
  print("", ...table(paint, ["MESSAGE TO", "STATUS", "SEGMENTS", "TEXT"], rows));
}

function briefly(output: unknown): string {
  const text = JSON.stringify(output);
  return text.length <= shortJson ? text : `${text.slice(0, shortJson)}…`;
}
