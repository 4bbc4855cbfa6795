import type { CollectionFiles } from "./installer.js";
import type { ProblemList } from "./problem-list.js";

/** How large a collection may be: several times the largest we ship, little enough to read at once. */
export const fileLimits = Object.freeze({
  files: 200,
  fileBytes: 262_144,
  totalBytes: 2_097_152,
  /** Folders in folders, the collection's own not counted. */
  depth: 4,
  pathBytes: 240,
});

const forbidden = ["__proto__", "constructor", "prototype"];

/** Tells whether a path stays inside the collection: relative, forward slashes, no `.`, `..` or empty parts. */
function isInside(path: string): boolean {
  if (path.includes("\\") || path.includes(":")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * Says what is wrong with the path of a file: every path that passes can be written to a disk, of any system, below a
 * folder and nowhere else.
 *
 * @returns `is not a path inside the collection`, as the second half of a sentence; null when nothing is wrong.
 */
export function faultOfPath(path: string): string | null {
  const parts = path.split("/");
  if (/\p{Cc}/u.test(path)) return "has control characters in its name";
  if (!isInside(path) || parts.length > fileLimits.depth + 1) return "is not a path inside the collection";
  if (path !== Buffer.from(path).toString() || path.includes("\ufffd")) return "has a name that is not UTF-8";
  if (Buffer.byteLength(path) > fileLimits.pathBytes) return `has a path of more than ${fileLimits.pathBytes} bytes`;
  if (parts.some((part) => forbidden.includes(part))) return "has a forbidden name";
  if (parts.some((part) => part.startsWith("."))) return "is hidden: a collection has no names that begin with a dot";
  if (parts.some((part) => /[. ]$/.test(part))) return "has a name that ends with a dot or a space";
  return null;
}

/**
 * Gives the paths that would be one file, or a file and a folder, on a disk that does not tell small letters from
 * capitals; each with the path that it collides with.
 */
export function collisionsOf(paths: readonly string[]): ReadonlyMap<string, string> {
  const folded = (path: string): string => path.normalize("NFC").toLowerCase().normalize("NFC");
  const files = new Map<string, string>();
  const found = new Map<string, string>();
  for (const path of paths) {
    const other = files.get(folded(path));
    if (other === undefined) files.set(folded(path), path);
    else found.set(path, other);
  }
  for (const path of paths) {
    const parts = path.split("/");
    for (let length = 1; length < parts.length; length++) {
      const file = files.get(folded(parts.slice(0, length).join("/")));
      if (file !== undefined) found.set(path, file);
    }
  }
  return found;
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
    const fault = faultOfPath(file);
    if (fault !== null) problems.error(place, fault, "Use relative paths with forward slashes and plain names.");
    if (bytes > fileLimits.fileBytes) {
      problems.error(place, `has ${bytes} bytes`, `${fileLimits.fileBytes} bytes are allowed in one file.`);
    }
  }
  for (const [file, other] of collisionsOf(Object.keys(files))) {
    problems.error({ file, path: "" }, `cannot be beside ${other} on every disk`, "Rename one of them.");
  }
  if (totalBytes > fileLimits.totalBytes) {
    problems.error(whole, `has ${totalBytes} bytes in all`, `${fileLimits.totalBytes} bytes are allowed.`);
  }
  return !problems.failed();
}
