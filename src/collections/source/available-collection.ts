/** A collection that can be installed by its name. */
export interface AvailableCollection {
  readonly name: string;
  /** What a name without a range gives. */
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly category: string | null;
  /** Who says to publish it. */
  readonly publisher: string | null;
  /** Public key that has signed this version, as the index says. */
  readonly key: string | null;
  /** Every version, newest first. */
  readonly versions: readonly string[];
  /** Why it should not be used any more. */
  readonly deprecated: string | null;
  readonly publishedAt: string | null;
  /** The index it is in; null when it ships with Patchbay. */
  readonly index: string | null;
}

/** What was found, and the indexes that could not be looked into. */
export interface Found {
  readonly collections: readonly AvailableCollection[];
  readonly unreadable: readonly { readonly index: string; readonly message: string }[];
}
