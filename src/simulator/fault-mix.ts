import { createHash } from "node:crypto";
import { type AnswerFault, type CallbackFault, type CallbackFaults, isCallbackFault } from "./faults.js";

/** A fault for a share of all creates, from 0 to 1. */
export type MixedFault = (AnswerFault | CallbackFault) & { readonly share: number };

/**
 * Faults for a whole session. At most one fault of the answer strikes a create, so their shares add up to 1 at most;
 * faults of the callbacks strike independently of it and of each other.
 */
export interface FaultMix {
  readonly seed: number;
  readonly faults: readonly MixedFault[];
}

/** What the mix does to one create. */
export interface Drawn {
  readonly answer: AnswerFault | null;
  readonly callbacks: CallbackFaults;
}

/** Draws faults by their shares. */
export interface FaultMixer {
  /**
   * Gives what strikes a create. It is drawn from the seed, the recipient, the text and how often this text was asked
   * to be sent to this recipient: the same session meets the same faults, in whatever order its requests arrive,
   * and a request that is repeated is drawn anew.
   */
  draw(form: URLSearchParams): Drawn;
}

/** A mixer that never draws anything. */
export const noMix: FaultMixer = { draw: () => ({ answer: null, callbacks: new Map() }) };

/** Makes the mixer of a mix, which begins to count repetitions anew. */
export function createFaultMixer({ seed, faults }: FaultMix): FaultMixer {
  const repetitions = new Map<string, number>();
  return {
    draw(form) {
      const about = JSON.stringify([form.get("To"), form.get("Body")]);
      const repetition = repetitions.get(about) ?? 0;
      repetitions.set(about, repetition + 1);
      const fraction = (what: string): number => toFraction(JSON.stringify([seed, what, repetition, about]));
      return { answer: drawAnswer(faults, fraction("answer")), callbacks: drawCallbacks(faults, fraction) };
    },
  };
}

/** Lays the shares side by side from 0 on; the fraction falls into one of them or behind all. */
function drawAnswer(faults: readonly MixedFault[], fraction: number): AnswerFault | null {
  let end = 0;
  for (const fault of faults) {
    if (isCallbackFault(fault)) continue;
    end += fault.share;
    if (fraction < end) return fault;
  }
  return null;
}

function drawCallbacks(faults: readonly MixedFault[], fraction: (what: string) => number): CallbackFaults {
  const drawn = faults.filter(isCallbackFault).filter(({ kind, share }) => fraction(kind) < share);
  return new Map(drawn.map((fault) => [fault.kind, fault]));
}

/** Gives a number from 0 to just below 1 that looks random and is always the same for the same text. */
function toFraction(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
}
