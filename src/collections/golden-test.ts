import type { ConsentState } from "../core/consent.js";
import type { EffectState } from "../core/effect.js";
import type { ErrorCode } from "../core/error-catalogue.js";
import type { JsonObject } from "../core/json.js";
import type { Message, MessageStatus } from "../core/message.js";
import type { NotificationLevel } from "../core/notification.js";
import type { ConversationChannel } from "../core/received-message.js";
import type { RunStatus, RunWait } from "../core/run.js";
import type { ApprovalState } from "../core/template.js";
import type { WebhookDelivery } from "../core/webhook-delivery.js";

/** What is given and what is expected to come of it: one file of a collection's `tests/`. Names are qualified. */
export interface GoldenTest {
  /** The file's name without its ending. */
  readonly name: string;
  /** Path inside the collection. */
  readonly file: string;
  readonly title: string;
  readonly parameters: JsonObject;
  /** Those of required collections, by name. */
  readonly parametersOf: Readonly<Record<string, JsonObject>>;
  /** Flows that are switched on. */
  readonly activate: readonly string[];
  /** When it begins. */
  readonly now: Date;
  readonly given: readonly GivenStep[];
  readonly expected: Expected;
}

/** Which calls a step about the vendor is for; null for any. */
export interface CallMatch {
  readonly connection: string | null;
  readonly to: string | null;
  readonly body: string | null;
}

/** How a vendor behaves from then on. */
export type VendorBehaviour =
  | { readonly kind: "refuses"; readonly error: string | null }
  | { readonly kind: "busy"; readonly retryAfterSeconds: number }
  /** `sent`: whether the message leaves all the same. */
  | { readonly kind: "fails" | "silent"; readonly sent: boolean }
  | { readonly kind: "delivers"; readonly status: MessageStatus; readonly error: string | null }
  | { readonly kind: "holds" }
  | { readonly kind: "answers"; readonly response: JsonObject };

/** One thing that happens in a test. */
export type GivenStep =
  | {
      readonly kind: "push";
      readonly dataType: string;
      readonly documents: readonly JsonObject[];
      /** The error that each must be refused with; null when none may be. */
      readonly refused: ErrorCode | null;
    }
  | { readonly kind: "webhook"; readonly connection: string; readonly deliveries: readonly WebhookDelivery[] }
  | { readonly kind: "remove"; readonly dataType: string; readonly key: string }
  | { readonly kind: "start"; readonly flow: string; readonly payload: JsonObject }
  | {
      readonly kind: "vendor";
      readonly behaviour: VendorBehaviour;
      readonly match: CallMatch;
      /** For so many calls; null for all that come. */
      readonly times: number | null;
    }
  | {
      readonly kind: "report";
      readonly status: MessageStatus;
      /** 1 for the first message; null for the newest. */
      readonly message: number | null;
      readonly error: string | null;
    }
  | {
      readonly kind: "reply";
      readonly body: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly connection: string | null;
    }
  | { readonly kind: "after"; readonly ms: number }
  | { readonly kind: "until"; readonly at: Date }
  /** `number`: 1 for the first run of the flow; null for the newest. */
  | { readonly kind: "retry" | "cancel"; readonly flow: string; readonly number: number | null }
  | {
      readonly kind: "consent";
      readonly state: ConsentState;
      readonly contact: string;
      readonly channel: ConversationChannel | null;
      readonly reason: string | null;
    }
  | {
      readonly kind: "template";
      readonly name: string;
      readonly body: string;
      readonly language: string;
      readonly status: ApprovalState;
    };

/** A whole text, or a pattern that occurs in one. */
export type ExpectedText = string | { readonly matches: string };

/** What is expected at the end; what a member leaves out may be anything. */
export interface Expected {
  /** All that were to be sent; null for whichever. */
  readonly messages: readonly ExpectedMessage[] | null;
  readonly records: readonly ExpectedRecord[];
  /** Null for whichever; else warnings and errors that are not here are too many. */
  readonly notifications: readonly ExpectedNotification[] | null;
  readonly runs: readonly ExpectedRun[];
  readonly calls: readonly ExpectedCall[];
}

export interface ExpectedMessage {
  readonly to?: ExpectedText;
  readonly from?: ExpectedText;
  readonly body?: ExpectedText;
  readonly status?: MessageStatus;
  readonly error?: string;
  readonly channel?: Message["channel"];
  readonly flow?: string;
  readonly media?: readonly string[];
  readonly segments?: number;
}

export interface ExpectedRecord {
  readonly dataType: string;
  readonly key?: string;
  readonly has?: JsonObject;
  readonly gone?: true;
}

export interface ExpectedNotification {
  readonly level?: NotificationLevel;
  readonly title?: ExpectedText;
  readonly cause?: ExpectedText;
  readonly code?: string;
  readonly flow?: string;
}

export interface ExpectedRun {
  readonly flow: string;
  readonly status?: RunStatus;
  readonly reason?: ExpectedText;
  readonly code?: string;
  readonly waitsFor?: RunWait["kind"];
  readonly key?: string;
}

export interface ExpectedCall {
  readonly endpoint: string;
  readonly with?: JsonObject;
  readonly to?: ExpectedText;
  readonly state?: EffectState;
}
