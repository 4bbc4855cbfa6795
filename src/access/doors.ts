import type { Caller } from "../core/caller.js";
import type { Eventual } from "../core/eventual.js";

/** Knows who holds what: asked once for every request, and answers at once nearly always. */
export interface Doors {
  /**
   * Gives who holds a key; null when nobody does, or not any more.
   * @param nearby Whether the request comes from this machine: the token of the command line is taken from there only.
   */
  holderOfKey(text: string, nearby: boolean): Eventual<Caller | null>;
  /** Gives whose session this is; null when it is nobody's, or has ended. */
  holderOfSession(text: string): Eventual<Caller | null>;
  /** Whether there is a user or a key: then everybody has to say who it is. */
  isGuarded(): Eventual<boolean>;
}
