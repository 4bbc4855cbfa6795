import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { PatchbayError } from "../../../core/errors.js";
import type { Sealing } from "./columns.js";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Of a text that is matched: it is nonce and tag at once. */
const SYNTHETIC_BYTES = 16;

/** Nonces made at a time: a call for random bytes takes 3 µs, whether for one nonce or for many. */
const NONCES = 256;

/** Texts whose sealed form is remembered; two generations, so at most twice as many. */
const REMEMBERED = 2_000;

/** Seals texts under a data key. */
export interface Cipher {
  /** What sealed texts begin with: nobody who has not seen the database or the key can write it. */
  readonly prefix: string;
  /** @param column Its name goes into what is sealed: moved to another column, a text does not open. */
  seal(text: string, sealing: Sealing, column: string): string;
  /** @throws PEOPLE_UNREADABLE when it was changed, or belongs to another column */
  open(sealed: string, column: string): string;
}

/** How a sealed text is marked, behind the prefix. */
const marks: Readonly<Record<Sealing, string>> = { sealed: "s", matched: "m" };

/** Tells a text that some data key has sealed, whichever. */
export function looksSealed(text: string): boolean {
  return /^%[\w-]{8}:[sm][\w-]*$/.test(text);
}

/**
 * Makes a cipher from a data key. `sealed`: AES-256-GCM with a random nonce, its column's name as associated data. `matched`:
 * a synthetic nonce, which is the HMAC-SHA-256 of the text under a key of its own, for AES-256-CTR; opened, it is computed again
 * and compared. Three keys are derived from the one.
 *
 * @param random Gives so many random bytes.
 * Source: RFC 5297 (the construction), RFC 5869 (HKDF), NIST SP 800-38D (2^32 texts under one key with random nonces)
 */
export function createCipher(dataKey: Uint8Array, random: (bytes: number) => Uint8Array): Cipher {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync("sha256", dataKey, "", `patchbay.people.${purpose}`, KEY_BYTES));
  const [sealing, matching, synthesis] = [derive("sealed"), derive("matched"), derive("synthetic")];
  const tag = derive("prefix").toString("base64url").slice(0, 8);
  const prefix = `%${tag}:`;
  const nextNonce = noncesFrom(random);
  const sealedHead = prefix + marks.sealed;
  const matchedHead = prefix + marks.matched;

  function sealAlone(text: string, column: string): string {
    const nonce = nextNonce();
    const cipher = createCipheriv("aes-256-gcm", sealing, nonce);
    cipher.setAAD(Buffer.from(column));
    const body = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return sealedHead + body.toString("base64url");
  }

  function openAlone(bytes: Buffer, column: string): string {
    const decipher = createDecipheriv("aes-256-gcm", sealing, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(column));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    const body = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString("utf8");
  }

  const synthetic = (text: Uint8Array): Buffer =>
    createHmac("sha256", synthesis).update(text).digest().subarray(0, SYNTHETIC_BYTES);

  const sealMatched = remembering((text) => {
    const bytes = Buffer.from(text, "utf8");
    const nonce = synthetic(bytes);
    const cipher = createCipheriv("aes-256-ctr", matching, nonce);
    return matchedHead + Buffer.concat([nonce, cipher.update(bytes), cipher.final()]).toString("base64url");
  });

  const openMatched = remembering((body) => {
    const bytes = Buffer.from(body, "base64url");
    const nonce = bytes.subarray(0, SYNTHETIC_BYTES);
    const decipher = createDecipheriv("aes-256-ctr", matching, nonce);
    const text = Buffer.concat([decipher.update(bytes.subarray(SYNTHETIC_BYTES)), decipher.final()]);
    if (!timingSafeEqual(synthetic(text), nonce)) throw new Error("it was changed");
    return text.toString("utf8");
  });

  return {
    prefix,
    seal: (text, how, column) => (how === "matched" ? sealMatched(text) : sealAlone(text, column)),
    open: (sealed, column) => {
      const body = sealed.slice(sealedHead.length);
      try {
        return sealed.startsWith(matchedHead) ? openMatched(body) : openAlone(Buffer.from(body, "base64url"), column);
      } catch (cause) {
        throw new PatchbayError(
          "PEOPLE_UNREADABLE",
          `What is sealed in ${column} was changed, or is not this column's`,
          {
            cause,
          },
        );
      }
    },
  };
}

/** Each is given once. */
function noncesFrom(random: (bytes: number) => Uint8Array): () => Uint8Array {
  let bytes = random(0);
  let at = 0;
  return () => {
    if (at === bytes.length) [bytes, at] = [random(NONCES * NONCE_BYTES), 0];
    at += NONCE_BYTES;
    return bytes.subarray(at - NONCE_BYTES, at);
  };
}

/** Remembers the last results: an order writes its recipient and its key seven times. */
function remembering(compute: (text: string) => string): (text: string) => string {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return (text) => {
    const known = young.get(text) ?? old.get(text);
    const result = known ?? compute(text);
    if (young.size >= REMEMBERED) [old, young] = [young, new Map()];
    young.set(text, result);
    return result;
  };
}
