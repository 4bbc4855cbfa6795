import { createWriteStream } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { PatchbayError } from "../../core/errors.js";
import type { Snapshot } from "../../core/tables.js";
import { endLine, headerLine, tableLine } from "./backup-format.js";
import { createDigester, type TableDigest, toLine } from "./digest.js";
import type { Progress } from "./progress.js";

/** What a backup is written with. */
export interface BackupOrder {
  readonly file: string;
  readonly patchbay: string;
  readonly now: Date;
  readonly progress: Progress;
}

/**
 * Writes everything of a snapshot into one compressed file, a page at a time. The file has its name only when it is complete
 * and on disk; nobody but its owner may read it.
 *
 * @returns What each table holds.
 * @throws FILE_UNREADABLE when there is such a file, or it cannot be written
 */
export async function writeBackup(snapshot: Snapshot, order: BackupOrder): Promise<readonly TableDigest[]> {
  const { file } = order;
  const partial = `${file}.partial`;
  await refuseExisting(file);
  const digests: TableDigest[] = [];
  try {
    const text = Readable.from(textOf(snapshot, order, digests));
    await pipeline(text, createGzip({ level: 4 }), createWriteStream(partial, { mode: 0o600, flush: true }));
    await rename(partial, file);
    await flushFolder(dirname(file));
  } catch (thrown) {
    await rm(partial, { force: true });
    if (thrown instanceof PatchbayError || !(thrown instanceof Error && "code" in thrown)) throw thrown;
    throw new PatchbayError("FILE_UNREADABLE", `${file} cannot be written: ${thrown.message}`, { cause: thrown });
  }
  return digests;
}

async function* textOf(
  snapshot: Snapshot,
  { patchbay, now, progress }: BackupOrder,
  digests: TableDigest[],
): AsyncGenerator<string> {
  const { migrations, tables } = snapshot;
  yield `${headerLine({ patchbay, createdAt: now.toISOString(), migrations, tables })}\n`;
  for (const table of tables) {
    const digester = createDigester(table.name);
    yield `${tableLine(table)}\n`;
    for await (const page of snapshot.rows(table)) {
      const lines = page.map(toLine);
      digester.add(lines);
      progress(table.name, lines.length);
      yield lines.map((line) => `${line}\n`).join("");
    }
    digests.push(digester.end());
  }
  yield `${endLine(digests)}\n`;
}

async function refuseExisting(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new PatchbayError("FILE_UNREADABLE", `${file} is there already, and a backup overwrites nothing`, {
    remedy: "Give the backup another name, or move the file away.",
  });
}

/** A name is on disk only when its folder is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
