import { type ConsentEntry, type CurrentConsent, consentStates, consentWays, everything } from "../../core/consent.js";
import { conversationChannels } from "../../core/received-message.js";
import type { ConsentVerdict } from "../../engine/engine.js";
import {
  array,
  described,
  flag,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
} from "./schema.js";

const scopeWords =
  "What it is about: `everything`, `connection:<namespace/name>`, `service:<messaging service>` or `sender:<number or name>`.";

/** One statement of the ledger. */
export const consentEntry = named(
  "ConsentEntry",
  object({
    id: described("The same fact told twice has the same id.", text()),
    channel: oneOf(conversationChannels),
    contact: text(),
    scope: described(scopeWords, text()),
    state: oneOf(consentStates),
    how: described("How it came to be known.", oneOf(consentWays)),
    force: described("Whether it was recorded to undo the person's own STOP.", flag()),
    word: described("What the person texted, or the vendor's code.", nullable(text())),
    messageId: described(
      "The message that said so: a received one, or ours that the vendor refused.",
      nullable(text()),
    ),
    reason: nullable(text()),
    by: described("Who recorded it.", nullable(text())),
    eventId: described("The event that told flows; null when nothing changed, or for a list.", nullable(text())),
    at: described("When it became so.", instant),
    recordedAt: described("When Patchbay learnt it.", instant),
  }),
);

/** What is on record about a contact in one scope, and the entry that decides it. */
export const currentConsent = named(
  "Consent",
  object({
    contact: text(),
    channel: oneOf(conversationChannels),
    scope: text(),
    state: oneOf(consentStates),
    entry: consentEntry,
  }),
);

/** Everything about one contact. */
export const contactConsent = named(
  "ContactConsent",
  object({
    contact: text(),
    consents: described("What holds now, by channel and scope.", array(currentConsent)),
    entries: described("The ledger, newest first.", array(consentEntry)),
    next: described("Cursor of older entries; null when there are none.", nullable(text())),
  }),
);

const contact = described("In E.164, or an e-mail address.", text({ minLength: 1, maxLength: 200 }));
const reason = described("How and where the person has said so; an opt-in needs it.", text({ maxLength: 2_000 }));
const by = described("Who records it.", text({ minLength: 1, maxLength: 200 }));
const scope = described(scopeWords, text({ minLength: 1, maxLength: 200, default: everything }));
const channel = described(
  "Every channel of the number when left out; an address has `email` only.",
  oneOf(conversationChannels),
);
const force = described(
  "Undo the person's own STOP, by an agreement that the reason tells of.",
  flag({ default: false }),
);

/** What an operator records. */
export const consentStatement = named(
  "ConsentStatement",
  object({ contact, state: oneOf(consentStates) }, { channel, scope, reason, by, force }),
);

/** What was recorded. */
export const recordedConsent = named("RecordedConsent", object({ entries: array(consentEntry) }));

/** One row of a list, as JSON; columns of CSV have the same names. Other members are not read. */
export const consentRow = named(
  "ConsentRow",
  object(
    { contact },
    {
      ...{ channel, scope, force },
      state: described("`opted-out` when left out.", oneOf(consentStates)),
      reason: nullable(reason),
      by: nullable(by),
      at: described("When it became so; now when left out, and then it counts only when it is news.", instant),
      how: described("How it became known; `import` when left out.", oneOf(consentWays)),
      word: described("What the person texted, or the vendor's code.", nullable(text({ maxLength: 200 }))),
      id: described("Of an entry that was exported.", nullable(text({ maxLength: 64 }))),
    },
  ),
);

const verdicts = ["recorded", "unchanged", "withheld", "failed"] as const;

/** What became of the rows of a list. */
export const consentImport = named(
  "ConsentImport",
  object({
    items: described(
      "Rows that failed or were withheld (in the ledger, but the person's own STOP holds), 1,000 at most.",
      array(
        object(
          { index: described("From 0.", integer({ minimum: 0 })), verdict: oneOf(verdicts) },
          { contact: text(), error: object({ code: text(), detail: text() }) },
        ),
      ),
    ),
    recorded: integer({ minimum: 0 }),
    unchanged: integer({ minimum: 0 }),
    withheld: integer({ minimum: 0 }),
    failed: integer({ minimum: 0 }),
  }),
);

export type ConsentEntryView = Static<typeof consentEntry>;
export type ConsentView = Static<typeof currentConsent>;
export type ContactConsentView = Static<typeof contactConsent>;
export type RecordedConsentView = Static<typeof recordedConsent>;
export type ConsentRowView = Static<typeof consentRow>;
export type ConsentImportView = Static<typeof consentImport>;
export type ConsentImportItem = ConsentImportView["items"][number];
export type ImportVerdict = ConsentVerdict | "failed";

export function toConsentEntryView(entry: ConsentEntry): ConsentEntryView {
  const { id, channel, contact, scope, state, how, force, word, messageId, reason, by, eventId } = entry;
  const known = { id, channel, contact, scope, state, how, force, word, messageId, reason, by, eventId };
  return { ...known, at: toInstant(entry.at), recordedAt: toInstant(entry.recordedAt) };
}

export function toConsentView({ entry }: CurrentConsent): ConsentView {
  const { contact, channel, scope, state } = entry;
  return { contact, channel, scope, state, entry: toConsentEntryView(entry) };
}
