import { createHash } from "node:crypto";
import type { InstalledCollection } from "../../core/collection.js";
import { canonicalJson, type JsonObject } from "../../core/json.js";

/** What a plan stands and falls with. */
export interface PlanFacts {
  /** What `definitionsStamp` gave when it was made. */
  readonly stamp: string;
  readonly installed: readonly InstalledCollection[];
  readonly uninstalled: string | null;
  readonly activate: readonly string[];
  /** Collection to the parameters that were given; of secrets only their names matter. */
  readonly given: Readonly<Record<string, JsonObject>>;
}

/** Names a plan: what else is installed, other content, other parameters or other flows to switch on give another name. */
export function planHash({ stamp, installed, uninstalled, activate, given }: PlanFacts): string {
  const facts = {
    stamp,
    uninstalled,
    activate: [...new Set(activate)].sort(),
    installed: installed.map(({ collection: { name, version }, integrity, parameters }) => ({
      ...{ name, version, integrity, parameters },
      given: Object.keys(given[name] ?? {}).sort(),
    })),
  };
  return createHash("sha256").update(canonicalJson(facts)).digest("hex");
}
