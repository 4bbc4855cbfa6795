import type { PatchbayError } from "../core/errors.js";
import type { ConnectionCheck } from "../core/inspection.js";
import type { Failure } from "../core/run.js";
import type { ChosenSenders, SenderPlan } from "../core/webhook-plan.js";

/** What would be entered at a vendor, as it was planned. */
export interface WebhookPlan {
  readonly connection: string;
  readonly senders: readonly SenderPlan[];
  /** Addresses of senders that receive texts and are left alone, because nobody named one; none when somebody did. */
  readonly others: readonly string[];
  /** The same for the same plan. */
  readonly hash: string;
}

/** What became of one sender of a plan. */
export interface AppliedSender extends SenderPlan {
  /** `left`: nothing was to be done. */
  readonly outcome: "entered" | "left" | "failed";
  readonly failure: Failure | null;
}

/** Which plan is to be carried out, and who says so. */
export interface WebhookOrder {
  readonly senders: ChosenSenders;
  /** Of the plan that was looked at. */
  readonly hash: string;
  readonly by: string | null;
}

/** What is done about a connection as a whole: looking at it, and entering its addresses at the vendor. */
export interface ConnectionCare {
  /**
   * Looks at a connection now and keeps what is found; of a vendor that cannot be asked it is kept that nobody knows.
   * @throws CONNECTION_UNKNOWN, CONNECTION_UNSEEN
   */
  check(connection: string): Promise<ConnectionCheck>;
  /** The same, and tells operators what is new, and what is over. */
  watch(connection: string): Promise<ConnectionCheck>;
  /**
   * Gives what would be entered where; changes nothing.
   * @param senders Only these, another system's addresses included; null for those that the connection uses.
   * @throws CONNECTION_UNKNOWN, CONNECTION_UNSEEN, PUBLIC_URL_MISSING, SENDER_UNKNOWN, and what the vendor's answer is named
   */
  planWebhooks(connection: string, senders: ChosenSenders): Promise<WebhookPlan>;
  /**
   * Enters addresses, one sender after the other; one that fails does not keep the others from it. A crash in between leaves some
   * of them entered, and a plan that can be made again. Afterwards the connection is looked at, as by `check`.
   * @throws WEBHOOK_PLAN_CHANGED when the same plan made now would be another; what `planWebhooks` throws
   */
  applyWebhooks(connection: string, order: WebhookOrder): Promise<readonly AppliedSender[]>;
  /** Tells operators that a webhook request was refused, once while they have not resolved it. */
  tellRefused(connection: string, error: PatchbayError): Promise<void>;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
}
