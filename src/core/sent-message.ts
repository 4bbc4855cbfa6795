import type { Effect } from "./effect.js";
import type { Message } from "./message.js";
import type { Run } from "./run.js";

/** A message with what a report about it has to know of the run and the call that sent it; each null when it is no longer kept. */
export interface SentMessage {
  readonly message: Message;
  readonly sender: Pick<Run, "depth" | "lane"> | null;
  readonly call: Pick<Effect, "stepId" | "state" | "attempts"> | null;
}
