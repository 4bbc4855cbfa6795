import type { Overlay } from "../../core/overlay.js";
import type { CollectionFiles } from "../installer.js";
import type { MergeConflict, Settlement } from "./local-change.js";
import { mergeFile, sameFile } from "./merge-file.js";

/** A file whose two changes contradict each other, and that nobody has settled. */
export interface FileConflict {
  readonly file: string;
  readonly places: readonly MergeConflict[];
}

/** A collection with this installation's changes. */
export interface Laid {
  /** What runs; where there are conflicts, what would run if each were settled for this installation. */
  readonly files: CollectionFiles;
  /** The changes as they are to be kept from now on: based on these files. */
  readonly overlays: readonly Overlay[];
  /** Changed files in which both changes were brought together. */
  readonly merged: readonly string[];
  /** Changed files in which nothing is left of our change: the collection says the same now, or it was given up. */
  readonly dissolved: readonly string[];
  /** Nothing of it may be installed while there are any. */
  readonly conflicts: readonly FileConflict[];
}

/**
 * Lays this installation's changes on the files of a collection, of the version they were made on or of another; pure.
 *
 * @param settlements Whose change counts, by file, where both contradict each other.
 */
export function layOverlays(
  files: CollectionFiles,
  overlays: readonly Overlay[],
  settlements: Readonly<Record<string, Settlement>> = {},
): Laid {
  const laid = overlays.map((overlay) => ({ overlay, ...layOne(overlay, files[overlay.file], settlements) }));
  const named = (outcome: string): string[] =>
    laid.filter((each) => each.outcome === outcome).map(({ overlay }) => overlay.file);
  return {
    files: { ...files, ...Object.fromEntries(laid.flatMap(({ kept, text }) => (kept ? [[kept.file, text]] : []))) },
    overlays: laid.flatMap(({ kept }) => kept ?? []),
    merged: named("merged"),
    dissolved: named("dissolved"),
    conflicts: laid.flatMap(({ overlay, places }) => (places.length > 0 ? [{ file: overlay.file, places }] : [])),
  };
}

/** What becomes of one overlay. */
interface LaidOne {
  readonly kept: Overlay | null;
  /** What runs in place of the collection's own text. */
  readonly text: string;
  readonly outcome: "same" | "merged" | "dissolved" | "conflict";
  readonly places: readonly MergeConflict[];
}

function layOne(
  overlay: Overlay,
  theirs: string | undefined,
  settlements: Readonly<Record<string, Settlement>>,
): LaidOne {
  const { file, base, mine } = overlay;
  const settled = Object.hasOwn(settlements, file) ? settlements[file] : undefined;
  if (settled === "theirs") return dissolved;
  if (theirs === undefined) return layOnNothing(overlay, settled);
  if (base === theirs) return { kept: overlay, text: mine, outcome: "same", places: [] };
  if (sameFile(file, mine, theirs)) return dissolved;
  const { text, conflicts } = mergeFile(file, { base: base ?? "", mine, theirs });
  if (conflicts.length > 0 && settled !== "mine")
    return { kept: overlay, text, outcome: "conflict", places: conflicts };
  return sameFile(file, text, theirs)
    ? dissolved
    : { kept: { ...overlay, base: theirs, mine: text }, text, outcome: "merged", places: [] };
}

const dissolved: LaidOne = Object.freeze({ kept: null, text: "", outcome: "dissolved", places: [] });

function layOnNothing(overlay: Overlay, settled: Settlement | undefined): LaidOne {
  const { base, mine: text } = overlay;
  if (base === null) return { kept: overlay, text, outcome: "same", places: [] };
  if (settled === "mine") return { kept: { ...overlay, base: null }, text, outcome: "merged", places: [] };
  const place = { place: "the whole file", base, mine: text, theirs: null };
  return { kept: overlay, text, outcome: "conflict", places: [place] };
}
