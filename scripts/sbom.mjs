// Writes sbom.cdx.json, the list of everything that reaches a user: `npm run sbom`, before a package or an image is made.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { nameAt, readLock, shippedPlaces } from "./shipped-packages.mjs";

const packages = readLock(".");
const shipped = new Set(shippedPlaces(packages, ".").map((place) => `${nameAt(place)}@${packages[place].version}`));
const words = ["sbom", "--sbom-format=cyclonedx", "--sbom-type=application", "--package-lock-only"];
const bill = JSON.parse(execFileSync("npm", words, { encoding: "utf8", maxBuffer: 67_108_864 }));
const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const own = bill.metadata.component["bom-ref"];

// npm takes what is built into the console for a tool, and the folder's name for the package's.
bill.metadata.component.name = name;
bill.components = bill.components.filter((one) => shipped.has(`${nameOf(one)}@${one.version}`));
for (const one of bill.components) {
  one.scope = "required";
  one.properties = one.properties?.filter((property) => property.name !== "cdx:npm:package:development");
}
const kept = new Set([own, ...bill.components.map((one) => one["bom-ref"])]);
bill.dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map((one) => ({ ...one, dependsOn: one.dependsOn?.filter((ref) => kept.has(ref)) }));
writeFileSync("sbom.cdx.json", `${JSON.stringify(bill, null, 2)}\n`);
process.stdout.write(`sbom.cdx.json: ${name} ${version} with ${bill.components.length} packages\n`);

function nameOf({ group, name: bare }) {
  return group === undefined || group === "" ? bare : `${group}/${bare}`;
}
