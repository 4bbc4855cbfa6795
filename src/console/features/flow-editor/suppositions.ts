import { isJsonObject, type JsonObject } from "../../../core/json.js";
import type { WrittenStep } from "../../writing/draft-flow.js";

/** What only the world can say of a step, in the words that are offered. */
export interface Supposition {
  readonly kind: SupposedKind;
  /** What a customer writes. */
  readonly text: string;
}

export type Suppositions = Readonly<Record<string, Supposition>>;

const calls = ["well", "refused", "unreachable", "unknown"] as const;
const texts = [...calls, "optedOut"] as const;
const deliveries = ["awaited", "delivered", "read", "undelivered", "failed", "nothing"] as const;
const replies = ["silence", "reply"] as const;

export type SupposedKind = (typeof texts)[number] | (typeof deliveries)[number] | (typeof replies)[number];

/** Gives what can be supposed of a step, as it is supposed where nobody chooses first; nothing where nothing can be. */
export function choicesFor(step: WrittenStep, sendsText: boolean): readonly SupposedKind[] {
  if (step.kind === "call") return sendsText ? texts : calls;
  const awaited = isJsonObject(step.value.wait) ? step.value.wait : {};
  if (awaited.message !== undefined) return deliveries;
  return awaited.reply === undefined ? [] : replies;
}

/** Leaves out what was supposed of steps that are gone, or are others by now. */
export function stillMeant(wished: Suppositions, steps: readonly WrittenStep[]): Suppositions {
  const isMeant = ([id, { kind }]: [string, Supposition]): boolean =>
    steps.some((step) => step.id === id && choicesFor(step, true).includes(kind));
  return Object.fromEntries(Object.entries(wished).filter(isMeant));
}

/** Writes what is supposed as a dry run takes it. */
export function toSuppose(supposed: Suppositions): JsonObject {
  return Object.fromEntries(Object.entries(supposed).map(([id, one]) => [id, toAnswer(one)]));
}

const errors = {
  refused: "ENDPOINT_REFUSED",
  unreachable: "ENDPOINT_UNREACHABLE",
  unknown: "ENDPOINT_OUTCOME_UNKNOWN",
  optedOut: "RECIPIENT_OPTED_OUT",
} as const;

function toAnswer({ kind, text }: Supposition): JsonObject {
  if (kind in errors) return { error: { code: errors[kind as keyof typeof errors] } };
  if (kind === "reply") return { reply: text };
  return kind === "nothing" ? { outcome: "timeout" } : { status: kind };
}
