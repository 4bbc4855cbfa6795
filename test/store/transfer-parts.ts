import type { Store } from "../../src/core/store.js";
import {
  created,
  intended,
  raised,
  recordVersion,
  sampleBroadcast,
  sampleConsent,
  sampleConversation,
  sampleEffect,
  sampleFlowVersion,
  sampleMessage,
  sampleNotification,
  sampleOperation,
  sampleQuarantined,
  sampleReceived,
  sampleRecipient,
  sampleRun,
  start,
  told,
} from "./samples.js";

/** Something of everything that refers to something. */
export async function fill(store: Store, keys: readonly string[]): Promise<void> {
  await store.commit([{ kind: "flow-version-kept", version: sampleFlowVersion("a1b2") }]);
  for (const key of keys) {
    const { event, changes } = recordVersion({ key, version: 1, indexed: { city: "Łódź ✓" } });
    const run = sampleRun({ eventId: event.id, key });
    const effect = sampleEffect({ runId: run.id, key: `shop/thank:${event.id}:send` });
    const message = sampleMessage({
      runId: run.id,
      effectId: effect.id,
      body: 'a "quoted"\nline \u2028 and \ud83d\ude00',
    });
    const check = { messageId: message.id, purpose: "cancel", attempts: 0, noticeId: null } as const;
    await store.commit([
      ...[...changes, created(run), intended(effect), told(message)],
      { kind: "message-check-due", check: { ...check, dueAt: start, createdAt: start } },
    ]);
    await store.commit([raised(sampleNotification({ level: "error", runId: run.id }))]);
  }
  const [run] = (await store.runs.list({}, { limit: 1 })).items;
  const listening = { run: run!, topics: ["a"], againAt: start };
  await store.commit([{ kind: "run-listens", ...listening }]);
  await store.commit([{ kind: "items-kept", runId: run!.id, stepId: "lines", batches: [[1, { two: 2 }]] }]);
  const conversation = sampleConversation({ contact: `+1617 ${keys.join(" ")}` });
  await store.commit([{ kind: "conversation-opened", conversation }]);
  const broadcast = sampleBroadcast();
  await store.commit([
    { kind: "consent-recorded", entry: sampleConsent({ contact: conversation.contact, reason: "Да \ud83d\udc4d" }) },
    { kind: "message-received", message: sampleReceived({ conversationId: conversation.id, body: "Да \ud83d\udc4d" }) },
    { kind: "record-quarantined", record: sampleQuarantined({ identity: `key ${keys.join(" ")}` }) },
    { kind: "operation-begun", operation: sampleOperation({ perSecond: 0.1 }) },
    { kind: "broadcast-created", broadcast },
    { kind: "recipient-added", recipient: sampleRecipient({ broadcastId: broadcast.id }) },
    { kind: "schedule-advanced", flow: "shop/daily", slotAt: start },
    { kind: "flow-activated", flow: "shop/thank", active: true, at: start },
  ]);
}
