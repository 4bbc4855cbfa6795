import type { AttachmentState } from "./attachment.js";
import type { ConsentScope, ConsentState, ConsentWay } from "./consent.js";
import type { ConversationState } from "./conversation.js";
import type { EventKind } from "./event.js";
import type { MessageStatus } from "./message.js";
import type { NotificationLevel, NotificationState } from "./notification.js";
import type { QuarantineState } from "./quarantine.js";
import type { ConversationChannel } from "./received-message.js";
import type { RunStatus } from "./run.js";

/** How much was sent on one day. */
export interface DailyCount {
  /** `YYYY-MM-DD`, in the time zone of the cap. */
  readonly day: string;
  readonly sent: number;
  /** The day of which operators were told last that its cap was reached. */
  readonly toldDay: string | null;
}

export interface RecordFilter {
  readonly dataType: string;
  /** Indexed field to its exact value. */
  readonly where?: Readonly<Record<string, string>> | undefined;
}

/** A part of the records that a filter finds, oldest change first: a record that is changed meanwhile comes again. */
export interface Walk {
  /** Only what was changed after this event; null for everything. */
  readonly after: string | null;
  readonly limit: number;
}

export interface EventFilter {
  readonly kind?: EventKind | undefined;
  readonly dataType?: string | undefined;
  /** Needs `dataType`. */
  readonly key?: string | undefined;
}

/** What came between two instants, oldest first: how operations walk. Ids are ordered by time. */
export interface Span {
  /** Included. */
  readonly from: Date;
  /** Not included. */
  readonly until: Date;
  /** Only what comes after this id; null for everything. */
  readonly after: string | null;
  readonly limit: number;
}

export interface IssueFilter {
  readonly state?: NotificationState | undefined;
  readonly level?: NotificationLevel | undefined;
}

export interface QuarantineFilter {
  readonly state?: QuarantineState | undefined;
  readonly dataType?: string | undefined;
}

export interface RunFilter {
  readonly flow?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly eventId?: string | undefined;
  /** Runs of the items of this run. */
  readonly parentRunId?: string | undefined;
  readonly dataType?: string | undefined;
  /** Needs `dataType`. */
  readonly key?: string | undefined;
}

export interface MessageFilter {
  readonly status?: MessageStatus | undefined;
  readonly to?: string | undefined;
  readonly runId?: string | undefined;
  readonly dataType?: string | undefined;
  /** Needs `dataType`. */
  readonly key?: string | undefined;
}

export interface ReceivedFilter {
  readonly contact?: string | undefined;
  /** Received in answer to messages of this run. */
  readonly runId?: string | undefined;
}

export interface AttachmentFilter {
  readonly state?: AttachmentState | undefined;
  readonly receivedId?: string | undefined;
}

export interface ConversationFilter {
  readonly state?: ConversationState | undefined;
  readonly channel?: ConversationChannel | undefined;
  readonly contact?: string | undefined;
}

/** From whom, and to which sender, a message may have come. */
export interface Listening {
  readonly channel: ConversationChannel;
  /** Our address; null for any of the connection. */
  readonly sender: string | null;
  readonly connection: string;
  readonly contact: string;
}

/** Whom a message came from, and by which way. */
export interface Correspondent {
  readonly connection: string;
  readonly channel: ConversationChannel;
  readonly contact: string;
}

export interface ConsentFilter {
  readonly contact?: string | undefined;
  readonly channel?: ConversationChannel | undefined;
  readonly scope?: ConsentScope | undefined;
  /** What it comes to. */
  readonly state?: ConsentState | undefined;
  /** How that is known. */
  readonly how?: ConsentWay | undefined;
}

export interface NotificationFilter {
  readonly level?: NotificationLevel | undefined;
  readonly state?: NotificationState | undefined;
  readonly flow?: string | undefined;
  readonly runId?: string | undefined;
  readonly dataType?: string | undefined;
  /** Needs `dataType`. */
  readonly key?: string | undefined;
}

export interface PastCheckFilter {
  readonly connection: string;
  /** Only looks that did not find everything fine. */
  readonly trouble: boolean;
}
