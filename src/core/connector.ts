import type { DeclaredEndpoints } from "./declared-endpoint.js";
import type { OnRepeat } from "./effect.js";
import type { InspectedSender, Inspection } from "./inspection.js";
import type { JsonObject, JsonSchema } from "./json.js";
import type { Message, MessageDraft, MessageReport, MessageStatus } from "./message.js";
import type { Price } from "./price.js";
import type { InboundMessage } from "./received-message.js";
import type { SenderPace } from "./sending.js";
import type { Session } from "./session.js";
import type { Template, TemplateWish } from "./template.js";
import type { WebhookDelivery } from "./webhook-delivery.js";

/** One operation of a connector, as data: for checking flows, for forms and for documentation. */
export interface EndpointDescription {
  readonly key: string;
  readonly title: string;
  readonly onRepeat: OnRepeat;
  /** Whether `find` can tell what became of a call. */
  readonly findable: boolean;
  /** Schema of the payload a flow's `with` gives. */
  readonly payload: JsonSchema;
  /** The `with` of a flow that sends a plain text: `$record` has `to` and `text`. Absent where none can be sent. */
  readonly testText?: JsonObject;
}

/** A call that has passed every check that needs no network. */
export interface PreparedCall {
  /** What will be sent, without credentials. Stored in the ledger; sent unchanged on every attempt. */
  readonly request: JsonObject;
  readonly recipient: string | null;
  /** The message this call sends; null when it sends none. */
  readonly message: MessageDraft | null;
  /** How long it makes sense to send it, from now, in milliseconds; null for as long as the retries go on. */
  readonly validForMs: number | null;
  /** What the message is likely to cost; absent or null when nobody knows. */
  readonly price?: Price | null;
  /** What happens when this very call is made twice; absent when it is as the endpoint says. */
  readonly onRepeat?: OnRepeat;
  /** Given when the vendor takes the request only for a while after the contact has written. */
  readonly session?: Session;
}

/** What is known of the template that a payload asks for. */
export interface KnownTemplates {
  /** Those that have the wanted id or name: several when it exists in several languages. */
  readonly matching: readonly Template[];
  /** Names of all there are, for whoever has misspelt one; none while they were never fetched. */
  readonly names: readonly string[];
  /** When they were fetched; null while they never were. */
  readonly fetchedAt: Date | null;
}

/** What a connection has in the way of templates. */
export interface TemplateSource {
  /** Whether they are worth keeping at hand before anybody asks for one. */
  readonly wanted: boolean;
  /**
   * Tells which template a payload asks for; null for none. Pure, and takes any payload: whether it is valid says `prepare`.
   */
  wish(endpoint: string, payload: JsonObject): TemplateWish | null;
  /**
   * Fetches all of them from the vendor.
   * @throws The errors of `send`.
   */
  fetch(): Promise<readonly Template[]>;
}

/** How a call is looked for whose outcome nobody knows. */
export interface Search {
  /** When the first attempt began. Later ones are only made when it is believed that the earlier ones took no effect. */
  readonly since: Date;
  /** Whether a vendor id belongs to another effect of ours. */
  isTaken(vendorId: string): Promise<boolean>;
}

/** A call that the vendor has, with what has become of its message since; null while nothing worth a report has. */
export interface Found extends CallResult {
  readonly report: MessageReport | null;
}

/**
 * What the vendor has: the call's result; `absent` when it has nothing like it; `unclear` when more than one thing could
 * be it.
 */
export type Finding = Found | "absent" | "unclear";

/** What the vendor answered to a call that took effect. */
export interface CallResult {
  /** One line for the operator, such as `SMS to +15005550010 accepted`. */
  readonly summary: string;
  readonly vendorId: string | null;
  /** The vendor's answer without secrets; what later steps read as `$steps.<id>`. */
  readonly response: JsonObject;
  readonly messageStatus: MessageStatus | null;
  /** What the answer says about another message of ours; absent when it says nothing. */
  readonly report?: MessageReport | null;
}

/** What a call may need besides its request. */
export interface CallContext {
  readonly effectId: string;
  /** Where the vendor reports what becomes of it; null when Patchbay has no public URL. */
  readonly callbackUrl: string | null;
}

/** An incoming vendor request, untouched: signatures cover the exact URL and bytes. */
export interface WebhookRequest {
  readonly method: string;
  /** The URL as the vendor called it: the public URL with path and query. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a webhook request says, and what the vendor wants to hear once that is kept. */
export interface Reception {
  readonly reports: readonly MessageReport[];
  readonly messages: readonly InboundMessage[];
  /** Documents that start flows; absent for none. */
  readonly deliveries?: readonly WebhookDelivery[];
  /** Why something that was verified is followed by nothing; null when there is no such thing. */
  readonly ignored: string | null;
  /** The body with its content type; null for an empty answer. */
  readonly answer: { readonly contentType: string; readonly body: string } | null;
}

/** An address at which a vendor can tell us something, for whoever has to give it to the vendor. */
export interface WebhookDescription {
  readonly key: string;
  readonly title: string;
  /** Where to enter its URL at the vendor; null when nobody has to, because every call carries it. */
  readonly enteredAs: string | null;
  /** Whether it hands over documents that start flows (`on: { webhook: … }`); absent for no. */
  readonly delivers?: boolean;
}

/** A file as the vendor gave it. */
export interface FetchedMedia {
  readonly bytes: Uint8Array;
  /** As the vendor says: a claim, not to be believed. Null when it does not. */
  readonly contentType: string | null;
}

/** Where the files are that came with messages. */
export interface MediaDesk {
  /**
   * Fetches one file.
   * @throws MEDIA_REFUSED when it will never be had: it is too large, or lies where nothing is fetched from. Whatever else is
   *   thrown may be over later.
   */
  fetch(file: { readonly url: string; readonly channel: Message["channel"] }): Promise<FetchedMedia>;
  /** Deletes the vendor's copy; nothing happens when there is none. Null when the vendor's copies are left alone. */
  readonly remove: ((url: string) => Promise<void>) | null;
}

/** Where one can ask about messages that the vendor has. */
export interface MessageDesk {
  /** Gives what became of a message, as a webhook would; null while that is nothing we follow. */
  fetch(vendorId: string): Promise<MessageReport | null>;
  /**
   * Takes a scheduled message back; one that was taken back before is so still.
   * @throws ENDPOINT_REFUSED when it has left
   */
  cancel(vendorId: string): Promise<MessageReport | null>;
}
/** The sender at which webhooks are entered. */
export type EnteredAt = Pick<InspectedSender, "id" | "kind">;

/** One configured account at a vendor, ready for calls. */
export interface Connection {
  /** Absent where the vendor has no messages, or does not tell. */
  readonly messages?: MessageDesk;
  /** Absent where messages come without files. */
  readonly media?: MediaDesk;
  /**
   * Checks and completes a payload; pure.
   * @param templates What is known of the template it asks for; absent when it asks for none, or nobody has looked.
   * @throws PAYLOAD_INVALID, PHONE_MISSING, … whatever the vendor would refuse, before it costs anything.
   */
  prepare(endpoint: string, payload: JsonObject, templates?: KnownTemplates): PreparedCall;
  /**
   * Says who makes a call that was prepared, and at what pace; null when it is nobody in particular. Pure, and asked anew for
   * every attempt: what the settings say now holds for calls that wait, too. Absent where no call has a sender.
   */
  senderOf?(endpoint: string, request: JsonObject): SenderPace | null;
  /**
   * Makes the call once.
   * @throws ENDPOINT_BUSY or ENDPOINT_UNREACHABLE when it certainly took no effect and may be repeated;
   *   ENDPOINT_REFUSED, ENDPOINT_MISCONFIGURED, RECIPIENT_OPTED_OUT when it certainly took none and never will;
   *   SESSION_CLOSED when the vendor would have taken it had the contact written lately;
   *   ENDPOINT_OUTCOME_UNKNOWN when nobody can tell. `details` has `vendorCode`, `httpStatus`, `retryAfterMs` and
   *   `response` where known.
   */
  send(endpoint: string, request: JsonObject, context: CallContext): Promise<CallResult>;
  /**
   * Asks the vendor what became of a call whose outcome nobody knows. Only for endpoints that are `findable`.
   * @throws The errors of `send`; none of them says anything about the call that is looked for.
   */
  find(endpoint: string, request: JsonObject, search: Search): Promise<Finding>;
  /**
   * Verifies and reads one webhook request.
   * @throws SIGNATURE_INVALID, WEBHOOK_UNKNOWN; REQUEST_INVALID when the vendor left out what it always says
   */
  receive(webhook: string, request: WebhookRequest): Reception;
  /** Absent where the vendor has no templates. */
  readonly templates?: TemplateSource;
  /**
   * Looks at the account: who it is, what can be sent from, where the vendor calls, and what is wrong. Changes nothing. Absent
   * where the vendor cannot be asked.
   * @throws ENDPOINT_UNREACHABLE, ENDPOINT_BUSY when the vendor did not answer; what it refuses to show is a concern.
   */
  inspect?(): Promise<Inspection>;
  /**
   * Enters addresses at one sender, all in one change; what is entered already stays so, and so it may be done again.
   * @param urls The connector's key of a webhook to its address.
   * @throws The errors of `find`.
   */
  enterWebhooks?(sender: EnteredAt, urls: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** Code that knows one vendor. */
export interface Connector {
  readonly key: string;
  readonly title: string;
  /** Schema of the settings a connection must give; `writeOnly` fields are secrets. */
  readonly settings: JsonSchema;
  readonly endpoints: readonly EndpointDescription[];
  readonly webhooks: readonly WebhookDescription[];
  /**
   * Gives the endpoints that one connection has besides the connector's own, as its collection declares them. Absent where no
   * connection has any.
   */
  declare?(endpoints: DeclaredEndpoints): readonly EndpointDescription[];
  /**
   * Opens a connection; makes no request. Settings have been validated against `settings`.
   * @param endpoints The connection's own endpoints, where it has any.
   */
  open(settings: JsonObject, endpoints?: DeclaredEndpoints): Connection;
}
