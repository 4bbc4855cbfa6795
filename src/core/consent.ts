import { idTime } from "./id.js";
import type { ConversationChannel } from "./received-message.js";

export const consentStates = ["opted-out", "opted-in"] as const;

/** What a contact is on record with: wants no messages, or wants them. */
export type ConsentState = (typeof consentStates)[number];

export const consentWays = ["keyword", "vendor-report", "operator", "import"] as const;

/**
 * How it came to be known. `keyword`: the person texted it. `vendor-report`: the vendor refused a message because the person had
 * told it so. `operator`: somebody here recorded it. `import`: it came from a list.
 */
export type ConsentWay = (typeof consentWays)[number];

/**
 * What a statement is about, as text: `everything`; `connection:<namespace/name>`; `service:<id>`, a vendor's pool of senders;
 * `sender:<number or name>`.
 */
export type ConsentScope = string;

export const everything: ConsentScope = "everything";

/** One statement about a contact's consent. Written once, never changed, never dropped. */
export interface ConsentEntry {
  /** Made of the instant and the fact (`idOfFact`): the same fact told twice is one entry. */
  readonly id: string;
  readonly shard: number;
  readonly channel: ConversationChannel;
  /** E.164, or what else the vendor calls somebody without number. */
  readonly contact: string;
  readonly scope: ConsentScope;
  readonly state: ConsentState;
  readonly how: ConsentWay;
  /** Whether it is meant to undo the person's own STOP: an opt-in that is documented by its reason. */
  readonly force: boolean;
  /** The keyword as it was written, or the vendor's code; null where there is none. */
  readonly word: string | null;
  /** The message that said so: a received one, or ours that the vendor refused; null where there is none. */
  readonly messageId: string | null;
  readonly reason: string | null;
  /** Who recorded it; null when nobody did. */
  readonly by: string | null;
  /** The event that told flows; null when none was told. */
  readonly eventId: string | null;
  /** When it became so. */
  readonly at: Date;
  /** When Patchbay learnt it. */
  readonly recordedAt: Date;
}

/**
 * What is on record about a contact in one scope: the newest entry of each kind, by its id, which begins with its instant.
 * Because each of them only moves forward, the same facts give the same standing in whatever order and however often they come.
 */
export interface ConsentStanding {
  /** The person's own word to stop: a keyword, or the vendor's report of one. */
  readonly stopId: string | null;
  /** The person's own word to start, or an opt-in that is documented to undo a STOP. */
  readonly startId: string | null;
  /** An opt-out that somebody here recorded. */
  readonly outId: string | null;
  /** An opt-in that somebody here recorded. */
  readonly inId: string | null;
}

/** A standing with what it is about. */
export interface ScopedStanding extends ConsentStanding {
  readonly scope: ConsentScope;
}

/** What a contact's consent is in one scope, and the entry that decides it. */
export interface CurrentConsent {
  readonly entry: ConsentEntry;
  /** The newest entry in this scope; the list's cursor. */
  readonly lastId: string;
}

/** What decides about a message: the state and the entry that it comes from; null when nothing is on record. */
export interface Decided {
  readonly state: ConsentState;
  readonly entryId: string;
  /** Whether it is the person's own STOP, which nobody else undoes in silence. */
  readonly isOwnStop: boolean;
}

/** Who a message is sent as. */
export interface SentAs {
  /** `namespace/name`. */
  readonly connection: string;
  readonly service: string | null;
  readonly sender: string | null;
}

export const noStanding: ConsentStanding = Object.freeze({ stopId: null, startId: null, outId: null, inId: null });

/** Gives the place in a standing that an entry takes. */
export function slotOf({ state, how, force }: Pick<ConsentEntry, "state" | "how" | "force">): keyof ConsentStanding {
  const own = how === "keyword" || how === "vendor-report";
  if (state === "opted-out") return own ? "stopId" : "outId";
  return own || force ? "startId" : "inId";
}

/** Gives the standing that an entry makes by itself. */
export function standingOf(entry: Pick<ConsentEntry, "id" | "state" | "how" | "force">): ConsentStanding {
  return { ...noStanding, [slotOf(entry)]: entry.id };
}

/** Puts standings together, of one scope or of several that cover the same sender. */
export function mergeStandings(standings: readonly ConsentStanding[]): ConsentStanding {
  return standings.reduce(
    (one, other) => ({
      stopId: newer(one.stopId, other.stopId),
      startId: newer(one.startId, other.startId),
      outId: newer(one.outId, other.outId),
      inId: newer(one.inId, other.inId),
    }),
    noStanding,
  );
}

/**
 * Tells what a standing comes to. The person's STOP holds until they START, or until an opt-in is recorded that is documented to
 * undo it. Otherwise what was said last holds. Of what was said at one instant, the opt-out holds.
 */
export function decide({ stopId, startId, outId, inId }: ConsentStanding): Decided | null {
  if (stopId !== null && holdsAgainst(stopId, startId)) {
    return { state: "opted-out", entryId: stopId, isOwnStop: true };
  }
  if (outId !== null && holdsAgainst(outId, startId) && holdsAgainst(outId, inId)) {
    return { state: "opted-out", entryId: outId, isOwnStop: false };
  }
  const entryId = newer(startId, inId);
  return entryId === null ? null : { state: "opted-in", entryId, isOwnStop: false };
}

/** What ids of entries begin with: prefix and instant. */
export const instantLength = 14;

function holdsAgainst(optOut: string, optIn: string | null): boolean {
  return optIn === null || optOut.slice(0, instantLength) >= optIn.slice(0, instantLength);
}

function newer(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

/** Gives the scopes that cover who a message is sent as. */
export function scopesOf({ connection, service, sender }: SentAs): readonly ConsentScope[] {
  return [everything, `connection:${connection}`, ...scopesOfSender({ service, sender })];
}

/** Gives the scopes that a person means who texts a word to a sender of ours, or whose word the vendor holds against one. */
export function scopesOfSender({ service, sender }: Pick<SentAs, "service" | "sender">): readonly ConsentScope[] {
  const own = sender === null || sender === service ? [] : [`sender:${sender}`];
  return service === null ? own : [`service:${service}`, ...own];
}

/** Whether a text is a scope. */
export function isConsentScope(text: string): boolean {
  return (
    text === everything || /^connection:[a-z0-9-]+\/[a-z0-9-]+$|^service:\S{1,64}$|^sender:\S[^\n]{0,63}$/.test(text)
  );
}

/** Names a scope in a sentence. */
export function describeScope(scope: ConsentScope): string {
  const at = scope.indexOf(":");
  if (at === -1) return "anybody here";
  const name = scope.slice(at + 1);
  return scope.startsWith("service:") ? `the messaging service ${name}` : name;
}

/** When an entry's fact became so, as its id says. */
export function instantOf(entryId: string): Date {
  const at = idTime(entryId);
  if (at === null) throw new Error(`${entryId} is no id of a consent entry`);
  return at;
}
