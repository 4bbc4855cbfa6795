import { writeFile } from "node:fs/promises";
import { PatchbayError } from "../../core/errors.js";

/** Writes a file that the user has named. @throws FILE_UNREADABLE */
export async function writeOut(path: string, bytes: Uint8Array | string): Promise<void> {
  await writeFile(path, bytes).catch((cause: NodeJS.ErrnoException) => {
    const message = `${path} cannot be written: ${cause.code ?? cause.message}`;
    throw new PatchbayError("FILE_UNREADABLE", message, { cause, remedy: "Check the path and that you may write it." });
  });
}
