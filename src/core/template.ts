import type { Failure } from "./run.js";

/**
 * How far a template is on its way to be allowed as the first message to a contact, in the vendors' words; `unsubmitted`
 * while nobody has asked for it.
 */
export const approvalStates = [
  "unsubmitted",
  "received",
  "pending",
  "approved",
  "rejected",
  "paused",
  "disabled",
  "unknown",
] as const;

export type ApprovalState = (typeof approvalStates)[number];

/** Whether a template may open a conversation. */
export interface Approval {
  readonly state: ApprovalState;
  /** What the vendor counts it as, such as `UTILITY`; null when it has not said. */
  readonly category: string | null;
  /** Why it was rejected; null when it was not. */
  readonly rejectionReason: string | null;
}

/** A text with placeholders that is kept at the vendor, as it was when it was last fetched. */
export interface Template {
  /** The vendor's id of it. */
  readonly id: string;
  /** What people call it; several languages of one template share it. */
  readonly name: string;
  readonly language: string;
  /** The vendor's word for its form, such as `twilio/quick-reply`. */
  readonly form: string;
  /** With its placeholders; null when its form has none. */
  readonly body: string | null;
  /** Names of its placeholders, with the samples they were submitted with. */
  readonly variables: Readonly<Record<string, string>>;
  readonly approval: Approval;
  /** Whether its form can be the first message to a contact at all. */
  readonly opensConversations: boolean;
}

/** Which template a call asks for, by the vendor's id or by its name. */
export interface TemplateWish {
  readonly id: string | null;
  readonly name: string | null;
}

/** What is known of a connection's templates as a whole. */
export interface TemplateList {
  readonly connection: string;
  /** Since when somebody has waited for it, or first asked. */
  readonly wantedAt: Date;
  /** When they were last fetched; null while they never were. */
  readonly fetchedAt: Date | null;
  /** When that was last tried; null while it never was. */
  readonly triedAt: Date | null;
  /** Why the last try failed; null when it did not. */
  readonly failure: Failure | null;
}
