import { createHash, timingSafeEqual } from "node:crypto";

/** Gives a comparison with a secret that takes the same time wherever the difference is. */
export function createSecretCheck(secret: string): (given: string) => boolean {
  const expected = digest(secret);
  return (given) => timingSafeEqual(digest(given), expected);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
