import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { PatchbayError } from "../core/errors.js";

/** Encrypts text that must not be readable in the database. */
export interface Sealer {
  /** Gives the text sealed; equal texts give different results. */
  seal(text: string): string;
  /** @throws SECRET_UNREADABLE when it was sealed with another secret or changed since. */
  open(sealed: string): string;
}

/** Format: version, then nonce, tag and ciphertext in base64url. A new way of sealing gets a new version. */
const VERSION = "v1";
const SALT = "patchbay.sealed.v1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Makes a sealer from a secret: AES-256-GCM under a key that scrypt derives once, so that a secret a person made up
 * is not guessed quickly. The salt is constant: there is one secret to one installation.
 *
 * Source: NIST SP 800-38D (96-bit random nonces, up to 2^32 texts under one key)
 */
export function createSealer(secret: string): Sealer {
  const key = scryptSync(secret, SALT, 32, { N: 16_384, r: 8, p: 1 });
  return Object.freeze({
    seal: (text: string) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(Buffer.from(VERSION));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [VERSION, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
    },
    open: (sealed: string) => {
      const [version, nonce, tag, body] = sealed.split(".");
      if (version !== VERSION || nonce === undefined || tag === undefined || body === undefined) throw unreadable();
      try {
        return decrypt(key, { nonce: bytes(nonce), tag: bytes(tag), body: bytes(body) });
      } catch (cause) {
        throw unreadable(cause);
      }
    },
  });
}

function decrypt(key: Uint8Array, { nonce, tag, body }: Record<"nonce" | "tag" | "body", Uint8Array>): string {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(VERSION));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, "base64url");
}

function unreadable(cause?: unknown): PatchbayError {
  return new PatchbayError("SECRET_UNREADABLE", "A secret was stored under another PATCHBAY_SECRET, or was changed", {
    cause,
  });
}
