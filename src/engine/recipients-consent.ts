import {
  type ConsentEntry,
  type Decided,
  decide,
  describeScope,
  mergeStandings,
  type ScopedStanding,
  scopesOf,
  standingOf,
} from "../core/consent.js";
import type { Effect, EffectState } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import { after, type Eventual } from "../core/eventual.js";
import type { Message } from "../core/message.js";
import { type ConversationChannel, threadOf } from "../core/received-message.js";
import { topics } from "../core/topic.js";
import type { Draft } from "./draft.js";
import { toFailure } from "./end-run.js";
import type { EngineParts } from "./engine-parts.js";
import type { RunPlanning } from "./planning.js";

/** A call that is about to be made. */
export interface CallToJudge {
  readonly effect: Effect;
  readonly message: Message | null;
  /** The state the ledger has it in; null when it is not there yet. */
  readonly from: EffectState | null;
}

/**
 * Refuses a message whose recipient has opted out of who it is sent as: by what is on record when the call is about to be made,
 * and by what the same draft records.
 *
 * @throws RECIPIENT_OPTED_OUT, which ends the step as `suppressed`
 */
export function recipientsConsent(draft: Draft, attempt: CallToJudge, planning: RunPlanning): Eventual<null> {
  return after(optOutOf(draft, attempt.message, planning), (decided) =>
    decided === null ? null : refuseOptedOut(draft, { attempt, decided }, planning),
  );
}

async function refuseOptedOut(
  draft: Draft,
  { attempt, decided }: { attempt: CallToJudge; decided: Decided },
  planning: RunPlanning,
): Promise<never> {
  const entry = entryIn(draft, decided) ?? (await planning.parts.store.consent.entry(decided.entryId));
  const why = describeOptOut(attempt.effect.recipient ?? "The recipient", entry);
  const error = new PatchbayError("RECIPIENT_OPTED_OUT", `${why}: nothing was sent`, {
    remedy: remedyOf(attempt.message),
  });
  suppress(draft, attempt, { error, at: new Date(planning.parts.now()) });
  throw error;
}

/** Of a message, who it goes to and who it comes from. */
export type Addressed = Pick<Message, "to" | "channel" | "connection" | "service" | "from">;

/** Gives what forbids a message; null when nothing does. */
export function optOutOf(
  draft: Pick<Draft, "consents">,
  message: Addressed | null,
  { parts }: { readonly parts: Pick<EngineParts, "store"> },
): Eventual<Decided | null> {
  if (message === null) return null;
  const channel = threadOf(message.channel);
  const drafted = draft.consents.filter((entry) => isAbout(entry, message.to, channel));
  // What is only drafted may be older than an opt-in of somebody who has never opted out.
  const { consent } = parts.store;
  const asked = consent[drafted.length === 0 ? "optOuts" : "standings"](message.to, channel);
  return after<readonly ScopedStanding[], Decided | null>(asked, (known) => decideBy(message, known, drafted));
}

function decideBy(
  message: Addressed,
  known: readonly ScopedStanding[],
  drafted: readonly ConsentEntry[],
): Decided | null {
  if (known.length === 0 && drafted.length === 0) return null;
  const scopes = scopesOf({ connection: message.connection, service: message.service, sender: message.from });
  const all = [...known, ...drafted.map((entry) => ({ scope: entry.scope, ...standingOf(entry) }))];
  const decided = decide(mergeStandings(all.filter(({ scope }) => scopes.includes(scope))));
  return decided?.state === "opted-out" ? decided : null;
}

function isAbout(entry: ConsentEntry, contact: string, channel: ConversationChannel): boolean {
  return entry.contact === contact && entry.channel === channel;
}

function entryIn({ consents }: Pick<Draft, "consents">, { entryId }: Decided): ConsentEntry | undefined {
  return consents.find(({ id }) => id === entryId);
}

/** Says in plain words who has opted out of what, and how that is known. */
export function describeOptOut(contact: string, entry: ConsentEntry | null): string {
  if (entry === null) return `${contact} has opted out`;
  const { scope, at } = entry;
  const from = describeScope(scope);
  return `${contact} has opted out of messages from ${from} (${describeWay(entry)}, ${at.toISOString()})`;
}

function describeWay({ how, word, by, reason }: ConsentEntry): string {
  switch (how) {
    case "keyword":
      return `texted ${word ?? "STOP"}`;
    case "vendor-report":
      return `reported by the vendor${word === null ? "" : ` as ${word}`}`;
    case "operator":
      return `recorded by ${by ?? "an operator"}${reason === null ? "" : `: ${reason}`}`;
    case "import":
      return `imported${reason === null ? "" : `: ${reason}`}`;
  }
}

function remedyOf(message: Message | null): string {
  const again =
    message?.channel === "email"
      ? "Do not write to this address. When the person has agreed anew, record it with its reason: patchbay consent opt-in."
      : "Do not text this person. Who wants messages again texts START;";
  return `${again} patchbay consent show tells the history.`;
}

/** Leaves a call in the ledger as one that took no effect, with its message as `suppressed`. */
function suppress(
  draft: Draft,
  { effect, message, from }: CallToJudge,
  { error, at }: { error: PatchbayError; at: Date },
): void {
  const settled = { ...effect, state: "refused", failure: toFailure(error), settledAt: at } as const;
  if (from === null) draft.changes.push({ kind: "effect-intended", effect: settled });
  else draft.changes.push({ kind: "effect-moved", effect: settled });
  if (message !== null) {
    const suppressed = { ...message, status: "suppressed", updatedAt: at } as const;
    const kind = from === "refused" ? "message-restarted" : "message-recorded";
    draft.changes.push({ kind, message: suppressed });
  }
  // Nobody has to stand behind a call that is not made.
  draft.turns.get(effect.id)?.();
  draft.turns.delete(effect.id);
  draft.wakes.add(topics.effect(effect.id));
}
