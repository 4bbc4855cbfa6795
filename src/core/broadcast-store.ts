import type {
  Broadcast,
  BroadcastRecipient,
  BroadcastState,
  ExclusionReason,
  OutcomeCounts,
  RecipientNews,
  RecipientOutcome,
} from "./broadcast.js";
import type { Page, Paging } from "./paging.js";
import type { PriceSum } from "./price.js";

/** What is written about broadcasts. */
export type BroadcastChange =
  | { readonly kind: "broadcast-created"; readonly broadcast: Broadcast }
  /** Replaces a broadcast. Refused with BROADCAST_MOVED unless the stored revision is `broadcast.revision - 1`. */
  | { readonly kind: "broadcast-moved"; readonly broadcast: Broadcast }
  /** Refused with BROADCAST_MOVED when the record is in the broadcast already, or somebody else with the same recipient was started. */
  | { readonly kind: "recipient-added"; readonly recipient: BroadcastRecipient }
  /** Moves a recipient forward (`outcomeRank`); what comes late, and what is about no recipient, changes nothing. */
  | { readonly kind: "recipient-moved"; readonly news: RecipientNews };

export interface RecipientFilter {
  readonly outcome?: RecipientOutcome | undefined;
  readonly exclusion?: ExclusionReason | undefined;
}

/** What is read about broadcasts. */
export interface BroadcastStore {
  get(id: string): Promise<Broadcast | null>;
  list(filter: { state?: BroadcastState | undefined }, paging: Paging): Promise<Page<Broadcast>>;
  /** Those that are running, and those that were stopped and have not come to their end; newest first. */
  unfinished(limit: number): Promise<readonly Broadcast[]>;
  /** Last added first. */
  recipients(id: string, filter: RecipientFilter, paging: Paging): Promise<Page<BroadcastRecipient>>;
  /** The recipient that a record of the audience is; null while it has not been looked at. */
  ofRecord(id: string, key: string): Promise<BroadcastRecipient | null>;
  /** Who was started with this phone number or address; null when nobody was. */
  ofPerson(id: string, recipient: string): Promise<BroadcastRecipient | null>;
  ofRun(runId: string): Promise<BroadcastRecipient | null>;
  /** What its messages have cost by now, by currency, of those whose price the vendor has told. */
  costs(id: string): Promise<readonly PriceSum[]>;
  counts(id: string): Promise<OutcomeCounts>;
  /** How many recipients have this outcome, counted up to `limit`. */
  count(id: string, outcome: RecipientOutcome, limit: number): Promise<number>;
}
