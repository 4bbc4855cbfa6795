import type { ConsentState } from "../core/consent.js";
import type { ErrorCode } from "../core/error-catalogue.js";
import type { JsonObject } from "../core/json.js";
import type { MessageStatus } from "../core/message.js";
import type { ConversationChannel } from "../core/received-message.js";
import type { ApprovalState } from "../core/template.js";
import type {
  ExpectedCall,
  ExpectedMessage,
  ExpectedNotification,
  ExpectedRecord,
  ExpectedRun,
  VendorBehaviour,
} from "./golden-test.js";

/** A test's file after the grammar accepted it. */
export interface GoldenTestFile {
  readonly title: string;
  readonly parameters?: JsonObject;
  readonly parametersOf?: Readonly<Record<string, JsonObject>>;
  readonly activate?: readonly string[];
  readonly now?: string;
  readonly given?: readonly GivenStepFile[];
  readonly expect: ExpectFile;
}

/** A vendor's code, as text or as a number. */
type Code = string | number;

/** One step: the members of every kind; the grammar sees to it that only those of one are there. */
export interface GivenStepFile {
  readonly push?: string;
  readonly record?: JsonObject;
  readonly records?: readonly JsonObject[];
  readonly sample?: string;
  readonly number?: number;
  readonly with?: JsonObject;
  readonly refused?: ErrorCode;
  readonly webhook?: string;
  readonly topic?: string;
  readonly id?: string;
  readonly remove?: string;
  readonly key?: string;
  readonly start?: string;
  readonly vendor?: VendorBehaviour["kind"];
  readonly connection?: string;
  readonly to?: string;
  readonly body?: string;
  readonly times?: number;
  readonly error?: Code;
  readonly retryAfter?: number;
  readonly sent?: boolean;
  readonly status?: MessageStatus | ApprovalState;
  readonly response?: JsonObject;
  readonly report?: MessageStatus;
  readonly message?: number;
  readonly reply?: string;
  readonly from?: string;
  readonly after?: string;
  readonly until?: string;
  readonly retry?: string;
  readonly cancel?: string;
  readonly consent?: ConsentState;
  readonly contact?: string;
  readonly channel?: ConversationChannel;
  readonly reason?: string;
  readonly template?: string;
  readonly language?: string;
}

/** `expect`. */
export interface ExpectFile {
  readonly messages?: "any" | readonly (Omit<ExpectedMessage, "error"> & { readonly error?: Code })[];
  readonly records?: readonly ExpectedRecord[];
  readonly notifications?: "any" | readonly ExpectedNotification[];
  readonly runs?: readonly ExpectedRun[];
  readonly calls?: readonly ExpectedCall[];
}
