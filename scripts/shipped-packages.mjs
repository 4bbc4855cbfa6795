import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";

/** Reads the lockfile of a folder: each place in node_modules and what is said of it. */
export function readLock(folder) {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  return packages;
}

/**
 * Gives the places of every package that reaches a user: what is installed with this one, and what is built into the console,
 * although for npm that is needed for development only.
 */
export function shippedPlaces(packages, folder) {
  const shipped = new Set(Object.keys(packages).filter((place) => place !== "" && !packages[place].dev));
  const waiting = importsOf(join(folder, "src", "console")).map((name) => resolve(packages, "", name));
  for (const place of waiting) {
    if (place === null || shipped.has(place)) continue;
    shipped.add(place);
    waiting.push(...neededBy(packages[place]).map((name) => resolve(packages, place, name)));
  }
  return [...shipped].sort();
}

function neededBy({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys(dependencies), ...peers];
}

/** Name of the package at a place. */
export function nameAt(place) {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** Where Node finds a package from a place: beside what needs it, else further up; null where it is not installed. */
function resolve(packages, from, name) {
  const above = from.split("/node_modules/");
  for (let depth = above.length; depth >= 0; depth--) {
    const place = [...(from === "" ? [] : above.slice(0, depth)), name].join("/node_modules/");
    const found = place.startsWith("node_modules/") ? place : `node_modules/${place}`;
    if (packages[found] !== undefined) return found;
  }
  return null;
}

/** Packages that the sources of a folder import, types apart. */
function importsOf(folder) {
  const names = new Set();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(tsx?|css)$/.test(entry.name) || entry.name === "vite.config.ts") continue;
    const text = readFileSync(join(entry.parentPath ?? entry.path, entry.name), "utf8");
    for (const [, specifier] of text.matchAll(
      /(?:^import (?!type )|^export .* from |^\} from |@import |import\()[^"'\n]*["']([^."'/][^"']*)["']/gm,
    )) {
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      if (!specifier.startsWith("node:") && !builtinModules.includes(name)) names.add(name);
    }
  }
  return [...names];
}
