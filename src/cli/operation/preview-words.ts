import type { OperationPreviewView } from "../../api/contract/operation.js";
import type { CallCountsView } from "../../api/contract/replay.js";
import { count } from "../plain.js";

/** How calls are spoken of: texts are sent, other calls are made. */
export interface CallWords {
  readonly noun: string;
  readonly done: string;
}

export const textWords: CallWords = { noun: "text", done: "sent" };
export const callWords: CallWords = { noun: "call", done: "made" };

/** Says what would become of calls: `2 texts would be sent, 5 were sent already and will not be sent again`. */
export function describeCalls(calls: CallCountsView, { noun, done }: CallWords): string {
  const be = (number: number): string => `${number.toLocaleString("en")} ${number === 1 ? "was" : "were"}`;
  const parts = [`${count(calls["would-send"], noun)} would be ${done}`];
  if (calls["already-sent"] > 0) {
    parts.push(`${be(calls["already-sent"])} ${done} already and will not be ${done} again`);
  }
  if (calls["under-way"] > 0) parts.push(`${calls["under-way"]} will be ${done} by a run that is under way`);
  if (calls.unknown > 0) parts.push(`${calls.unknown} may have been ${done} and will be left alone`);
  return parts.join(", ");
}

/** Says what a bulk operation would do. */
export function describePreview({ examined, more, runs, calls }: OperationPreviewView, noun: string): string[] {
  const seen = more ? `Of the first ${count(examined, noun)} (there are more)` : `Of ${count(examined, noun)}`;
  return [`${seen}, ${count(runs, "run")} would be started.`, `${describeCalls(calls, callWords)}.`];
}
