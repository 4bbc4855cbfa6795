import type { FileProblem } from "./file-problem.js";
import type { CollectionFiles } from "./installer.js";
import type { ProblemList } from "./problem-list.js";

const REMEDY = "Make it a parameter with writeOnly: true, and change the secret at the vendor if this file was shared.";

/** Credentials as people paste them. Identifiers that vendors give to secrets are among them: they come in pairs. */
const looks = [
  { pattern: /\b(?:AC|SK)[0-9a-fA-F]{32}\b/, name: "an account or key SID" },
  { pattern: /\b[0-9a-f]{32}\b/, name: "an auth token" },
  { pattern: /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/, name: "a private key" },
  { pattern: /\b(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{16,}/, name: "a Stripe key" },
  { pattern: /\bsh(?:pat|pca|pss|ppa)_[0-9a-fA-F]{32}\b/, name: "a Shopify token" },
  { pattern: /\bxox[abprs]-[0-9A-Za-z-]{10,}/, name: "a Slack token" },
  { pattern: /\bhooks\.slack\.com\/services\/[0-9A-Z]+\/[0-9A-Z]+\/[0-9A-Za-z]+/, name: "a Slack webhook" },
  { pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, name: "an AWS key" },
  { pattern: /\bgh[opsur]_[0-9A-Za-z]{36,}/, name: "a GitHub token" },
  { pattern: /\bSG\.[\w-]{16,}\.[\w-]{16,}/, name: "a SendGrid key" },
  { pattern: /\bc[ks]_[0-9a-f]{40}\b/, name: "a WooCommerce key" },
  { pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, name: "a signed token" },
  { pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i, name: "an address with a password" },
] as const;

/** Warns of text that looks like a vendor's credentials: a collection is made to be shared. */
export function checkSecrets(files: CollectionFiles, problems: ProblemList): void {
  for (const { file, path, message, remedy } of secretsIn(files)) problems.warning({ file, path }, message, remedy);
}

/** Lists what looks like credentials, as errors: of what leaves this machine, a warning would come too late. */
export function secretsIn(files: CollectionFiles): readonly FileProblem[] {
  return Object.entries(files).flatMap(([file, text]) =>
    text.split("\n").flatMap((line, index) =>
      looks.flatMap(({ pattern, name }): FileProblem[] => {
        if (!pattern.test(line)) return [];
        const message = `line ${index + 1} has what looks like ${name}`;
        return [{ file, path: "", message, remedy: REMEDY, severity: "error" }];
      }),
    ),
  );
}
