import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";

/** A text that a person has edited. */
export interface EditedText {
  readonly text: string;
  /** Where it is kept until it is discarded. */
  readonly path: string;
  discard(): Promise<void>;
}

/**
 * Lets a person edit a text in the editor of the configuration.
 * @throws COMMAND_INVALID when there is no person, no editor, or the editor fails
 */
export async function editText(
  { file, text }: { readonly file: string; readonly text: string },
  { config, terminal }: Pick<CommandContext, "config" | "terminal">,
): Promise<EditedText> {
  const [command, ...words] = (config.editor ?? "").split(/\s+/).filter((word) => word !== "");
  if (command === undefined || !terminal.interactive || terminal.json) throw nobodyEdits(command !== undefined);
  const folder = await mkdtemp(join(tmpdir(), "patchbay-edit-"));
  // Editors know by the ending what it is.
  const path = join(folder, basename(file));
  await writeFile(path, text, { mode: 0o600 });
  const discard = (): Promise<void> => rm(dirname(path), { recursive: true, force: true });
  try {
    await runEditor(command, [...words, path]);
  } catch (error) {
    await discard();
    throw error;
  }
  return { text: await readFile(path, "utf8"), path, discard };
}

async function runEditor(command: string, words: readonly string[]): Promise<void> {
  const child = spawn(command, words, { stdio: "inherit" });
  const [code] = await once(child, "close").catch((cause: NodeJS.ErrnoException) => {
    throw new PatchbayError("COMMAND_INVALID", `${command} cannot be started: ${cause.code ?? cause.message}`, {
      remedy: "Set EDITOR to an editor that is there, or give the text with --from.",
    });
  });
  if (code === 0) return;
  throw new PatchbayError("COMMAND_INVALID", `${command} has failed, so nothing was changed`, {
    remedy: "Try it again, or give the text with --from.",
  });
}

function nobodyEdits(known: boolean): PatchbayError {
  const message = known ? "Nobody is there to edit" : "EDITOR is not set";
  return new PatchbayError("COMMAND_INVALID", `Nothing was changed: ${message}`, {
    remedy: "Give the text with --from <file>, or --from - for standard input; or set EDITOR, such as EDITOR=nano.",
  });
}
