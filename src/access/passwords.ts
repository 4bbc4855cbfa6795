import { randomBytes, timingSafeEqual } from "node:crypto";
import { PatchbayError } from "../core/errors.js";
import { createPasswordThread, type Derive } from "./password-thread.js";

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
/** Four seconds' worth for those who come first where they are known, and as much for all others. */
const WAITING = 16;

/** What a guess is asked with. */
export interface Guess {
  readonly password: string;
  /** What is kept; without it the answer is no, and takes as long. */
  readonly kept: string | null;
  /** Whether it comes from where this user is signed in already: such guesses do not wait for those of strangers. */
  readonly known: boolean;
  /** Asked when its turn has come, before anything is worked out; what it throws is the answer. */
  readonly admit: () => Promise<void>;
}

/** Hashes passwords, one at a time: however many people try, it takes one processor at most, and only what others leave of it. */
export interface Passwords {
  /** Gives what is kept of a password: `scrypt$N$r$p$salt$hash`. @throws SIGN_INS_TOO_MANY */
  hash(password: string): Promise<string>;
  /**
   * Tells whether a password is the one that was kept.
   * @throws SIGN_INS_TOO_MANY when too many wait already; then `admit` was not asked
   */
  isRight(guess: Guess): Promise<boolean>;
}

/** @param cost Of the hashes it makes, and of a guess at a password that nobody has. */
export function createPasswords(cost = passwordCost, thread: Derive = createPasswordThread()): Passwords {
  const inTurn = createQueue();
  const format = (salt: Uint8Array, hash: Uint8Array): string => toText(cost, salt, hash);
  const nobodys = format(randomBytes(16), randomBytes(KEY_BYTES));
  const derive = (password: string, salt: Uint8Array, of: PasswordCost): Promise<Uint8Array> =>
    // The same letters typed on another keyboard may come as other code points.
    thread({ password: password.normalize("NFKC"), salt, keyBytes: KEY_BYTES, cost: of });
  return {
    hash: (password) =>
      inTurn("known", async () => {
        const salt = randomBytes(16);
        return format(salt, await derive(password, salt, cost));
      }),
    isRight: ({ password, kept, known, admit }) =>
      inTurn(known ? "known" : "strange", async () => {
        await admit();
        const [, N, r, p, salt = "", hash = ""] = (kept ?? nobodys).split("$");
        const asKept = { N: Number(N), r: Number(r), p: Number(p) };
        const given = await derive(password, Buffer.from(salt, "base64url"), asKept);
        return timingSafeEqual(given, Buffer.from(hash, "base64url")) && kept !== null;
      }),
  };
}

function toText({ N, r, p }: PasswordCost, salt: Uint8Array, hash: Uint8Array): string {
  return ["scrypt", N, r, p, ...[salt, hash].map((part) => Buffer.from(part).toString("base64url"))].join("$");
}

type Line = "known" | "strange";

/** Gives a queue of two lines, one of which always goes first, so that a flood of strangers keeps nobody out who works here. */
function createQueue(): <T>(line: Line, work: () => Promise<T>) => Promise<T> {
  const lines: Readonly<Record<Line, (() => void)[]>> = { known: [], strange: [] };
  let busy = false;
  return async (line, work) => {
    if (busy) {
      if (lines[line].length >= WAITING) {
        throw new PatchbayError("SIGN_INS_TOO_MANY", "Too many are signing in at this moment", { retryAfterMs: 2_000 });
      }
      await new Promise<void>((resolve) => lines[line].push(resolve));
    }
    busy = true;
    try {
      return await work();
    } finally {
      const next = lines.known.shift() ?? lines.strange.shift();
      if (next === undefined) busy = false;
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
