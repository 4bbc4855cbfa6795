/** How the list of messages behaves; the messages themselves are not touched. */
export interface ListSettings {
  /** Whether every request for the list is answered with a 500, as if Twilio could not be asked. */
  readonly failing: boolean;
  /** A message is in the list only so long after it was created; Twilio's list is not up to date at once either. */
  readonly visibleAfterMs: number;
}

/** A list that answers, and shows everything at once. */
export const promptList: ListSettings = Object.freeze({ failing: false, visibleAfterMs: 0 });
