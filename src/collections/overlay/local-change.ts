/** A change of one file of an installed collection that somebody wants. */
export interface FileEdit {
  /** Path inside the collection, with forward slashes. */
  readonly file: string;
  /** What it is to be; null for the collection's own text. */
  readonly text: string | null;
}

/** Whose change counts where both contradict each other: this installation's, or the collection's. */
export type Settlement = "mine" | "theirs";

/** A place of a file that both the collection's author and this installation have changed, each in their own way. */
export interface MergeConflict {
  /** Where in the file: a JSON pointer, or `line 12`. */
  readonly place: string;
  /** How it was; null when there was nothing. Texts as in the file. */
  readonly base: string | null;
  /** How this installation has it; null when it was taken out. */
  readonly mine: string | null;
  /** How the collection has it now; null when it was taken out. */
  readonly theirs: string | null;
}
