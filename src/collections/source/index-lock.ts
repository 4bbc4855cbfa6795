import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PatchbayError } from "../../core/errors.js";
import { INDEX_FILE } from "./collection-index.js";

/** How long somebody stands behind another publication: one takes milliseconds. */
export interface LockPatience {
  readonly tries: number;
  readonly pauseMs: number;
}

const usual: LockPatience = { tries: 100, pauseMs: 100 };

/**
 * Does what changes the index of a folder while nobody else does, in this process or in another: of two who read the same
 * index and write it, the second would leave the first one's version out. A process that dies meanwhile leaves the lock
 * behind, and a person removes it.
 *
 * @throws INDEX_LOCKED
 */
export async function withIndexLock<T>(folder: string, work: () => Promise<T>, patience = usual): Promise<T> {
  const path = join(folder, `.${INDEX_FILE}.lock`);
  await take(path, patience);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, { tries, pauseMs }: LockPatience): Promise<void> {
  for (let left = tries; ; left--) {
    if (await isTaken(path)) return;
    if (left <= 1) throw await lockedError(path);
    await pause(pauseMs);
  }
}

async function isTaken(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(`${process.pid}\n`).finally(() => file.close());
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function lockedError(path: string): Promise<PatchbayError> {
  const owner = (await readFile(path, "utf8").catch(() => "")).trim();
  const who = /^\d+$/.test(owner) ? `process ${owner}` : "another process";
  return new PatchbayError("INDEX_LOCKED", `${who} is publishing into this index: ${path} is there`, {
    remedy: `Publish again when that has come to its end. If no such process runs (any more), delete ${path}.`,
  });
}
