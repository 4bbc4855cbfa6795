import { openTally } from "./counts.js";
import { createFaultMixer, type FaultMix, noMix } from "./fault-mix.js";
import {
  type AnswerFault,
  type CallbackFault,
  type CallbackFaults,
  type Fault,
  faultName,
  openFaultBook,
  strikesBefore,
} from "./faults.js";

/** Where faults are asked for and taken from: single ones first, then the session's mix. */
export interface FaultDesk {
  /** Asks for a single fault, for the next creates that match. */
  add(fault: Fault): void;
  /** Sets the faults of the session in place of those before; null for none. */
  setMix(mix: FaultMix | null): void;
  /** Takes back single faults and the mix. */
  clear(): void;
  /** Begins one create; its faults are taken as it comes to them. */
  strike(form: URLSearchParams): Strike;
  /** How many creates each fault has struck, by `faultName`. */
  struck(): Readonly<Record<string, number>>;
}

/** The faults of one create, each asked for once, in this order. */
export interface Strike {
  beforeAccepting(): AnswerFault | null;
  onCallbacks(): CallbackFaults;
  afterAccepting(): AnswerFault | null;
}

/** Opens a desk without faults. */
export function openFaultDesk(): FaultDesk {
  const book = openFaultBook();
  const tally = openTally<string>([]);
  let mixer = noMix;
  const counted = <Struck extends AnswerFault | CallbackFault | null>(fault: Struck): Struck => {
    if (fault) tally.add(faultName(fault));
    return fault;
  };
  return {
    add: (fault) => book.add(fault),
    setMix: (mix) => {
      mixer = mix ? createFaultMixer(mix) : noMix;
    },
    clear: () => {
      book.clear();
      mixer = noMix;
    },
    strike: (form) => {
      const drawn = mixer.draw(form);
      const take = (fits: (fault: AnswerFault) => boolean): AnswerFault | null =>
        counted(book.takeAnswerFault(form, fits) ?? (drawn.answer && fits(drawn.answer) ? drawn.answer : null));
      return {
        beforeAccepting: () => take(strikesBefore),
        onCallbacks: () => {
          const faults = new Map([...drawn.callbacks, ...book.takeCallbackFaults(form)]);
          for (const fault of faults.values()) counted(fault);
          return faults;
        },
        afterAccepting: () => take((fault) => !strikesBefore(fault)),
      };
    },
    struck: () => tally.counts(),
  };
}
