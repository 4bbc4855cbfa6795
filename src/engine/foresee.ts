import type { PreparedCall } from "../core/connector.js";
import type { MessageDraft } from "../core/message.js";
import { isRefusal } from "../core/session.js";
import type { EngineParts } from "./engine-parts.js";
import { describeOptOut, optOutOf } from "./recipients-consent.js";
import { judgeSession, keptSession } from "./session.js";

/** What would be sent by what is known now, and what would keep it from being sent. */
export interface Foreseen {
  readonly message: MessageDraft;
  /** Why that is sent and not what was asked for; null when it is. */
  readonly instead: string | null;
  /** Why it would not be sent at all, in plain words; empty when nothing is in the way. */
  readonly obstacles: readonly string[];
}

const nobody = Object.freeze({ changes: [], consents: [] });

/** Tells what would become of a prepared message if it were sent now: nothing is kept, nobody is asked but the store. */
export async function foresee(
  { connection, prepared, message }: { connection: string; prepared: PreparedCall; message: MessageDraft },
  parts: Pick<EngineParts, "store" | "now">,
): Promise<Foreseen> {
  const decided = await optOutOf(nobody, { ...message, connection }, { parts });
  const entry = decided === null ? null : await parts.store.consent.entry(decided.entryId);
  const optedOut = decided === null ? [] : [describeOptOut(message.to, entry)];
  const { session } = keptSession(prepared);
  if (session === undefined) return { message, instead: null, obstacles: optedOut };
  const { which, why } = await judgeSession(nobody, { session, effect: { failure: null, connection } }, parts);
  if (which === "inside") return { message, instead: null, obstacles: optedOut };
  const { outside } = session;
  if (isRefusal(outside)) return { message, instead: null, obstacles: [...optedOut, `${outside.message}: ${why}`] };
  const instead = `${outside.label}, because ${why}`;
  return { message: outside.message ?? message, instead, obstacles: optedOut };
}
