import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ImportedCenit } from "../../collections/cenit/import-cenit.js";
import { cenitInvalid, cenitLimits } from "../../collections/cenit/read-source.js";
import { decodeText } from "../../collections/source/decode-text.js";
import { PatchbayError } from "../../core/errors.js";
import { checkWithRequired } from "../../workshop/check-with-required.js";
import { makeOfCenit } from "../../workshop/make-of-cenit.js";
import type { CommandContext } from "../context.js";
import { count, plain } from "../plain.js";
import { printProblems } from "../print-problems.js";
import { requireEmptyFolder, writeCollection } from "./write-folder.js";

/** What `collection from-cenit` is told. */
export interface FromCenitFlags {
  /** A folder, or one JSON. */
  readonly source: string;
  readonly folder: string;
  readonly name?: string | undefined;
}

/** Makes a collection of a Cenit collection, says what a person has to do, and checks it as `collection check` does. */
export async function collectionFromCenit(
  { source, folder, name }: FromCenitFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, config } = context;
  if (name !== undefined && !/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    const remedy = "Use lower-case letters, digits and hyphens, beginning with a letter.";
    throw new PatchbayError("COMMAND_INVALID", `A collection cannot be called ${name.slice(0, 100)}`, { remedy });
  }
  await requireEmptyFolder(folder, "Name a folder that is empty or not there.");
  const wish = { source, name: name ?? null };
  const { files, tests, ...imported } = await makeOfCenit(await readFiles(source), wish, config);
  await writeCollection(folder, files);
  const { problems } = await checkWithRequired(files, config);
  const { notes, flows } = imported;
  terminal.printJson({ name: imported.name, folder, files: Object.keys(files), notes, problems });
  terminal.print(`${imported.name}: ${count(flows.length, "flow")} and ${count(tests, "test")} in ${folder}`);
  for (const path of Object.keys(files)) terminal.print(`  ${plain(path)}`);
  printNotes(imported, context);
  printProblems(folder, { problems, files: Object.keys(files).length }, context);
  terminal.print(
    `Next: do what a person has to do, try it with patchbay collection test ${plain(folder)}, then patchbay collection install.`,
  );
}

const MOST_PRINTED = 60;

function printNotes({ notes }: Pick<ImportedCenit, "notes">, { terminal }: CommandContext): void {
  const marks = {
    person: terminal.paint("careful", "for a person"),
    guessed: terminal.paint("careful", "guessed"),
    note: terminal.paint("faint", "note"),
  };
  for (const { kind, place, message } of notes.slice(0, MOST_PRINTED)) {
    terminal.print(`${marks[kind]} ${plain(place)}: ${plain(message)}`);
  }
  const rest = notes.length - MOST_PRINTED;
  if (rest > 0) terminal.print(`and ${rest} more; README.md has them`);
}

/** Reads one JSON, or every JSON of a folder; links are not followed. */
async function readFiles(source: string): Promise<Record<string, string>> {
  const about = await stat(source).catch(unreadable(source));
  const paths = about.isDirectory() ? await listJson(source, "", { left: cenitLimits.files }) : [""];
  const files: Record<string, string> = {};
  let left: number = cenitLimits.totalBytes;
  for (const path of paths) {
    const { size } = await stat(join(source, path)).catch(unreadable(source));
    if (size > left) throw cenitInvalid(source, `it has more than ${cenitLimits.totalBytes} bytes`);
    left -= size;
    const bytes = await readFile(join(source, path)).catch(unreadable(source));
    files[path || basename(source)] = decodeText(bytes, path || source);
  }
  return files;
}

const MAX_FOLDERS = 12;

async function listJson(root: string, folder: string, budget: { left: number }): Promise<string[]> {
  if (folder.split("/").length > MAX_FOLDERS)
    throw cenitInvalid(root, `it has more than ${MAX_FOLDERS} folders in each other`);
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(unreadable(root));
  const found: string[] = [];
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory()) found.push(...(await listJson(root, path, budget)));
    else if (entry.isFile() && entry.name.endsWith(".json")) {
      budget.left -= 1;
      if (budget.left < 0) throw cenitInvalid(root, `it has more than ${cenitLimits.files} files`);
      found.push(path);
    }
  }
  return found;
}

function unreadable(path: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new PatchbayError("FILE_UNREADABLE", `${path} cannot be read: ${cause.code ?? cause.message}`, { cause });
  };
}
