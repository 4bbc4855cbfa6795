import type { Change } from "../../core/change.js";
import { PatchbayError } from "../../core/errors.js";
import type { Overlay } from "../../core/overlay.js";
import type { Store } from "../../core/store.js";
import type { FileProblem } from "../file-problem.js";
import type { CollectionFiles } from "../installer.js";
import { factsOf } from "../manifest-facts.js";
import { withEdit } from "./edit.js";
import { type Laid, layOverlays } from "./lay-overlays.js";
import type { FileEdit, Settlement } from "./local-change.js";

/** A collection that is to run, with this installation's changes before and after. */
export interface Overlaid {
  readonly collection: string;
  /** As they are kept now. */
  readonly before: readonly Overlay[];
  readonly laid: Laid;
}

/** Files that are to be installed, and what is to become of this installation's changes. */
export interface Overlaying {
  /** As their author has published them. */
  readonly files: CollectionFiles;
  /** File to whose change counts. */
  readonly settlements?: Readonly<Record<string, Settlement>> | undefined;
  readonly edit?: FileEdit | undefined;
}

/** What changes are kept in. */
export interface OverlayTools {
  readonly store: { readonly collections: Pick<Store["collections"], "overlays"> };
  readonly now: () => Date;
}

/**
 * Lays this installation's changes on files that are to be installed. Conflicts are not refused yet.
 * @throws OVERLAY_FORBIDDEN; REQUEST_INVALID when something is settled that is not changed here
 */
export async function overlaid(wanted: Overlaying, { store, now }: OverlayTools): Promise<Overlaid> {
  const { files: published, settlements = {}, edit } = wanted;
  const collection = factsOf(published).name;
  const before = await store.collections.overlays(collection);
  const idle = Object.keys(settlements).find((file) => !before.some((one) => one.file === file));
  if (idle !== undefined) {
    throw new PatchbayError(
      "REQUEST_INVALID",
      `There is nothing to settle: ${idle} of ${collection} is not changed here`,
    );
  }
  const overlays = edit === undefined ? before : withEdit(before, edit, { collection, published, now: now() });
  return { collection, before, laid: layOverlays(published, overlays, settlements) };
}

/** Gives what has to be stored, so that the changes are kept as they were laid. */
export function overlayChanges({ before, laid }: Pick<Overlaid, "before" | "laid">): readonly Change[] {
  const isKept = (overlay: Overlay): boolean =>
    before.some(({ file, base, mine }) => file === overlay.file && base === overlay.base && mine === overlay.mine);
  const gone = before.filter(({ file }) => !laid.overlays.some((one) => one.file === file));
  return [
    ...laid.overlays.filter((one) => !isKept(one)).map((overlay): Change => ({ kind: "overlay-set", overlay })),
    ...gone.map(({ collection, file }): Change => ({ kind: "overlay-removed", collection, file })),
  ];
}

/** Refuses conflicts that nobody has settled. @throws OVERLAY_CONFLICT (details.conflicts) */
export function requireSettled(all: Iterable<Overlaid>): void {
  const conflicts = [...all].flatMap(({ collection, laid }) => laid.conflicts.map((one) => ({ collection, ...one })));
  if (conflicts.length === 0) return;
  const named = conflicts.map(
    ({ collection, file, places }) => `${file} of ${collection} at ${places.map(({ place }) => place).join(", ")}`,
  );
  throw new PatchbayError("OVERLAY_CONFLICT", `This was changed here and in the new version: ${named.join("; ")}`, {
    conflicts: conflicts.map(({ collection, file, places }) => ({
      ...{ collection, file },
      places: places.map(({ place }) => place),
    })),
  });
}

/** Says of problems in files that are changed here that they are, and how to do without the change. */
export function pointOut(problems: readonly FileProblem[], { laid }: Pick<Overlaid, "laid">): readonly FileProblem[] {
  const changed = new Set(laid.overlays.map(({ file }) => file));
  return problems.map((problem) => {
    if (!changed.has(problem.file)) return problem;
    return {
      ...problem,
      remedy: `${problem.remedy} This file is changed here: --theirs ${problem.file} gives that up.`,
    };
  });
}
