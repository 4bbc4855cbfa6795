import { createHash } from "node:crypto";
import { type ConsentEntry, type ConsentScope, scopesOfSender } from "../core/consent.js";
import type { Effect } from "../core/effect.js";
import { idOfFact } from "../core/id.js";
import type { Message } from "../core/message.js";
import { type ReceivedMessage, threadOf } from "../core/received-message.js";
import { shardOf } from "../core/shard.js";

/** A statement before it has an id. */
export type Stated = Omit<ConsentEntry, "id" | "shard" | "eventId">;

/** Makes the entry of a statement. @param fact What names it besides contact, channel, scope and instant. */
export function toEntry(stated: Stated, fact: string): ConsentEntry {
  const { contact, channel, scope, state, how, at } = stated;
  const named = JSON.stringify([contact, channel, scope, state, how, fact]);
  const id = idOfFact("cns", at, createHash("sha256").update(named).digest());
  return { ...stated, id, shard: shardOf("contact", contact), eventId: null };
}

/** What a person has texted: one entry for the pool of senders that our number is in, one for the number itself. */
export function entriesOfKeyword(message: ReceivedMessage, service: string | null): readonly ConsentEntry[] {
  const { optOut, contact, body, id, vendorId, receivedAt, to } = message;
  if (optOut !== "stop" && optOut !== "start") return [];
  const said = { channel: threadOf(message.channel), contact, how: "keyword", force: false } as const;
  const state = optOut === "stop" ? "opted-out" : "opted-in";
  const word = body.trim().slice(0, MOST_OF_WORD) || optOut.toUpperCase();
  return scopesOfSender({ service, sender: to }).map((scope) =>
    toEntry(
      { ...said, scope, state, word, messageId: id, reason: null, by: null, at: receivedAt, recordedAt: receivedAt },
      vendorId,
    ),
  );
}

const MOST_OF_WORD = 100;

/** Why the vendor refused a message, and when it learnt that. */
export interface Refused {
  readonly message: Message;
  /** The ledger row; null when it is no longer kept. */
  readonly effect: Effect | null;
  /** The vendor's code. */
  readonly code: string | null;
  readonly now: Date;
}

/**
 * What the vendor has reported about a message's recipient. The instant is that of the attempt: a report may come hours later,
 * and must not undo what the person has said since.
 */
export function entriesOfReport({ message, effect, code, now }: Refused): readonly ConsentEntry[] {
  const { id, to, service, from, connection } = message;
  const own = scopesOfSender({ service, sender: service === null ? from : null });
  const scopes: readonly ConsentScope[] = own.length > 0 ? own : [`connection:${connection}`];
  const at = effect?.startedAt ?? message.createdAt;
  const said = { channel: threadOf(message.channel), contact: to, state: "opted-out", how: "vendor-report" } as const;
  return scopes.map((scope) =>
    toEntry(
      { ...said, scope, force: false, word: code, messageId: id, reason: null, by: null, at, recordedAt: now },
      `${id} ${code ?? ""}`,
    ),
  );
}
