import type { Effect } from "../core/effect.js";
import type { JsonObject } from "../core/json.js";
import type { Message } from "../core/message.js";
import type { Notification } from "../core/notification.js";
import type { Run } from "../core/run.js";
import type { Observed } from "./observe.js";

/** What there is, by the names that tests use. */
export interface Views {
  readonly messages: readonly JsonObject[];
  readonly notifications: readonly JsonObject[];
  readonly runs: readonly JsonObject[];
  readonly calls: readonly JsonObject[];
}

/** Gives what there is as tests write it. */
export function toViews({ messages, notifications, runs, calls }: Observed): Views {
  return {
    messages: messages.map(toMessageView),
    notifications: notifications.map(toNotificationView),
    runs: runs.map(toRunView),
    calls: calls.map(toCallView),
  };
}

function toMessageView({ to, from, body, status, errorCode, channel, flow, media, segments }: Message): JsonObject {
  return present({
    ...{ to, from, body, status, error: errorCode, channel, flow, segments },
    media: media.length > 0 ? [...media] : null,
  });
}

function toNotificationView({ level, title, cause, code, flow }: Notification): JsonObject {
  return present({ level, title, cause, code, flow });
}

function toRunView({ flow, status, key, stopReason, failure, wait }: Run): JsonObject {
  const reason = stopReason ?? failure?.message ?? null;
  return present({ flow, status, key, reason, code: failure?.code ?? null, waitsFor: wait?.kind ?? null });
}

function toCallView({ endpoint, request, recipient, state }: Effect): JsonObject {
  return present({ endpoint, to: recipient, state, with: request });
}

/** What is not there is left out, as in a test. */
function present(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
