// Builds the console into dist/console, unless what is there is newer than everything it is made from.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const sources = ["src/console", "src/core", "src/api/contract", "package-lock.json"];
const built = join(root, "dist/console/index.html");

function newest(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const changedAt = Math.max(...sources.map((source) => newest(join(root, source))));
if (!existsSync(built) || statSync(built).mtimeMs < changedAt) {
  await build({ configFile: join(root, "src/console/vite.config.ts"), logLevel: "warn" });
}
