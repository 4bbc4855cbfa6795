import type { MessageStatus } from "../core/message.js";
import { toCallbackFields } from "./callback-fields.js";
import type { Callback } from "./callback-poster.js";
import { type CallbackFaults, noCallbackFaults } from "./faults.js";
import type { Ledger } from "./ledger.js";
import { type Outcome, outcomeOf } from "./magic-numbers.js";
import type { SimulatedMessage } from "./simulated-message.js";
import type { After } from "./timers.js";
import type { Work } from "./work.js";

/** Milliseconds a message takes to reach a status from the one before. */
export interface DeliveryDelays {
  /** From `accepted` (a messaging service picks its sender). */
  readonly queued: number;
  /** From `queued` to `sent` or `failed`. */
  readonly sent: number;
  /** From `sent` to `delivered` or `undelivered`, and from there to `read`. */
  readonly delivered: number;
}

/** What deliveries work with. */
export interface DeliveryParts {
  readonly ledger: Ledger;
  readonly delays: DeliveryDelays;
  readonly after: After;
  readonly now: () => Date;
  /** What becomes of a message; null for what its recipient says. */
  readonly foretell?: (message: SimulatedMessage) => Outcome | null;
  /** The sender a messaging service picks. */
  readonly poolNumberOf: (messagingServiceSid: string | null) => string;
  readonly post: (callback: Callback) => Promise<void>;
  /** The token callbacks of this account are signed with. */
  readonly authTokenOf: (accountSid: string) => string;
  readonly newIdempotencyToken: () => string;
  readonly work: Work;
}

/** Messages on their way from the answer to their last status. */
export interface Deliveries {
  /** How many are on their way or have callbacks to be made. */
  readonly underway: number;
  /** Takes over a message that was accepted; its status moves on and each move is reported to its StatusCallback. */
  start(sid: string, faults: CallbackFaults): void;
  /** Takes back a scheduled message and reports `canceled`; null when it is not scheduled (any more). */
  cancel(sid: string): SimulatedMessage | null;
  /** Moves a message to a status now and reports it. @returns the message, or null when there is none */
  report(sid: string, status: MessageStatus, errorCode: number | null): SimulatedMessage | null;
  /** Lets scheduled messages leave whose time has come by the clock. @returns how many */
  sendDue(): number;
  /** Resolves when nothing is on its way; a scheduled message that is not due yet is not on its way. */
  settled(): Promise<void>;
  /** Forgets what is on its way; its timers and connections are the caller's. */
  stop(): void;
}

/** Opens deliveries; they hold no timer or connection of their own. */
export function openDeliveries(parts: DeliveryParts): Deliveries {
  const { ledger, after, now, work } = parts;
  const scheduled = new Map<string, { unschedule: () => void; leave: () => void; at: Date; faults: CallbackFaults }>();

  function move(sid: string, status: MessageStatus, errorCode: number | null): SimulatedMessage | null {
    const at = now();
    const known = ledger.get(sid);
    const from = known?.from ?? (status === "queued" ? parts.poolNumberOf(known?.messagingServiceSid ?? null) : null);
    const sentAt = status === "sent" ? at : (known?.sentAt ?? null);
    return ledger.update(sid, { status, errorCode, from, sentAt, updatedAt: at });
  }

  async function travel(sid: string, faults: CallbackFaults): Promise<void> {
    const message = ledger.get(sid);
    if (!message) return;
    const mailing = openMailing(parts, faults);
    const { statuses, errorCode } = parts.foretell?.(message) ?? outcomeOf(message);
    const route: readonly MessageStatus[] = message.status === "queued" ? statuses : ["queued", ...statuses];
    for (const status of route) {
      await new Promise<void>((resolve) => after(delayBefore(status, parts.delays), resolve));
      const failed = status === "failed" || status === "undelivered";
      mailing.report(move(sid, status, failed ? errorCode : null));
    }
    await mailing.close();
  }

  return {
    get underway() {
      return work.count;
    },
    start(sid, faults) {
      const message = ledger.get(sid);
      if (message?.status !== "scheduled" || message.sendAt === null) return work.add(travel(sid, faults));
      const leave = (): void => {
        scheduled.delete(sid);
        work.add(travel(sid, faults));
      };
      const unschedule = after(message.sendAt.getTime() - now().getTime(), leave);
      scheduled.set(sid, { unschedule, leave, at: message.sendAt, faults });
    },
    cancel(sid) {
      const entry = scheduled.get(sid);
      if (!entry) return null;
      entry.unschedule();
      scheduled.delete(sid);
      const mailing = openMailing(parts, entry.faults);
      const message = move(sid, "canceled", null);
      mailing.report(message);
      work.add(mailing.close());
      return message;
    },
    report(sid, status, errorCode) {
      const mailing = openMailing(parts, noCallbackFaults);
      const message = move(sid, status, errorCode);
      mailing.report(message);
      work.add(mailing.close());
      return message;
    },
    sendDue() {
      const due = [...scheduled.values()].filter(({ at }) => at.getTime() <= now().getTime());
      for (const { unschedule, leave } of due) {
        unschedule();
        leave();
      }
      return due.length;
    },
    settled: work.settled,
    stop: work.stop,
  };
}

function delayBefore(status: MessageStatus, delays: DeliveryDelays): number {
  if (status === "queued") return delays.queued;
  return status === "sent" || status === "failed" ? delays.sent : delays.delivered;
}

/** The callbacks of one message: in order and one at a time, unless a fault wants otherwise. */
interface Mailing {
  report(message: SimulatedMessage | null): void;
  /** Resolves when every callback was made. */
  close(): Promise<void>;
}

function openMailing(parts: DeliveryParts, faults: CallbackFaults): Mailing {
  const held: Callback[] = [];
  let made = Promise.resolve();
  const delay = faults.get("delay-callbacks");
  const send = (callback: Callback): void => {
    if (delay?.kind === "delay-callbacks") {
      const due = new Promise<void>((resolve) => parts.after(delay.delayMs, resolve));
      made = made.then(() => due);
    }
    made = made.then(() => parts.post(callback));
    if (faults.has("duplicate-callbacks")) made = made.then(() => parts.post(callback));
  };
  return {
    report(message) {
      if (!message || message.statusCallback === null || faults.has("lose-callbacks")) return;
      const callback: Callback = {
        url: message.statusCallback,
        fields: toCallbackFields(message),
        authToken: faults.has("forge-signature") ? "somebody else's token" : parts.authTokenOf(message.accountSid),
        idempotencyToken: parts.newIdempotencyToken(),
      };
      if (faults.has("reorder-callbacks")) held.unshift(callback);
      else send(callback);
    },
    close() {
      for (const callback of held) send(callback);
      return made;
    },
  };
}
