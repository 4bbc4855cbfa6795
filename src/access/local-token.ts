import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Gives where the token of the command line lies: beside the database. */
export function localTokenPath(databasePath: string): string {
  return join(dirname(databasePath), "local.token");
}

/**
 * Puts the token where the command line of the same user finds it: readable by that user only (0600), and complete or not at all.
 * Whoever can read it can read the database as well. It is another with each start.
 */
export async function writeLocalToken(path: string, token: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${token}\n`, { mode: 0o600, flag: "wx" });
  await rename(draft, path);
}

/** Gives the token of the server that was started last; null when there is none, or it is somebody else's. */
export async function readLocalToken(path: string): Promise<string | null> {
  return readFile(path, "utf8").then(
    (text) => text.trim() || null,
    () => null,
  );
}

/** Takes the token away, unless another server has put its own there. */
export async function removeLocalToken(path: string, token: string): Promise<void> {
  if ((await readLocalToken(path)) === token) await unlink(path).catch(() => undefined);
}
