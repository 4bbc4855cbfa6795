import { PatchbayError } from "../core/errors.js";
import type { Undertaking } from "./installer.js";

/** What of the circumstances of an undertaking matters for all of them. */
export interface Settled {
  readonly activate: readonly string[];
  readonly force: boolean;
}

/** Gives the circumstances of an undertaking; an uninstallation has none. */
export function settledBy(undertaking: Undertaking): Settled {
  if (undertaking.kind === "uninstall") return { activate: [], force: false };
  const { activate, force } = undertaking;
  return { activate: activate ?? [], force: force ?? false };
}

/** Refuses a plan that is not the one that was looked at. @throws PLAN_CHANGED */
export function requirePlan(wanted: string, is: string): void {
  if (wanted === is) return;
  throw new PatchbayError(
    "PLAN_CHANGED",
    "Something was installed, switched or published since this was planned, or this is another request",
    { planned: wanted, now: is },
  );
}
