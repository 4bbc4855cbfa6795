import { readFileSync } from "node:fs";
import { packagePath } from "../config/package-root.js";

/** Gives the version of this Patchbay. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { version: string };
  return version;
}
