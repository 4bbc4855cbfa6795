import { randomBytes } from "node:crypto";
import { generateSecret, generateURI, verifySync } from "otplib";
import type { SecondFactor } from "../core/user.js";
import type { Sealer } from "../secrets/sealer.js";
import { hashOfToken } from "./tokens.js";

const RECOVERY_CODES = 10;
/** Clocks of phones may be off by one code. */
const TOLERANCE_SECONDS = 30;

/** What is put into an authenticator app. */
export interface FactorOffer {
  readonly secret: string;
  /** `otpauth://…`, as QR codes have it. */
  readonly uri: string;
}

/** Begins a second factor: it is asked for once a code has confirmed it. */
export function offerFactor(
  name: string,
  sealer: Sealer,
): { readonly offer: FactorOffer; readonly factor: SecondFactor } {
  const secret = generateSecret();
  const uri = generateURI({ issuer: "Patchbay", label: name, secret });
  return {
    offer: { secret, uri },
    factor: { sealed: sealer.seal(secret), confirmed: false, lastStep: 0, recovery: [] },
  };
}

/** Gives the factor after a code was used; null when the code is wrong, or was used before. */
export function useCode(
  factor: SecondFactor,
  code: string,
  { sealer, now }: { readonly sealer: Sealer; readonly now: number },
): SecondFactor | null {
  const typed = code.replaceAll(/[\s-]/g, "");
  if (/^\d{6}$/.test(typed)) {
    const options = { epoch: Math.floor(now / 1_000), epochTolerance: TOLERANCE_SECONDS };
    const found = verifySync({ secret: sealer.open(factor.sealed), token: typed, ...options });
    if (!found.valid || !("timeStep" in found) || found.timeStep <= factor.lastStep) return null;
    return { ...factor, lastStep: found.timeStep };
  }
  const hash = hashOfToken(typed.toLowerCase());
  if (!factor.recovery.includes(hash)) return null;
  return { ...factor, recovery: factor.recovery.filter((one) => one !== hash) };
}

/** Makes codes for the day on which the phone is lost; each works once. Of 80 bits: a fast hash is enough. */
export function makeRecoveryCodes(): { readonly codes: readonly string[]; readonly hashes: readonly string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    randomBytes(10)
      .toString("hex")
      .replaceAll(/(.{5})(?=.)/g, "$1-"),
  );
  return { codes, hashes: codes.map((code) => hashOfToken(code.replaceAll("-", ""))) };
}
