/** Which creates a fault strikes: all members must fit the request's form as it was sent. */
export interface FaultMatch {
  /** The whole of `To`. */
  readonly to?: string;
  /** A part of `Body`. */
  readonly body?: string;
}

/** What goes wrong with the answer to a create. */
export type AnswerFault =
  /** An error is answered; with `afterSend` the message was accepted all the same. */
  | {
      readonly kind: "status";
      readonly status: number;
      /** Twilio's code; the status' usual one when not given. */
      readonly code?: number;
      readonly retryAfterSeconds?: number;
      readonly afterSend?: boolean;
    }
  /** Nothing is answered until the client gives up or `holdMs` (default a minute) have passed; nothing was accepted. */
  | { readonly kind: "timeout-before"; readonly holdMs?: number }
  /** The same, but the message was accepted and goes its way. */
  | { readonly kind: "timeout-after-send"; readonly holdMs?: number }
  /** The connection is cut; nothing was accepted. */
  | { readonly kind: "reset" }
  /** The connection is cut; the message was accepted. */
  | { readonly kind: "reset-after-send" }
  /** `text` (the default): accepted, but the 201 is not JSON. `html`: a 200 web page by something on the way; not accepted. */
  | { readonly kind: "garbage"; readonly form?: "text" | "html" }
  /** Accepted at once, answered `delayMs` later, so that callbacks may come before the answer. */
  | { readonly kind: "slow"; readonly delayMs: number };

/** What goes wrong with all callbacks of a message; several may strike one message. */
export type CallbackFault =
  | { readonly kind: "lose-callbacks" | "duplicate-callbacks" | "reorder-callbacks" | "forge-signature" }
  /** Each callback is made `delayMs` later than the status was reached. */
  | { readonly kind: "delay-callbacks"; readonly delayMs: number };

/** Something that goes wrong on demand, for the next `times` creates that match; once when not given. */
export type Fault = (AnswerFault | CallbackFault) & { readonly match?: FaultMatch; readonly times?: number };

export type CallbackFaultKind = CallbackFault["kind"];

/** The faults of one message's callbacks, one of a kind. */
export type CallbackFaults = ReadonlyMap<CallbackFaultKind, CallbackFault>;

/** The faults that are still to strike, in the order they were added. */
export interface FaultBook {
  add(fault: Fault): void;
  clear(): void;
  /** Gives the first answer fault for this form that `fits`, counted down, or null. */
  takeAnswerFault(form: URLSearchParams, fits: (fault: AnswerFault) => boolean): AnswerFault | null;
  /** Gives every kind of callback fault for this form, each counted down once. */
  takeCallbackFaults(form: URLSearchParams): CallbackFaults;
}

/** Tells whether a fault strikes before the message would be accepted, so that it never exists. */
export function strikesBefore(fault: AnswerFault): boolean {
  if (fault.kind === "status") return fault.afterSend !== true;
  if (fault.kind === "garbage") return fault.form === "html";
  return fault.kind === "timeout-before" || fault.kind === "reset";
}

/** Names a fault for counting: its kind, with what makes a difference to the client. */
export function faultName(fault: AnswerFault | CallbackFault): string {
  if (fault.kind !== "status") return fault.kind;
  return `status-${fault.status}${fault.afterSend === true ? "-after-send" : ""}`;
}

interface Entry {
  readonly fault: Fault;
  left: number;
}

/** No fault at all. */
export const noCallbackFaults: CallbackFaults = new Map();

/** Opens a book without faults. */
export function openFaultBook(): FaultBook {
  let entries: Entry[] = [];
  const spend = (entry: Entry): void => {
    entry.left -= 1;
    if (entry.left === 0) entries = entries.filter((other) => other !== entry);
  };
  return {
    add(fault) {
      entries.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      entries = [];
    },
    takeAnswerFault(form, fits) {
      for (const entry of entries) {
        const { fault } = entry;
        if (isCallbackFault(fault) || !matches(fault.match, form)) continue;
        if (!fits(fault)) return null;
        spend(entry);
        return fault;
      }
      return null;
    },
    takeCallbackFaults(form) {
      if (entries.length === 0) return noCallbackFaults;
      const taken = new Map<CallbackFaultKind, CallbackFault>();
      for (const entry of entries) {
        const { fault } = entry;
        if (!isCallbackFault(fault) || taken.has(fault.kind) || !matches(fault.match, form)) continue;
        taken.set(fault.kind, fault);
        spend(entry);
      }
      return taken;
    },
  };
}

/** Tells the faults of callbacks from those of answers. */
export function isCallbackFault<Either extends AnswerFault | CallbackFault>(
  fault: Either,
): fault is Extract<Either, CallbackFault> {
  return fault.kind.endsWith("-callbacks") || fault.kind === "forge-signature";
}

function matches(match: FaultMatch | undefined, form: URLSearchParams): boolean {
  if (match?.to !== undefined && match.to !== form.get("To")) return false;
  return match?.body === undefined || (form.get("Body") ?? "").includes(match.body);
}
