import { PatchbayError } from "../core/errors.js";
import type { FileProblem } from "./file-problem.js";

const SHOWN = 5;

/** Makes the error that lists what is wrong with a collection: the first problems in the message, all in details. */
export function collectionInvalid(subject: string, problems: readonly FileProblem[]): PatchbayError {
  const errors = problems.filter(({ severity }) => severity === "error");
  const shown = errors
    .slice(0, SHOWN)
    .map(({ file, path, message }) => `${file}${path === "" ? "" : `#${path}`} ${message}`);
  const rest = errors.length > SHOWN ? `; and ${errors.length - SHOWN} more` : "";
  return new PatchbayError("COLLECTION_INVALID", `${subject} has problems: ${shown.join("; ")}${rest}`, { problems });
}
