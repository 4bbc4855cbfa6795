import type { PreparedCall } from "../core/connector.js";
import type { Effect, EffectState } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { Message } from "../core/message.js";
import { threadOf } from "../core/received-message.js";
import { isRefusal, type KeptSession, type Picked } from "../core/session.js";
import type { Listening } from "../core/store-filters.js";
import type { Draft } from "./draft.js";
import type { EngineParts } from "./engine-parts.js";

/** Gives the condition of a prepared call as the ledger keeps it, or nothing. */
export function keptSession({ session, request, message }: PreparedCall): { readonly session?: KeptSession } {
  if (session === undefined) return {};
  return { session: { ...session, inside: { label: session.label, request, message }, picked: null } };
}

/** The part of an attempt that says something. */
interface Sayable {
  readonly effect: Effect;
  readonly message: Message | null;
  /** The state the ledger has it in; null when it is not there yet. */
  readonly from: EffectState | null;
}

/**
 * Gives an attempt with what it says now, when its call has a condition. Only what certainly took no effect yet may say
 * something else than before: what may have been sent is repeated as it was.
 *
 * @throws What the connector has named for when nothing may be sent
 */
export async function withSaying<A extends Sayable>(draft: Draft, attempt: A, parts: EngineParts): Promise<A> {
  const { effect, from, message } = attempt;
  const { session } = effect;
  if (session === undefined || !isFree(from)) return attempt;
  const { which, why } = await judgeSession(draft, { session, effect }, parts);
  const saying = which === "inside" ? session.inside : session.outside;
  if (isRefusal(saying)) throw new PatchbayError(saying.code, `${saying.message}: ${why}`, { remedy: saying.remedy });
  const picked = { which, why: `${saying.label}, because ${why}` };
  return {
    ...attempt,
    effect: { ...effect, request: saying.request, session: { ...session, picked } },
    message: message === null || saying.message === null ? message : { ...message, ...saying.message },
  };
}

/** Whether something else can be sent after the vendor has refused to take this because the contact has not written. */
export function hasOtherSaying({ session }: Effect): boolean {
  return session?.picked?.which === "inside" && !isRefusal(session.outside);
}

/** The reason as it is added to what the operator reads of a call; empty for a call without a condition. */
export function becauseOf({ session }: Effect): string {
  return session?.picked ? ` (${session.picked.why})` : "";
}

function isFree(from: EffectState | null): boolean {
  return from === null || from === "intended" || from === "refused";
}

/** Tells whether the contact has written lately enough, by what is stored and what the same draft says. */
export async function judgeSession(
  draft: Pick<Draft, "changes">,
  { session, effect }: { session: KeptSession; effect: Pick<Effect, "failure" | "connection"> },
  { store, now }: Pick<EngineParts, "store" | "now">,
): Promise<Picked> {
  const { channel, sender, contact, ms, leavesAt } = session;
  if (effect.failure?.code === "SESSION_CLOSED" && session.picked?.which === "inside") {
    return { which: "outside", why: `the vendor says that ${contact} has not written lately` };
  }
  const leaves = Math.max(now(), leavesAt === null ? 0 : Date.parse(leavesAt));
  const since = new Date(leaves - ms);
  const listening = { channel, sender, contact, connection: effect.connection };
  const lastAt = justNow(draft, listening, since) ?? (await store.received.lastAt(listening, since));
  if (lastAt !== null) return { which: "inside", why: `${contact} wrote at ${instantOf(lastAt)}` };
  const to = sender === null ? "" : ` to ${sender}`;
  return { which: "outside", why: `${contact} has not written${to} since ${instantOf(since)}` };
}

/** A flow that a message starts answers it before it is stored: it is in the same draft. */
function justNow(
  { changes }: Pick<Draft, "changes">,
  { channel, sender, contact, connection }: Listening,
  since: Date,
): Date | null {
  for (const change of changes) {
    if (change.kind !== "message-received") continue;
    const { message } = change;
    const isHeard = sender === null ? message.connection === connection : message.to === sender;
    const isTheirs = message.contact === contact && threadOf(message.channel) === channel;
    if (isHeard && isTheirs && message.receivedAt >= since) return message.receivedAt;
  }
  return null;
}

function instantOf(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "Z");
}
