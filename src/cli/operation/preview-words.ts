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
  if (calls.suppressed > 0) {
    parts.push(`${calls.suppressed} would not be ${done}: the recipient has opted out`);
  }
  if (calls["under-way"] > 0) parts.push(`${calls["under-way"]} will be ${done} by a run that is under way`);
  if (calls.unknown > 0) parts.push(`${calls.unknown} may have been ${done} and will be left alone`);
  return parts.join(", ");
}

/** Says what a bulk operation would do; of a preview that has not seen everything, how far it has looked. */
export function describePreview(preview: OperationPreviewView, noun: string): string[] {
  const { examined, more, runs, calls } = preview;
  const seen = more ? `Of the first ${count(examined, noun)} (there are more)` : `Of ${count(examined, noun)}`;
  const told = more ? `${atLeast(preview)}; ${lookedAt(preview, noun)}` : describeCalls(calls, callWords);
  return [`${seen}, ${count(runs, "run")} would be started.`, `${told}.`];
}

/** Says that a preview has not seen everything; null when it has. */
export function describePartial(preview: OperationPreviewView, noun: string): string | null {
  if (!preview.more) return null;
  const least = count(preview.calls["would-send"], callWords.noun);
  return `Warning: at least ${least} will be ${callWords.done}; ${lookedAt(preview, noun)}.`;
}

function atLeast({ calls }: OperationPreviewView): string {
  return `At least ${describeCalls(calls, callWords)}`;
}

function lookedAt({ examined }: OperationPreviewView, noun: string): string {
  return `only the first ${count(examined, noun)} ${examined === 1 ? "was" : "were"} looked at`;
}
