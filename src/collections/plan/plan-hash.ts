import { createHash } from "node:crypto";
import type { InstalledCollection } from "../../core/collection.js";
import { canonicalJson, type JsonObject } from "../../core/json.js";
import type { Overlay } from "../../core/overlay.js";
import type { Settlement } from "../overlay/local-change.js";

/** What a plan stands and falls with. */
export interface PlanFacts {
  /** What `definitionsStamp` gave when it was made. */
  readonly stamp: string;
  readonly installed: readonly InstalledCollection[];
  readonly uninstalled: string | null;
  readonly activate: readonly string[];
  /** This installation's changes as they would be kept. */
  readonly overlays: readonly Overlay[];
  /** By collection and file. */
  readonly settlements: Readonly<Record<string, Settlement>>;
  /** Collection to the parameters that were given; of secrets only their names matter. */
  readonly given: Readonly<Record<string, JsonObject>>;
}

/** Names a plan: what else is installed, other content, other parameters or other flows to switch on give another name. */
export function planHash({ installed, activate, given, overlays, settlements, ...rest }: PlanFacts): string {
  const facts = {
    ...rest,
    overlays: overlays.map(({ collection, file, base, mine }) => ({ collection, file, base, mine })),
    settlements: { ...settlements },
    activate: [...new Set(activate)].sort(),
    installed: installed.map(({ collection: { name, version }, integrity, parameters }) => ({
      ...{ name, version, integrity, parameters },
      given: Object.keys(given[name] ?? {}).sort(),
    })),
  };
  return createHash("sha256").update(canonicalJson(facts)).digest("hex");
}
