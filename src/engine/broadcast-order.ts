import type { Audience, ExclusionReason } from "../core/broadcast.js";
import type { Price } from "../core/price.js";

/** What a broadcast is made with. */
export interface BroadcastOrder {
  readonly name: string;
  /** `namespace/name`. */
  readonly flow: string;
  readonly audience: Audience;
  /** 1 to 1,000. */
  readonly perSecond: number;
}

/** One text as it would go out. */
export interface PreviewedText {
  readonly key: string;
  readonly recipient: string | null;
  readonly body: string | null;
  readonly segments: number;
}

/** One record that would get nothing. */
export interface PreviewedExclusion {
  readonly key: string;
  readonly recipient: string | null;
  readonly exclusion: ExclusionReason;
  readonly reason: string;
}

/** What messages are likely to cost in one currency. */
export interface PreviewedPrice extends Price {
  /** Of how many recipients a price is known in it. */
  readonly recipients: number;
}

/** What is reckoned for a whole audience. */
export interface Reckoned {
  readonly recipients: number;
  readonly segments: number;
  readonly prices: readonly PreviewedPrice[];
  /** How long it takes at its pace, at least. */
  readonly seconds: number;
}

/** What a broadcast would do if it were started now. Planned for real, stored nowhere. */
export interface BroadcastPreview {
  /** Records that `audience.where` finds; `moreRecords` when there are more than were counted. */
  readonly records: number;
  readonly moreRecords: boolean;
  /** How many of them were looked at; `more` when there are others: the numbers below are of these only. */
  readonly examined: number;
  readonly more: boolean;
  /** Who would get it. */
  readonly recipients: number;
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
  readonly segments: number;
  /** What their messages are likely to cost, by currency. */
  readonly prices: readonly PreviewedPrice[];
  /** How many of the recipients are left in peace now, and until when the last of them. */
  readonly quiet: { readonly recipients: number; readonly until: Date | null };
  /** The same for all records, reckoned from those that were looked at; equal to the above when those are all. */
  readonly estimate: Reckoned;
  readonly texts: readonly PreviewedText[];
  readonly exclusions: readonly PreviewedExclusion[];
  /** Names all this; starting takes it. */
  readonly confirm: string;
}
