import type { CollectionFiles } from "./installer.js";
import type { ProblemList } from "./problem-list.js";

const REMEDY = "Make it a parameter with writeOnly: true, and change the secret at the vendor if this file was shared.";

/** Vendor credentials as people paste them: an account or key SID, or the 32 hexadecimal digits of a token. */
const looks = [
  { pattern: /\b(?:AC|SK)[0-9a-fA-F]{32}\b/, name: "an account or key SID" },
  { pattern: /\b[0-9a-f]{32}\b/, name: "an auth token" },
];

/** Warns of text that looks like a vendor's credentials: a collection is made to be shared. */
export function checkSecrets(files: CollectionFiles, problems: ProblemList): void {
  for (const [file, text] of Object.entries(files)) {
    for (const [index, line] of text.split("\n").entries()) {
      for (const { pattern, name } of looks) {
        if (!pattern.test(line)) continue;
        problems.warning({ file, path: "" }, `line ${index + 1} has what looks like ${name}`, REMEDY);
      }
    }
  }
}
