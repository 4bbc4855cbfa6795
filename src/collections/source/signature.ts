import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import type { CollectionSignature } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject } from "../../core/json.js";

/** What is signed: which version of which collection has which content. */
export interface Statement {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** Where a signature lies in a collection's folder or bundle. */
export const SIGNATURE_FILE = "signature.json";

const PREFIX = "ed25519:";

/** Tells whether text is a public key as it is shown and trusted: `ed25519:` and 43 characters. */
export function isPublicKey(text: string): boolean {
  if (!/^ed25519:[A-Za-z0-9_-]{43}$/.test(text)) return false;
  return publicKeyText(toPublicKey(text)) === text;
}

/** Makes a private key. */
export function newPrivateKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey;
}

/** Gives the public part of a key, as it is shown and trusted. */
export function publicKeyText(key: KeyObject): string {
  const { x } = (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
  return `${PREFIX}${x}`;
}

/** Signs with a private key. */
export function signStatement(statement: Statement, key: KeyObject): CollectionSignature {
  return { key: publicKeyText(key), signature: sign(null, toBytes(statement), key).toString("base64") };
}

/** Tells whether this signature is of this statement. */
export function isSignatureOf({ key, signature }: CollectionSignature, statement: Statement): boolean {
  return verify(null, toBytes(statement), toPublicKey(key), Buffer.from(signature, "base64"));
}

/**
 * Reads a signature as it lies beside files.
 * @throws COLLECTION_SIGNATURE_INVALID
 */
export function parseSignature(text: string): CollectionSignature {
  const { key, signature } = parseObject(text);
  if (typeof key === "string" && typeof signature === "string" && isPublicKey(key)) return { key, signature };
  throw unreadable();
}

function parseObject(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    throw unreadable();
  }
  throw unreadable();
}

function unreadable(): PatchbayError {
  return new PatchbayError("COLLECTION_SIGNATURE_INVALID", `${SIGNATURE_FILE} is not a signature`);
}

/** One line each, the purpose first: a signature made for something else is never one of a collection. */
function toBytes({ name, version, integrity }: Statement): Buffer {
  return Buffer.from(`patchbay collection 1\n${name}\n${version}\n${integrity}\n`);
}

function toPublicKey(text: string): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: text.slice(PREFIX.length) }, format: "jwk" });
}
