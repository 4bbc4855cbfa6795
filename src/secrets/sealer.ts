import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from "node:crypto";
import { PatchbayError } from "../core/errors.js";
import type { SealedBy } from "../core/sealed-by.js";

/** Encrypts text that must not be readable in the database. */
export interface Sealer {
  /** Gives the text sealed; equal texts give different results. */
  seal(text: string): string;
  /** @throws SECRET_UNREADABLE when it was sealed with a secret that is not known here, or changed since. */
  open(sealed: string): string;
  /** Tells with which secret a text was sealed: the one that seals now, the one before it, or none that is known here. */
  sealedBy(sealed: string): SealedBy;
}

/**
 * Formats: version, then nonce, tag and ciphertext in base64url; since `v2` with the name of the key before the nonce, so that
 * it is known without trying which secret opens a text. A new way of sealing gets a new version.
 */
const VERSION = "v2";
const FIRST_VERSION = "v1";
const SALT = "patchbay.sealed.v1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  /** Names the key and says nothing about it. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/**
 * Makes a sealer from a secret: AES-256-GCM under a key that scrypt derives once, so that a secret a person made up
 * is not guessed quickly. The salt is constant: there is one secret to one installation.
 *
 * @param previous Opens what was sealed before the secret was replaced; null for none.
 * Source: NIST SP 800-38D (96-bit random nonces, up to 2^32 texts under one key)
 */
export function createSealer(secret: string, previous: string | null = null): Sealer {
  const current = toKey(secret);
  const keys = previous === null || previous === secret ? [current] : [current, toKey(previous)];
  const find = (sealed: string): { key: Key; text: string } | null => {
    const named = sealed.startsWith(`${VERSION}.`) ? keys.filter(({ id }) => sealed.split(".")[1] === id) : keys;
    for (const key of named) {
      const text = opened(sealed, key);
      if (text !== null) return { key, text };
    }
    return null;
  };
  return Object.freeze({
    seal: (text: string) => {
      const nonce = randomBytes(NONCE_BYTES);
      const head = `${VERSION}.${current.id}`;
      const cipher = createCipheriv("aes-256-gcm", current.bytes, nonce);
      cipher.setAAD(Buffer.from(head));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [head, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
    },
    open: (sealed: string) => {
      const found = find(sealed);
      if (found === null) throw unreadable();
      return found.text;
    },
    sealedBy: (sealed: string) => {
      const found = find(sealed);
      if (found === null) return "unknown";
      // A text of the first version is sealed anew with the rest: it does not name its key.
      return found.key === current && sealed.startsWith(`${VERSION}.`) ? "current" : "previous";
    },
  });
}

function toKey(secret: string): Key {
  const bytes = scryptSync(secret, SALT, 32, { N: 16_384, r: 8, p: 1 });
  return { bytes, id: createHash("sha256").update("patchbay.key-id").update(bytes).digest("hex").slice(0, 12) };
}

/** Null for what this key has not sealed, or was changed since. */
function opened(sealed: string, key: Key): string | null {
  const parts = sealed.split(".");
  const [version, ...rest] = parts;
  const isFirst = version === FIRST_VERSION;
  const [nonce, tag, body] = isFirst ? rest : rest.slice(1);
  if (!(isFirst || version === VERSION) || nonce === undefined || tag === undefined || body === undefined) return null;
  if (parts.length !== (isFirst ? 4 : 5)) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.bytes, bytesOf(nonce), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(isFirst ? FIRST_VERSION : `${VERSION}.${key.id}`));
    decipher.setAuthTag(bytesOf(tag));
    return Buffer.concat([decipher.update(bytesOf(body)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "base64url");
}

function unreadable(): PatchbayError {
  return new PatchbayError("SECRET_UNREADABLE", "A secret was stored under another PATCHBAY_SECRET, or was changed");
}
