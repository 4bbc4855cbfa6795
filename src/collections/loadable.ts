import type { InstalledCollection } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import { compileInstallation, type Installation, type InstallerTools, type Inventory } from "./installation.js";
import type { LeftOut } from "./installer.js";

/**
 * Compiles what is installed, without collections that cannot be compiled with the others: one of them must not keep a process
 * from starting. They are found by taking in one after the other, oldest first, as long as one fits.
 *
 * @throws what compiling nothing at all throws
 */
export function compileLoadable(
  inventory: Inventory,
  tools: InstallerTools,
): { readonly installation: Installation; readonly leftOut: readonly LeftOut[] } {
  const whole = tryCompile(inventory, tools);
  if (!(whole instanceof PatchbayError)) return { installation: whole, leftOut: [] };
  let waiting = [...inventory.installed.values()].sort((a, b) => a.installedAt.getTime() - b.installedAt.getTime());
  let taken: readonly InstalledCollection[] = [];
  let installation = compileInstallation(inventoryOf(taken, inventory), tools);
  for (;;) {
    const refused: [InstalledCollection, PatchbayError][] = [];
    for (const one of waiting) {
      const more = tryCompile(inventoryOf([...taken, one], inventory), tools);
      if (more instanceof PatchbayError) refused.push([one, more]);
      else [taken, installation] = [[...taken, one], more];
    }
    if (refused.length === 0 || refused.length === waiting.length) {
      const leftOut = refused.map(([{ collection }, { message }]) => ({
        collection: collection.name,
        reason: message,
        description: collection,
      }));
      return { installation, leftOut };
    }
    waiting = refused.map(([one]) => one);
  }
}

function tryCompile(inventory: Inventory, tools: InstallerTools): Installation | PatchbayError {
  try {
    return compileInstallation(inventory, tools);
  } catch (thrown) {
    if (thrown instanceof PatchbayError && thrown.code === "COLLECTION_INVALID") return thrown;
    throw thrown;
  }
}

function inventoryOf(taken: readonly InstalledCollection[], whole: Inventory): Inventory {
  return { ...whole, installed: new Map(taken.map((one) => [one.collection.name, one])) };
}
