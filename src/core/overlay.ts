/** This installation's change of one file of an installed collection. */
export interface Overlay {
  /** Name of the collection. */
  readonly collection: string;
  /** Path inside the collection, with forward slashes. */
  readonly file: string;
  /** The collection's own text that was changed; null when the collection no longer has the file. */
  readonly base: string | null;
  /** What runs in its place. */
  readonly mine: string;
  readonly changedAt: Date;
}
