/** How bad something is that an inspection has found: `problem` keeps messages from going or coming, `note` is for knowing only. */
export type ConcernLevel = "problem" | "warning" | "note";

/** Something about an account that an operator should know, with what to do about it. */
export interface Concern {
  /** Stable, kebab-case: `trial-account`. */
  readonly code: string;
  readonly level: ConcernLevel;
  /** The sender, country or address that it is about; null for the account itself. With the code it names the concern. */
  readonly about: string | null;
  readonly message: string;
  readonly remedy: string;
}

/** The account behind a connection, as the vendor says it is. */
export interface InspectedAccount {
  readonly id: string;
  readonly name: string | null;
  readonly status: "active" | "suspended" | "closed" | null;
  /** Whether it is a trial account, with its limits; null when the vendor does not say. */
  readonly trial: boolean | null;
  /** Null when it cannot be seen. */
  readonly balance: { readonly amount: string; readonly currency: string } | null;
}

/** One address that a sender has at the vendor for something that the vendor tells us. */
export interface SenderWebhook {
  /** The connector's key of our webhook that belongs there. */
  readonly webhook: string;
  /** What the vendor calls the field. */
  readonly field: string;
  /** What is entered there; null for nothing. */
  readonly url: string | null;
  readonly method: string | null;
  /** Whether what is entered is only what the vendor puts there by itself. */
  readonly placeholder: boolean;
  /** What comes before this address, so that it is never called, such as `the application AP…`; null when nothing does. */
  readonly insteadOf: string | null;
}

/** Something of the account that messages can be sent from. */
export interface InspectedSender {
  /** The vendor's id. */
  readonly id: string;
  readonly kind: "number" | "service" | "whatsapp";
  /** As flows name it: `+15005550006`, `whatsapp:+15005550006`, a service's id. */
  readonly address: string;
  readonly name: string | null;
  /** `sms`, `mms`, `voice`, `whatsapp`. */
  readonly capabilities: readonly string[];
  /** In the vendor's words; null when it says nothing. */
  readonly status: string | null;
  /** The service that it is in. */
  readonly memberOf: string | null;
  /** Whether the connection sends from it when a flow names no sender, or gets the answers to that one by it. */
  readonly used: boolean;
  /** Empty when nothing is handed over for it here, such as for a number whose service has the word. */
  readonly webhooks: readonly SenderWebhook[];
}

/** What a vendor says of the account behind a connection, at one moment. */
export interface Inspection {
  /** Null when the vendor did not let us look. */
  readonly account: InspectedAccount | null;
  readonly senders: readonly InspectedSender[];
  readonly concerns: readonly Concern[];
}

/** How a connection was found. `unknown`: the vendor could not be asked. */
export type Health = "fine" | "warnings" | "problems" | "unknown";

/** What the last look at a connection found. */
export interface ConnectionCheck extends Inspection {
  readonly connection: string;
  readonly health: Health;
  readonly checkedAt: Date;
  /** Names of the concerns that operators have been told of, and which are there still. */
  readonly told: readonly string[];
}

/** A connection that was switched off, or on again, and by whom. */
export interface ConnectionSwitch {
  readonly connection: string;
  readonly active: boolean;
  /** Who did it, as they say; null when they did not. */
  readonly by: string | null;
  readonly reason: string | null;
  readonly at: Date;
}

/** Names a concern of one connection. */
export function nameOfConcern({ code, about }: Pick<Concern, "code" | "about">): string {
  return about === null ? code : `${code} ${about}`;
}

/** Gives how a connection is, from what was found. */
export function healthOf(concerns: readonly Concern[]): Exclude<Health, "unknown"> {
  if (concerns.some(({ level }) => level === "problem")) return "problems";
  return concerns.some(({ level }) => level === "warning") ? "warnings" : "fine";
}
