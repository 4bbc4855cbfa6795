import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { PatchbayError } from "../core/errors.js";

/** What one guess costs: scrypt's N, r and p. They stand in each hash, so that later ones may cost more. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * 32 MB and a quarter of a second of one core.
 *
 * Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html (N=2^15, r=8, p=3)
 */
export const passwordCost: PasswordCost = Object.freeze({ N: 32_768, r: 8, p: 3 });
const KEY_BYTES = 32;
/** scrypt runs on the threads that files and name lookups need as well, of which there are four. */
const AT_ONCE = 2;
const WAITING = 16;

/** Hashes passwords, a few at a time. */
export interface Passwords {
  /** Gives what is kept of a password: `scrypt$N$r$p$salt$hash`. @throws SIGN_INS_TOO_MANY */
  hash(password: string): Promise<string>;
  /**
   * Tells whether a password is the one that was kept. Without a kept one the answer is no, and takes as long.
   * @throws SIGN_INS_TOO_MANY when too many wait already
   */
  isRight(password: string, kept: string | null): Promise<boolean>;
}

/** @param cost Of the hashes it makes, and of a guess at a password that nobody has. */
export function createPasswords(cost = passwordCost): Passwords {
  const inTurn = createQueue();
  const format = (salt: Uint8Array, hash: Uint8Array): string => toText(cost, salt, hash);
  const nobodys = format(randomBytes(16), randomBytes(KEY_BYTES));
  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(16);
        return format(salt, await derive(password, salt, cost));
      }),
    isRight: (password, kept) =>
      inTurn(async () => {
        const [, N, r, p, salt = "", hash = ""] = (kept ?? nobodys).split("$");
        const given = await derive(password, Buffer.from(salt, "base64url"), {
          N: Number(N),
          r: Number(r),
          p: Number(p),
        });
        return timingSafeEqual(given, Buffer.from(hash, "base64url")) && kept !== null;
      }),
  };
}

function toText({ N, r, p }: PasswordCost, salt: Uint8Array, hash: Uint8Array): string {
  return ["scrypt", N, r, p, ...[salt, hash].map((part) => Buffer.from(part).toString("base64url"))].join("$");
}

function derive(password: string, salt: Uint8Array, { N, r, p }: PasswordCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same letters typed on another keyboard may come as other code points.
    const text = password.normalize("NFKC");
    scrypt(text, salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING) {
        throw new PatchbayError("SIGN_INS_TOO_MANY", "Too many are signing in at this moment", { retryAfterMs: 2_000 });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

const SHORTEST = 12;

/** @throws REQUEST_INVALID when a password is too easily guessed */
export function requireGoodPassword(password: string, name: string): void {
  const weakness = weaknessOf(password, name);
  if (weakness !== null) throw new PatchbayError("REQUEST_INVALID", `The password ${weakness}`);
}

function weaknessOf(password: string, name: string): string | null {
  if ([...password].length < SHORTEST) return `has fewer than ${SHORTEST} characters`;
  if (new Set(password).size < 5) return "has fewer than five different characters";
  return password.toLowerCase().includes(name) ? "contains the user's name" : null;
}
