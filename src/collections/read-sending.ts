import type { QuietHours, SendingRules } from "../core/sending.js";
import type { SendingFile } from "./flow-file.js";
import { toQuietHours } from "./quiet-hours.js";

/** What the rules of a file are read with. */
export interface SendingReading {
  /** Gives the milliseconds of a duration, and reports one that is none at its path. */
  duration(text: string | undefined, path: string): number;
  /** Gives quiet hours, and reports at their path what is wrong with them. */
  quietHours(hours: QuietHours, path: string): QuietHours;
}

/** Gives how calls are to go out as a flow or a step says it; nothing at all where it says nothing, as it always was. */
export function toSending(
  { priority, maxQueue, quietHours }: SendingFile,
  path: string,
  reading: SendingReading,
): { readonly sending?: SendingRules } {
  if (priority === undefined && maxQueue === undefined && quietHours === undefined) return {};
  return {
    sending: {
      ...(priority !== undefined && { priority }),
      ...(maxQueue !== undefined && { maxQueueMs: reading.duration(maxQueue, `${path}/maxQueue`) }),
      ...(quietHours !== undefined && {
        quietHours: reading.quietHours(toQuietHours(quietHours), `${path}/quietHours`),
      }),
    },
  };
}
