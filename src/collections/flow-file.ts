import type { ConsentState } from "../core/consent.js";
import type { RecordEventName } from "../core/event.js";
import type { NotificationTrigger, ScheduleTrigger } from "../core/flow.js";
import type { Json } from "../core/json.js";
import type { MessageStatus } from "../core/message.js";
import type { NotificationLevel } from "../core/notification.js";
import type { RetryPolicy } from "../core/retry-policy.js";
import type { Lane } from "../core/sending.js";
import type { QuietHoursFile } from "./quiet-hours.js";

/** How calls go out, in a flow's file and in a step of it. */
export interface SendingFile {
  readonly priority?: Lane;
  readonly maxQueue?: string;
  readonly quietHours?: QuietHoursFile;
}

/** A flow's file after the grammar accepted it. */
export interface FlowFile extends SendingFile {
  readonly name: string;
  readonly title: string;
  readonly summary?: string;
  readonly on: TriggerFile;
  readonly steps: readonly StepFile[];
}

/** `on`: the members of every kind of trigger; the grammar sees to it that only those of one are there. */
export interface TriggerFile {
  readonly record?: string;
  readonly events?: readonly RecordEventName[];
  readonly changed?: readonly string[];
  readonly when?: string;
  readonly mode?: "becomes-true" | "while-true";
  readonly message?: readonly (MessageStatus | ConsentState)[] | "received";
  readonly connection?: string;
  readonly webhook?: string;
  readonly topic?: string | readonly string[];
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly missed?: ScheduleTrigger["missed"];
  readonly silence?: string;
  readonly for?: string;
  readonly notification?: readonly NotificationLevel[];
  readonly per?: NotificationTrigger["per"];
  readonly manual?: true;
}

/** One step: the members of every kind; the grammar sees to it that only those of one are there. */
export interface StepFile extends SendingFile {
  readonly id: string;
  readonly when?: string;
  readonly onError?: "fail" | "continue";
  readonly translate?: string;
  readonly input?: Json;
  readonly call?: string;
  readonly connection?: string;
  readonly with?: Json;
  readonly retry?: Partial<RetryPolicy>;
  readonly save?: string;
  readonly emitEvents?: boolean | "updated";
  readonly onlyNewer?: string;
  readonly notify?: string;
  readonly message?: string;
  readonly stop?: string;
  readonly level?: NotificationLevel;
  readonly choose?: readonly BranchFile[];
  readonly else?: readonly StepFile[];
  readonly each?: Json;
  readonly steps?: readonly StepFile[];
  readonly wait?: WaitFile;
  readonly cancelIf?: string;
  readonly start?: string;
}

/** One branch of `choose`. */
export interface BranchFile {
  readonly when: string;
  readonly steps: readonly StepFile[];
}

/** `wait`: the members of every kind of wait. */
export interface WaitFile {
  readonly for?: string;
  readonly until?: string;
  readonly message?: string;
  readonly statuses?: readonly MessageStatus[];
  readonly reply?: string;
  readonly record?: string;
  readonly key?: string;
  readonly when?: string;
  readonly timeout?: string;
}
