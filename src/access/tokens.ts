import { createHash, randomBytes } from "node:crypto";

/** Gives 256 random bits as text of 43 characters. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Gives what is kept of a random text that opens a door. Nobody guesses 256 random bits, however fast the hash is; and who looks
 * one up by its hash learns nothing from the time that takes.
 */
export function hashOfToken(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
