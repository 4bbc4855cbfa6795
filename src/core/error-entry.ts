/** One entry of the error catalogue. */
export interface ErrorEntry {
  /** HTTP status of the problem document. */
  readonly status: number;
  /** Whether the same work may be tried again by itself: the engine's only question. */
  readonly retryable: boolean;
  /** Short, constant name of the problem, for headings and grouping. */
  readonly title: string;
  /** What the reader can do about it, in plain words. */
  readonly remedy: string;
}

/** An error that the same work would meet again. */
export const permanent = (status: number, title: string, remedy: string): ErrorEntry => ({
  status,
  retryable: false,
  title,
  remedy,
});
/** An error that may be over when the same work is tried again. */
export const passing = (status: number, title: string, remedy: string): ErrorEntry => ({
  status,
  retryable: true,
  title,
  remedy,
});
