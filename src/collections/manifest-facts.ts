import { isJsonObject } from "../core/json.js";
import type { CollectionFiles } from "./installer.js";
import { parseText } from "./parse-text.js";
import { createProblemList } from "./problem-list.js";
import { MANIFEST_FILE } from "./read-draft.js";

/** What a manifest says that matters before it is checked. */
export interface ManifestFacts {
  readonly name: string;
  readonly version: string;
  /** Name to range. */
  readonly requires: Readonly<Record<string, string>>;
}

/** Gives what the manifest calls the collection; empty when it cannot be read, which checking says. */
export function factsOf(files: CollectionFiles): ManifestFacts {
  const manifest = parseText(MANIFEST_FILE, files[MANIFEST_FILE] ?? "", createProblemList());
  if (!isJsonObject(manifest)) return { name: "", version: "", requires: {} };
  const { name, version, requires } = manifest;
  const ranges = Object.entries(isJsonObject(requires) ? requires : {}).filter(
    ([, range]) => typeof range === "string",
  );
  return {
    name: typeof name === "string" ? name : "",
    version: typeof version === "string" ? version : "",
    requires: Object.fromEntries(ranges.map(([required, range]) => [required, String(range)])),
  };
}
