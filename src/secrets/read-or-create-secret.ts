import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { PatchbayError } from "../core/errors.js";

const MIN_LENGTH = 16;

/**
 * Gives the secret in a file; makes one of 256 random bits, readable by its owner only (0600), when there is no file.
 *
 * The file appears complete or not at all, and two processes that start together agree on one secret.
 *
 * @throws SECRET_UNREADABLE when the file holds no secret.
 */
export async function readOrCreateSecret(path: string): Promise<string> {
  const known = await readSecret(path);
  if (known !== null) return known;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeDurably(draft, `${randomBytes(32).toString("base64url")}\n`);
  try {
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await unlink(draft);
  }
  const secret = await readSecret(path);
  if (secret === null) throw new Error(`${path} was removed while it was made`);
  return secret;
}

async function readSecret(path: string): Promise<string | null> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  });
  if (text === null) return null;
  const secret = text.trim();
  if (secret.length >= MIN_LENGTH) return secret;
  throw new PatchbayError("SECRET_UNREADABLE", `${path} holds no secret of ${MIN_LENGTH} characters or more`, { path });
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
