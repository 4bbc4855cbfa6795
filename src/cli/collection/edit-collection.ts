import type { CollectionDiffView, CollectionFileView } from "../../api/contract/overlay.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { plain } from "../plain.js";
import { applyEdit } from "./change-collection.js";
import { editText } from "./edit-text.js";
import { readGivenText } from "./given-text.js";

/** What `collection edit` is told. */
export interface EditOptions {
  readonly name: string;
  /** Path inside the collection. */
  readonly file: string;
  /** File to take the text from, `-` for standard input; an editor is opened when undefined. */
  readonly from: string | undefined;
  readonly yes: boolean;
}

/** Changes a file of an installed collection here, after showing what that would do. */
export async function editCollection({ name, file, from, yes }: EditOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  if (from !== undefined) return change({ name, file, yes, text: await readGivenText(from, context) }, context);
  const known = await findText(name, file, context);
  const edited = await editText({ file, text: known ?? "" }, context);
  if (edited.text === known || (known === null && edited.text === "")) {
    await edited.discard();
    return terminal.print("Nothing was changed.");
  }
  try {
    await change({ name, file, yes, text: edited.text }, context);
  } catch (error) {
    terminal.note(`Your text is kept: patchbay collection edit ${plain(name)} ${plain(file)} --from ${edited.path}`);
    throw error;
  }
  await edited.discard();
}

/** Takes back what was changed here of a file, after showing what that would do. */
export async function resetCollection(
  { name, file, yes }: Omit<EditOptions, "from">,
  context: CommandContext,
): Promise<void> {
  const known = await context.client.get<CollectionFileView>(pathOf(name, "files"), { file });
  if (known.changedAt === null) return context.terminal.print(`${plain(file)} was not changed here.`);
  if (!(await applyEdit({ name, file, yes, text: null }, context))) return;
  context.terminal.print(`${plain(file)} of ${plain(name)} is as it was published.`);
}

/** Shows how what runs differs from what was published. */
export async function diffCollection(
  { name, file }: { readonly name: string; readonly file: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const view = await client.get<CollectionDiffView>(pathOf(name, "diff"), { file });
  terminal.printJson(view);
  if (view.files.length === 0) {
    const what = file === undefined ? `Nothing of ${plain(name)} ${view.version} was` : `${plain(file)} was not`;
    return terminal.print(`${what} changed here.`);
  }
  for (const { diff } of view.files)
    for (const line of diff.trimEnd().split("\n")) terminal.print(paint(line, terminal));
}

async function change(
  { name, file, yes, text }: Omit<EditOptions, "from"> & { readonly text: string },
  context: CommandContext,
): Promise<void> {
  if (!(await applyEdit({ name, file, yes, text }, context))) return;
  const { terminal } = context;
  terminal.print(`${plain(file)} of ${plain(name)} is changed; upgrades keep it.`);
  terminal.print(
    `  patchbay collection diff ${plain(name)}`,
    `  patchbay collection reset ${plain(name)} ${plain(file)}`,
  );
}

/** Null for a file that is not there yet. */
async function findText(name: string, file: string, { client }: CommandContext): Promise<string | null> {
  try {
    return (await client.get<CollectionFileView>(pathOf(name, "files"), { file })).text;
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "COLLECTION_FILE_UNKNOWN") return null;
    throw error;
  }
}

function paint(line: string, { paint }: CommandContext["terminal"]): string {
  const shown = line.slice(0, 1) + line.slice(1).replace(/\p{Cc}/gu, (mark) => (mark === "\t" ? mark : ""));
  if (line.startsWith("+++") || line.startsWith("---")) return paint("strong", shown);
  if (line.startsWith("@@")) return paint("faint", shown);
  if (line.startsWith("+")) return paint("good", shown);
  return line.startsWith("-") ? paint("bad", shown) : shown;
}

function pathOf(name: string, part: string): string {
  return `/api/v1/collections/${encodeURIComponent(name)}/${part}`;
}
