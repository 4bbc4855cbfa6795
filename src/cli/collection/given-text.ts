import { readFile } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";

/** Reads the text that somebody gives: a file, or standard input for `-`. @throws FILE_UNREADABLE */
export async function readGivenText(
  from: string,
  { terminal, stop }: Pick<CommandContext, "terminal" | "stop">,
): Promise<string> {
  if (from === "-") {
    if (terminal.stdin.isTTY === true) terminal.note("Reading the text from standard input; end with Ctrl-D.");
    return text(addAbortSignal(stop, terminal.stdin));
  }
  return readFile(from, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new PatchbayError("FILE_UNREADABLE", `${from} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
}
