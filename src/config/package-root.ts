import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Gives the absolute path of a file or folder that ships with Patchbay (`collections`, `schemas`, …), wherever the
 * compiled code lies.
 */
export function packagePath(...parts: string[]): string {
  return join(packageRoot(), ...parts);
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("package.json not found above the code");
    folder = parent;
  }
  return folder;
}
