// Puts the compiled server and the libraries it uses into a few files in dist/server, unless what is there is newer than
// everything it is made from. Reading 1,200 files is half of what starting costs (ADR 32).
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const compiled = join(root, "dist/src");
const folder = join(root, "dist/server");
const main = join(folder, "main.js");
/** The compiler writes all of its files each time, so what it read tells whether something has changed. */
const sources = ["src", "package-lock.json", "scripts/bundle-server.mjs"];
const consoleFolder = join(root, "src/console");

/** Threads and processes are started from files of their own, beside the one that starts them. */
const entries = {
  main: join(compiled, "main.js"),
  "password-worker": join(compiled, "access/password-worker.js"),
  "sqlite-worker": join(compiled, "store/sqlite/sqlite-worker.js"),
  "translation-worker": join(compiled, "translation/translation-worker.js"),
  "workshop-process": join(compiled, "workshop/workshop-process.js"),
};

/** A native module, a folder of files to serve, the SDK (loaded for lists only), and what pg looks for and we do not use. */
const apart = ["@photostructure/sqlite", "swagger-ui-dist", "twilio", "pg-native"];

function newest(path) {
  if (path === consoleFolder) return 0;
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const changedAt = Math.max(...sources.map((source) => newest(join(root, source))));
if (!existsSync(main) || statSync(main).mtimeMs < changedAt) {
  rmSync(folder, { recursive: true, force: true });
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    ssr: { noExternal: true, external: apart },
    build: {
      ssr: true,
      outDir: folder,
      target: "node20",
      minify: false,
      sourcemap: true,
      chunkSizeWarningLimit: 4_000,
      rolldownOptions: {
        input: entries,
        // V8 takes a module's const for what it is; vite would make each of them a var, which it has to look up.
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js", topLevelVar: false },
      },
    },
  });
}
