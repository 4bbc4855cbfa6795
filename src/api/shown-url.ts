import type { Caller } from "../core/caller.js";
import { has } from "../core/permission.js";

/**
 * Gives the public URL for the addresses of webhooks, or null: they have a secret in them, and whoever enters them at vendors sees
 * them, nobody else.
 */
export function shownUrl(publicUrl: string | null, caller: Caller): string | null {
  return has(caller, "webhooks:read") ? publicUrl : null;
}
