import type { Problem } from "../core/errors.js";

/** One problem of one file of a collection. */
export interface FileProblem extends Problem {
  /** Path inside the collection, with forward slashes. */
  readonly file: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Warnings do not stop an installation. */
  readonly severity: "error" | "warning";
}
