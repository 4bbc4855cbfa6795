import type { PlannedOverlay } from "../plan/plan.js";
import type { Overlaid } from "./overlaid.js";

/** Tells what becomes of this installation's changes of a collection, by file. */
export function plannedOverlays({ before, laid }: Pick<Overlaid, "before" | "laid">): readonly PlannedOverlay[] {
  const known = new Map(before.map((one) => [one.file, one.mine]));
  const conflicts = new Map(laid.conflicts.map(({ file, places }) => [file, places]));
  const files = new Set([...known.keys(), ...laid.overlays.map(({ file }) => file)]);
  const outcomeOf = (file: string): PlannedOverlay["outcome"] => {
    if (conflicts.has(file)) return "conflict";
    if (laid.merged.includes(file)) return "merged";
    if (laid.dissolved.includes(file)) return "dissolved";
    const after = laid.overlays.find((one) => one.file === file);
    if (after === undefined) return "removed";
    return known.get(file) === after.mine ? "kept" : "changed";
  };
  return [...files].sort().map((file) => ({ file, outcome: outcomeOf(file), places: conflicts.get(file) ?? [] }));
}
