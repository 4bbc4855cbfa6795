import type { ConversationChannel } from "./received-message.js";

/**
 * Names what a resting run can be woken by. A topic is only a reason to look again: the run itself finds out whether what
 * it waits for is there.
 */
export const topics = Object.freeze({
  /** A record changed. */
  record: (dataType: string, key: string) => `record ${dataType}/${key}`,
  /** A message took another status. */
  message: (effectId: string) => `message ${effectId}`,
  /** A call came to an end, one way or the other. */
  effect: (effectId: string) => `effect ${effectId}`,
  /** A contact has written to a connection, on one channel. */
  reply: (connection: string, channel: ConversationChannel, contact: string) =>
    `reply ${connection} ${channel} ${contact}`,
  /** A run came to an end. */
  run: (runId: string) => `run ${runId}`,
  /** A connection was switched on again, or has other settings. */
  connection: (name: string) => `connection ${name}`,
  /** A broadcast goes on, or was stopped. */
  broadcast: (id: string) => `broadcast ${id}`,
  /** A run of one item came to an end. */
  items: (parentRunId: string) => `items ${parentRunId}`,
});
