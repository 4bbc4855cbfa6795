/** Which calls go first where several wait for the same: `transactional` before `marketing`. */
export const lanes = ["transactional", "marketing"] as const;

export type Lane = (typeof lanes)[number];

/** A time of day without zone, from `from` up to but not including `to`; it may go over midnight. */
export interface DaySpan {
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
}

/** When a recipient is left in peace, by the recipient's own clock. */
export interface QuietHours extends DaySpan {
  /** Whom it keeps back: marketing only, or every call that has a recipient. */
  readonly for: "marketing" | "all";
  /** Other hours by the recipient's country (ISO 3166-1 alpha-2); null for none there. */
  readonly countries: Readonly<Record<string, DaySpan | null>>;
  /** IANA name, for recipients whose clock nobody knows. */
  readonly timeZone: string;
}

/** How calls are to go out, as a flow says it for all its steps, or one step for itself: what it says goes before the flow's. */
export interface SendingRules {
  /** `transactional` where nobody says anything. */
  readonly priority?: Lane;
  /** How long a call may wait for its sender's or its connection's pace, in milliseconds; absent for as long as it takes. */
  readonly maxQueueMs?: number;
  readonly quietHours?: QuietHours;
}

/** How much may be sent in one day. */
export interface DailyCap {
  /** Counted in what a sender's pace counts. */
  readonly most: number;
  /** IANA name: days begin at its midnight. */
  readonly timeZone: string;
}

/** What one call is counted to, besides others of the same day. */
export interface Counted {
  /** A connection, or one of its senders. */
  readonly subject: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly amount: number;
}

/** Who a call is made by, and how much of that one the vendor takes. */
export interface SenderPace {
  /** Names it among those of its connection: a number, a short code, a service that chooses one. */
  readonly sender: string;
  /** What is counted, in the plural: `segments`. */
  readonly unit: string;
  /** Null for no limit. */
  readonly perSecond: number | null;
  /** Null for none. */
  readonly dailyCap: DailyCap | null;
  /** What all senders of the connection may send in one day together; null for no limit. */
  readonly connectionCap: DailyCap | null;
}
