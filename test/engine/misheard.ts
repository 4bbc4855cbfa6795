import { effectKey } from "../../src/core/effect.js";
import { isJsonObject } from "../../src/core/json.js";
import type { Run } from "../../src/core/run.js";
import type { Store } from "../../src/core/store.js";

/** What is wrong with what customers wrote: lost, kept twice, in no conversation, or overlooked by who waited for it. */
export async function misheard(
  store: Store,
  { taken, runs }: { taken: ReadonlySet<string>; runs: readonly Run[] },
): Promise<string[]> {
  const { items: received } = await store.received.list({}, { limit: 200 });
  const { items: events } = await store.events.list({ kind: "message.received" }, { limit: 200 });
  const { items: conversations } = await store.conversations.list({}, { limit: 200 });
  const kept = new Set(received.map(({ vendorId }) => vendorId));
  const known = new Set(conversations.map(({ id }) => id));
  const open = conversations.filter(({ state }) => state === "open").map(({ contact }) => contact);
  const problems = [
    ...[...taken].filter((vendorId) => !kept.has(vendorId)).map((vendorId) => `taken and lost: ${vendorId}`),
    ...received.filter(({ conversationId }) => !known.has(conversationId)).map(({ id }) => `in no conversation: ${id}`),
  ];
  if (events.length !== received.length) problems.push(`${received.length} texts came in by ${events.length} events`);
  if (new Set(open).size !== open.length) problems.push("a contact has two open conversations");
  for (const run of runs) if (await hasOverlooked(run, store)) problems.push(`overlooked a reply: ${run.id}`);
  return problems;
}

/** Whether a run gave up waiting though the reply it wanted had been there before. */
async function hasOverlooked(run: Run, store: Store): Promise<boolean> {
  const step = run.steps.find(({ id }) => id === "answer");
  if (step === undefined || !isJsonObject(step.output) || step.output.outcome !== "timeout") return false;
  const effect = await store.effects.getByKey(effectKey(run, "ask"));
  const message = effect === null ? null : await store.messages.getByEffect(effect.id);
  if (message === null) return false;
  const correspondent = { connection: "test/post", channel: "sms", contact: message.to } as const;
  const replies = await store.received.newestFrom(correspondent, message.id, 200);
  return replies.some(({ body, receivedAt }) => body === "YES" && receivedAt.getTime() < step.finishedAt.getTime());
}
