import { createPrivateKey, type KeyObject } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import { newPrivateKey, publicKeyText } from "./signature.js";

/**
 * Makes a private key in a file that only its owner can read (0600).
 *
 * @returns Its public key, for others to trust.
 * @throws FILE_UNREADABLE when there is a file already: a key that is lost cannot be made again.
 */
export async function createPublisherKey(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const key = newPrivateKey();
  const file = await open(path, "wx", 0o600).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "EEXIST" ? "there is a key already" : (cause.code ?? cause.message);
    throw new PatchbayError("FILE_UNREADABLE", `${path} is not written: ${reason}`, {
      ...{ path, cause, remedy: "Give another path with --out or PUBLISHER_KEY, and keep the old key." },
    });
  });
  try {
    await file.writeFile(key.export({ type: "pkcs8", format: "pem" }));
    await file.sync();
  } finally {
    await file.close();
  }
  return publicKeyText(key);
}

/**
 * Reads a private key; null when there is no such file.
 * @throws FILE_UNREADABLE when it holds no ed25519 key
 */
export async function findPublisherKey(path: string): Promise<KeyObject | null> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new PatchbayError("FILE_UNREADABLE", `${path} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
  if (text === null) return null;
  const key = parseKey(text);
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw new PatchbayError("FILE_UNREADABLE", `${path} does not hold an ed25519 private key`, {
    remedy: "Make one with patchbay collection keys new.",
  });
}

/**
 * Reads a private key.
 * @throws FILE_UNREADABLE also when there is none
 */
export async function requirePublisherKey(path: string): Promise<KeyObject> {
  const key = await findPublisherKey(path);
  if (key !== null) return key;
  throw new PatchbayError("FILE_UNREADABLE", `There is no key to sign with at ${path}`, {
    remedy: "Make one with patchbay collection keys new, or set PUBLISHER_KEY to where it is.",
  });
}

/** What is wrong with it is not said: messages of the parser may quote it. */
function parseKey(text: string): KeyObject | null {
  try {
    return createPrivateKey(text);
  } catch {
    return null;
  }
}
