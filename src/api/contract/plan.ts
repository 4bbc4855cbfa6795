import {
  collectionActions,
  objectActions,
  objectKinds,
  overlayOutcomes,
  startChanges,
} from "../../collections/plan/plan.js";
import { contentMembers, origin } from "./collection-source.js";
import {
  anyObject,
  array,
  described,
  flag,
  integer,
  mapOf,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
} from "./schema.js";

/** What every request may say about what is to be installed. */
export const planningMembers = {
  parameters: described("Parameters that are not given keep their installed value.", anyObject),
  parametersOf: described("Parameters of other collections of the plan, by collection.", mapOf(anyObject)),
  activate: described(
    "Flows that are switched on with it; all others stay as they are.",
    array(text({ minLength: 1 }), { maxItems: 200 }),
  ),
  settlements: described(
    "Whose change counts where changes made here and the new version contradict each other, by file; `collection/file` for one collection of several.",
    mapOf(oneOf(["mine", "theirs"] as const)),
  ),
  force: described("Install it although this version was installed with other content.", flag()),
};

const planHash = described("Of the plan that was looked at.", text({ pattern: "^[0-9a-f]{64}$" }));

const upgradeMembers = { ...contentMembers, ...planningMembers };
const rollbackMembers = {
  ...planningMembers,
  version: described("A kept version or its integrity; the one before when absent.", text({ minLength: 1 })),
};

const editMembers = {
  file: described("Path inside the collection, with forward slashes.", text({ minLength: 1 })),
  text: described("What the file is to be; null for the collection's own text.", nullable(text())),
};

/** Asks what an upgrade would do; without content it is what its source has now. */
export const upgradePlanning = named("UpgradePlanning", object({}, upgradeMembers));
export const upgrade = named("Upgrade", object({ planHash }, upgradeMembers));
/** Asks what going back would do. */
export const rollbackPlanning = named("RollbackPlanning", object({}, rollbackMembers));
export const rollback = named("Rollback", object({ planHash }, rollbackMembers));
/** Asks what changing a file here would do. */
export const editPlanning = named("EditPlanning", object(editMembers));
export const edit = named("Edit", object({ ...editMembers, planHash }));
export const uninstallation = named("Uninstallation", object({ planHash }));

const plannedObject = object({
  kind: oneOf(objectKinds),
  name: text(),
  note: described("Of a parameter: `by default` when nobody has given its value.", nullable(text())),
  action: oneOf(objectActions),
  diff: described("Lines that begin with +, - or a space; null for what stays as it is.", nullable(text())),
});

const plannedOverlay = object({
  file: text(),
  outcome: described(
    "`merged`: both changes were brought together; `dissolved`: nothing is left of ours; a `conflict` has to be settled first.",
    oneOf(overlayOutcomes),
  ),
  places: described(
    "Of a conflict: where both changes contradict each other.",
    array(
      object({
        place: described("A JSON pointer, or a line.", text()),
        base: described("As it was; null when there was nothing.", nullable(text())),
        mine: nullable(text()),
        theirs: nullable(text()),
      }),
    ),
  ),
});

const plannedCollection = object({
  name: text(),
  title: text(),
  action: described("`replace`: the same version, with other content or parameters.", oneOf(collectionActions)),
  from: described("The version that is installed.", nullable(text())),
  to: nullable(text()),
  requiredBy: described("Because of which collections of this plan it is in it.", array(text())),
  origin: nullable(origin),
  needsTrust: described("Whether applying it needs `acceptUnsigned`.", flag()),
  objects: array(plannedObject),
  overlays: described("What becomes of files that were changed here.", array(plannedOverlay)),
  changelog: described("What its CHANGELOG.md says of the versions between.", nullable(text())),
  warnings: array(object({ file: text(), path: text(), message: text(), remedy: text(), severity: text() })),
});

/** What an installation, an upgrade, a way back or an uninstallation would do. */
export const plan = named(
  "CollectionPlan",
  object({
    hash: described("Apply the plan by it; it is refused when anything has changed since.", text()),
    collections: described("In the order of their installation.", array(plannedCollection)),
    starts: described(
      "What would begin to happen, and what would happen differently or no more.",
      array(
        object({
          flow: described("Null for what is about more than one.", nullable(text())),
          change: oneOf(startChanges),
          message: text(),
        }),
      ),
    ),
    connectors: array(text()),
    hosts: described("Hosts that the settings of its connections name.", array(text())),
    compatibility: described(
      "What would not fit any more.",
      array(
        object({
          subject: described("A data type or a flow.", text()),
          message: text(),
          records: described("Stored records that would not fit, as far as they were looked at.", integer()),
        }),
      ),
    ),
  }),
);

/** What was done by a plan. */
export const applied = named(
  "AppliedPlan",
  object({
    installed: array(object({ name: text(), version: text(), origin })),
    uninstalled: nullable(text()),
  }),
);

export type PlanView = Static<typeof plan>;
export type PlannedCollectionView = Static<typeof plannedCollection>;
export type AppliedView = Static<typeof applied>;
export type UpgradePlanningBody = Static<typeof upgradePlanning>;
export type EditPlanningBody = Static<typeof editPlanning>;
export type RollbackPlanningBody = Static<typeof rollbackPlanning>;
