import type { CollectionFiles } from "./installer.js";
import type { ProblemList } from "./problem-list.js";

/** How large a collection may be: several times the largest we ship, little enough to read at once. */
export const fileLimits = Object.freeze({
  files: 200,
  fileBytes: 262_144,
  totalBytes: 2_097_152,
  /** Folders in folders, the collection's own not counted. */
  depth: 4,
});

/** Tells whether a path stays inside the collection: relative, forward slashes, no `.`, `..` or empty parts. */
export function isInside(path: string): boolean {
  if (path.includes("\\") || path.includes("\0") || path.includes(":")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * Reports files that a collection may not have: too many, too large, too deep, or outside of it.
 *
 * @returns Whether the files may be read at all.
 */
export function checkFiles(files: CollectionFiles, problems: ProblemList): boolean {
  const entries = Object.entries(files);
  const whole = { file: "", path: "" };
  if (entries.length > fileLimits.files) {
    problems.error(whole, `has ${entries.length} files`, `${fileLimits.files} files are allowed.`);
    return false;
  }
  let totalBytes = 0;
  for (const [file, text] of entries) {
    const bytes = Buffer.byteLength(text);
    totalBytes += bytes;
    const place = { file, path: "" };
    if (!isInside(file) || file.split("/").length > fileLimits.depth + 1) {
      problems.error(place, "is not a path inside the collection", "Use relative paths with forward slashes.");
    }
    if (bytes > fileLimits.fileBytes) {
      problems.error(place, `has ${bytes} bytes`, `${fileLimits.fileBytes} bytes are allowed in one file.`);
    }
  }
  if (totalBytes > fileLimits.totalBytes) {
    problems.error(whole, `has ${totalBytes} bytes in all`, `${fileLimits.totalBytes} bytes are allowed.`);
  }
  return !problems.failed();
}
