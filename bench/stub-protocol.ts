/** The account that texts are sent from, and what its reports are signed with. */
export const ACCOUNT = "AC00000000000000000000000000000000";
export const AUTH_TOKEN = "00000000000000000000000000000000";

/** What the bench asks its stub, over the channel between parent and child. Order numbers: `from` up to before `to`. */
export type StubQuestion =
  | { readonly id: number; readonly ask: "count" }
  /** From now on each text is answered after so long. */
  | { readonly id: number; readonly ask: "delay"; readonly delayMs: number }
  | { readonly id: number; readonly ask: "account" | "arrivals"; readonly from: number; readonly to: number };

/** How many reports wait, and how they were taken. */
export interface ReportCounts {
  readonly pending: number;
  readonly taken: number;
  readonly refused: number;
  /** Status and beginning of the first answer that was no success; null when all were. */
  readonly firstRefusal: string | null;
}

/** How the texts add up with the orders of a range. */
export interface StubAccount {
  /** Orders about which no text has arrived. */
  readonly missing: number;
  /** Orders about which more than one text has arrived. */
  readonly repeated: number;
  /** Texts that name no order. */
  readonly strangers: number;
  /** Number of the first missing order. */
  readonly firstMissing: number | null;
  readonly reports: ReportCounts;
}

/** `atMs` and `arrivals` are readings of the monotonic clock; an order without a text has arrival null. */
export type StubAnswer =
  | { readonly id: number; readonly texts: number; readonly atMs: number }
  | { readonly id: number; readonly delayMs: number }
  | { readonly id: number; readonly account: StubAccount }
  | { readonly id: number; readonly arrivals: readonly (number | null)[] };
