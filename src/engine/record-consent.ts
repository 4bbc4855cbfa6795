import { randomUUID } from "node:crypto";
import {
  type ConsentEntry,
  type ConsentScope,
  decide,
  everything,
  mergeStandings,
  type ScopedStanding,
} from "../core/consent.js";
import { PatchbayError } from "../core/errors.js";
import { idTime } from "../core/id.js";
import { type ConversationChannel, threadsOf } from "../core/received-message.js";
import { commitPlan } from "./commit.js";
import { toEntry } from "./consent-entry.js";
import { newDraft, type PendingCall } from "./draft.js";
import type { ConsentRow, ConsentStatement, ConsentVerdict } from "./engine.js";
import { planConsent } from "./plan-consent.js";
import type { Planning } from "./planning.js";
import { planTakenBackFrom } from "./taken-back.js";

/**
 * Records what an operator knows, with what flows make of it.
 *
 * @throws REQUEST_INVALID for an opt-in without a reason, CONSENT_WITHHELD for one against the person's own STOP without `force`
 */
export async function recordConsent(
  statement: ConsentStatement,
  queueRuns: boolean,
  planning: Planning,
): Promise<{ readonly entries: readonly ConsentEntry[]; readonly calls: readonly PendingCall[] }> {
  requireReason(statement);
  for (const channel of channelsOf(statement)) await refuseAgainstStop({ ...statement, channel }, planning);
  const at = new Date(planning.parts.now());
  const fact = randomUUID();
  const subject = { dataType: null, key: null, causedBy: null, connection: null };
  const draft = await commitPlan(
    planning,
    async (draft) => {
      for (const channel of channelsOf(statement)) {
        const stored = await planning.parts.store.consent.standings(statement.contact, channel);
        const said = {
          ...statement,
          channel,
          how: "operator",
          word: null,
          messageId: null,
          at,
          recordedAt: at,
        } as const;
        const entries = scopesMeant(statement, stored).map((scope) => toEntry({ ...said, scope }, fact));
        await planConsent(draft, { entries, subject }, planning);
      }
    },
    queueRuns,
  );
  return { entries: draft.consents, calls: draft.calls };
}

/**
 * Records one row of a list. Flows are not told: a list may have a million rows. The same row again changes nothing; one without
 * an instant only counts when it says something else than what is known.
 *
 * @throws REQUEST_INVALID for an opt-in that is to undo a STOP without a reason, and for an instant that has not come yet
 */
export async function importConsent(row: ConsentRow, planning: Planning): Promise<ConsentVerdict> {
  if (row.force) requireReason(row);
  const now = new Date(planning.parts.now());
  if (row.at !== null && row.at.getTime() > now.getTime() + TOLERANCE_MS) {
    throw new PatchbayError("REQUEST_INVALID", `/at lies in the future: ${row.at.toISOString()}`);
  }
  const verdicts = await Promise.all(channelsOf(row).map((channel) => importOne({ ...row, channel }, now, planning)));
  return verdicts.find((one) => one !== "unchanged") ?? "unchanged";
}

/** How far another machine's clock may be ahead, in milliseconds. */
const TOLERANCE_MS = 300_000;

async function importOne(
  row: ConsentRow & { readonly channel: ConversationChannel },
  now: Date,
  planning: Planning,
): Promise<ConsentVerdict> {
  const { store } = planning.parts;
  const { contact, channel, scope, state, id, at: _at, ...rest } = row;
  const standings = await store.consent.standings(contact, channel);
  const own = mergeStandings(standings.filter((standing) => standing.scope === scope));
  const isKnown = decide(own)?.state === state && (!row.force || own.startId !== null);
  if (row.at === null && isKnown) return "unchanged";
  const at = row.at ?? now;
  const stated = { ...rest, contact, channel, scope, state, messageId: null, at, recordedAt: now };
  const made = toEntry(stated, `${rest.word ?? ""} ${rest.force}`);
  const entry = id === null ? made : { ...made, id: requireIdOf(id, at) };
  if ((await store.consent.entry(entry.id)) !== null) return "unchanged";
  const others = scopesMeant(row, standings).slice(1);
  const entries = [entry, ...others.map((one) => toEntry({ ...stated, scope: one }, entry.id))];
  const draft = newDraft(false);
  for (const one of entries) draft.changes.push({ kind: "consent-recorded", entry: one });
  draft.consents.push(...entries);
  if (state === "opted-out") await planTakenBackFrom(draft, entry, planning);
  await store.commit(draft.changes);
  const isWeak = state === "opted-in" && row.how !== "keyword" && row.how !== "vendor-report" && !row.force;
  return isWeak && standsAgainst(standings, scope) ? "withheld" : "recorded";
}

/** @throws REQUEST_INVALID */
function requireIdOf(id: string, at: Date): string {
  if (id.startsWith("cns_") && idTime(id)?.getTime() === at.getTime()) return id;
  throw new PatchbayError("REQUEST_INVALID", `/id is not the id of an entry of ${at.toISOString()}; leave it out`);
}

/** @throws REQUEST_INVALID */
function requireReason({ state, reason }: ConsentStatement): void {
  if (state === "opted-out" || (reason ?? "").trim() !== "") return;
  throw new PatchbayError("REQUEST_INVALID", "An opt-in needs a reason: how and where the person has agreed");
}

/** @throws CONSENT_WITHHELD */
async function refuseAgainstStop(
  { contact, channel, scope, state, force }: ConsentStatement & { readonly channel: ConversationChannel },
  { parts }: Planning,
): Promise<void> {
  if (state === "opted-out" || force) return;
  if (!standsAgainst(await parts.store.consent.standings(contact, channel), scope)) return;
  throw new PatchbayError("CONSENT_WITHHELD", `${contact} has opted out by their own word (${channel})`);
}

/**
 * Gives the scopes that a statement is recorded in, its own first: an opt-in that is to undo a STOP is recorded where each STOP is that
 * its scope covers, so that every scope by itself says what holds.
 */
function scopesMeant(
  { scope, state, force }: Pick<ConsentStatement, "scope" | "state" | "force">,
  standings: readonly ScopedStanding[],
): readonly ConsentScope[] {
  if (state === "opted-out" || !force || scope !== everything) return [scope];
  const stopped = standings.filter((one) => one.scope !== scope && decide(one)?.isOwnStop === true);
  return [scope, ...stopped.map((one) => one.scope)];
}

/** Whether the person's own STOP holds against an opt-in: one in the same scope, or in any that the scope may cover. */
function standsAgainst(standings: readonly ScopedStanding[], scope: ConsentScope): boolean {
  const isWide = scope === everything || scope.startsWith("connection:");
  return standings.some((one) => (isWide || one.scope === scope) && decide(one)?.isOwnStop === true);
}

function channelsOf({ channel, contact }: ConsentStatement): readonly ConversationChannel[] {
  return channel === null ? threadsOf(contact) : [channel];
}
