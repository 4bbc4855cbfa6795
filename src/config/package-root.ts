import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Gives the absolute path of a file or folder that ships with Patchbay (`collections`, `schemas`, …), wherever the
 * compiled code lies.
 */
export function packagePath(...parts: string[]): string {
  return join(packageRoot(), ...parts);
}

/** Gives the folder with the numbered SQL files that make one kind of database. */
export function migrationsFolder(dialect: "sqlite" | "postgres"): string {
  return packagePath("src/store", dialect, "migrations");
}

/** Gives this Patchbay's version. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { version: string };
  return version;
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
