import { type ConsentEntry, decide, mergeStandings, standingOf } from "../core/consent.js";
import type { JsonObject } from "../core/json.js";
import type { Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import { planEvent } from "./plan-event.js";
import type { Planning } from "./planning.js";
import { planTakenBackFrom } from "./taken-back.js";

/** What a statement about consent belongs to. */
export interface ConsentSubject {
  /** The record whose message it is about, when known. */
  readonly dataType: string | null;
  readonly key: string | null;
  /** The run that met it; null when it came from outside. */
  readonly causedBy: Pick<Run, "id" | "depth"> | null;
  /** By which connection it came, `namespace/name`; null when by none. */
  readonly connection: string | null;
}

/**
 * Adds what was said about a contact's consent; the first entry is the main one. When it changes what the contact's consent is
 * (or, meant to undo a STOP, any of them does), an event says so and starts flows: `message.opted-out` or `message.opted-in`.
 * What the vendor keeps for somebody who opts out is taken back.
 */
export async function planConsent(
  draft: Draft,
  { entries, subject }: { entries: readonly ConsentEntry[]; subject: ConsentSubject },
  planning: Planning,
): Promise<void> {
  const [main] = entries;
  if (main === undefined) return;
  const changes = await Promise.all(
    (main.force ? entries : [main]).map((entry) => changesConsent(draft, entry, planning)),
  );
  const eventId = changes.includes(true) ? planning.parts.newId("evt") : null;
  for (const said of entries) {
    const entry = { ...said, eventId };
    draft.changes.push({ kind: "consent-recorded", entry });
    draft.consents.push(entry);
  }
  if (main.state === "opted-out") await planTakenBackFrom(draft, main, planning);
  if (eventId === null) return;
  const { dataType, key, causedBy } = subject;
  const event = {
    id: eventId,
    shard: main.shard,
    kind: `message.${main.state}`,
    dataType,
    key,
    version: null,
    payload: toPayload(main, subject),
    causedByRun: causedBy?.id ?? null,
    depth: causedBy === null ? 0 : causedBy.depth + 1,
    dedupeKey: null,
    createdAt: new Date(planning.parts.now()),
  } as const;
  await planEvent(draft, { occasion: { event, previous: null }, startFlows: true }, planning);
}

/** Whether an entry changes what the contact's consent is in its scope. */
async function changesConsent(draft: Draft, entry: ConsentEntry, { parts }: Planning): Promise<boolean> {
  const { contact, channel, scope } = entry;
  const stored = await parts.store.consent.standings(contact, channel);
  const drafted = draft.consents.filter((one) => one.contact === contact && one.channel === channel);
  const before = [
    ...stored.filter((standing) => standing.scope === scope),
    ...drafted.filter((one) => one.scope === scope).map(standingOf),
  ];
  const after = decide(mergeStandings([...before, standingOf(entry)]));
  return after?.state === entry.state && decide(mergeStandings(before))?.state !== entry.state;
}

/** A contact's change of consent as a flow reads it that starts with it. */
function toPayload(entry: ConsentEntry, { connection }: ConsentSubject): JsonObject {
  const { id, contact, channel, scope, state, how, word, messageId, reason, by, at } = entry;
  return {
    ...{ contact, channel, state, scope, how, word, reason, by, connection, messageId },
    at: at.toISOString(),
    entryId: id,
  };
}
