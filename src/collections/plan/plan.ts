import type { Origin } from "../../core/collection.js";
import type { Problem } from "../../core/errors.js";
import type { MergeConflict } from "../overlay/local-change.js";

export const objectKinds = ["data type", "translator", "connection", "flow", "parameter"] as const;
export const objectActions = ["create", "update", "unchanged", "remove"] as const;

/** What a plan lists one by one. */
export type ObjectKind = (typeof objectKinds)[number];
export type ObjectAction = (typeof objectActions)[number];

/** What becomes of one object of a collection. */
export interface PlannedObject {
  readonly kind: ObjectKind;
  readonly name: string;
  /** A word about it, such as that a parameter has its value by default. */
  readonly note: string | null;
  readonly action: ObjectAction;
  /** Lines that begin with `+`, `-` or a space; null for what stays as it is. Never has a secret. */
  readonly diff: string | null;
}

/** Something about a file that does not stop an installation. */
export interface PlanWarning extends Problem {
  readonly file: string;
  readonly remedy: string;
  readonly severity: "error" | "warning";
}

export const collectionActions = ["install", "upgrade", "downgrade", "replace", "unchanged", "uninstall"] as const;

/** `replace`: the same version, with other content or other parameters. */
export type CollectionAction = (typeof collectionActions)[number];

export const overlayOutcomes = ["changed", "kept", "merged", "dissolved", "conflict", "removed"] as const;

/**
 * `changed` now; `kept` as it is; `merged` with what the collection has changed; `dissolved`: the collection says the same now, or
 * the change is given up; a `conflict` that somebody has to settle; `removed`: taken away.
 */
export type OverlayOutcome = (typeof overlayOutcomes)[number];

/** What becomes of this installation's change of one file. */
export interface PlannedOverlay {
  readonly file: string;
  readonly outcome: OverlayOutcome;
  /** Where both changes contradict each other; empty unless it is a conflict. */
  readonly places: readonly MergeConflict[];
}

/** What becomes of one collection. */
export interface PlannedCollection {
  readonly name: string;
  readonly title: string;
  readonly action: CollectionAction;
  /** The version that is installed now; null when none is. */
  readonly from: string | null;
  /** The version that will be; null when none will. */
  readonly to: string | null;
  /** Collections of this plan because of which it is in it; empty for what was asked for. */
  readonly requiredBy: readonly string[];
  /** Null for what goes. */
  readonly origin: Origin | null;
  /** Whether applying it needs `acceptUnsigned`. */
  readonly needsTrust: boolean;
  readonly objects: readonly PlannedObject[];
  readonly overlays: readonly PlannedOverlay[];
  /** What its CHANGELOG.md says of the versions between; null when it says nothing. */
  readonly changelog: string | null;
  readonly warnings: readonly PlanWarning[];
}

export const startChanges = ["begins", "changes", "ends", "goes on", "waits", "beware"] as const;

/**
 * What happens to what runs: a flow `begins` when it is switched on by this plan, `changes` or `ends` while it is on, `goes on` as it
 * is, or `waits` until somebody switches it on. `beware` is about more than one flow.
 */
export type StartChange = (typeof startChanges)[number];

/** One sentence of what would begin to happen. */
export interface Start {
  readonly flow: string | null;
  readonly change: StartChange;
  readonly message: string;
}

/** Something that fits no more, or not in the same way. */
export interface Incompatibility {
  /** A data type or a flow, `namespace/name`. */
  readonly subject: string;
  readonly message: string;
  /** Stored records that do not fit any more, as far as they were looked at. */
  readonly records: number;
}

/** What an installation, an upgrade, a way back or an uninstallation would do. */
export interface Plan {
  /** Names this plan and what it was made for: applied is this or nothing. */
  readonly hash: string;
  /** In the order of their installation: what others require comes first. */
  readonly collections: readonly PlannedCollection[];
  readonly starts: readonly Start[];
  /** Keys of the connectors that the flows of these collections call. */
  readonly connectors: readonly string[];
  /** Hosts that settings of their connections name. */
  readonly hosts: readonly string[];
  readonly compatibility: readonly Incompatibility[];
}
