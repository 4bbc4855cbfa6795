import type { Role } from "../../core/caller.js";

/** What `key create` was given. */
export interface KeyChoice {
  readonly role: Role;
  readonly dataType?: string[];
  /** Days. */
  readonly expires?: string;
}
