import { PatchbayError } from "../core/errors.js";
import type { Undertaking } from "./installer.js";
import type { Settlement } from "./overlay/local-change.js";

/** What of the circumstances of an undertaking matters for all of them. */
export interface Settled {
  readonly activate: readonly string[];
  readonly force: boolean;
  readonly settlements: Readonly<Record<string, Settlement>>;
}

/** Gives the circumstances of an undertaking; an edit and an uninstallation have none. */
export function settledBy(undertaking: Undertaking): Settled {
  if (undertaking.kind === "uninstall" || undertaking.kind === "edit")
    return { activate: [], force: false, settlements: {} };
  const { activate, force, settlements } = undertaking;
  return { activate: activate ?? [], force: force ?? false, settlements: settlements ?? {} };
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
