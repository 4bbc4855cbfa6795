import type { PatchbayError } from "../core/errors.js";
import { framesOf } from "../log/frames.js";

/** Picks what the log may have of an error: vendors' errors carry credentials in their other members. */
export function explain({ message, cause }: PatchbayError): object {
  if (!(cause instanceof Error)) return { message };
  return { message, name: cause.name, because: cause.message, stack: framesOf(cause) };
}
