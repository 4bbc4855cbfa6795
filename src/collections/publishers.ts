import type { TrustedPublisher } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { InstallerParts } from "./installation.js";
import { isPublicKey } from "./source/signature.js";

type Parts = Pick<InstallerParts, "store" | "now">;

/**
 * Trusts a publisher: from now on everything that this key has signed is installed without asking.
 * @throws REQUEST_INVALID when it is not a public key
 */
export async function trustPublisher(
  { key, name }: { readonly key: string; readonly name: string },
  { store, now }: Parts,
): Promise<TrustedPublisher> {
  if (!isPublicKey(key)) {
    throw new PatchbayError("REQUEST_INVALID", `"${key}" is not a public key`, {
      remedy: "Give the key as its publisher shows it: ed25519: and 43 characters.",
    });
  }
  const publisher = { key, name, trustedAt: now() };
  await store.commit([{ kind: "publisher-trusted", publisher }]);
  return publisher;
}

/**
 * Trusts a publisher no longer. What is installed stays.
 * @throws PUBLISHER_UNKNOWN
 */
export async function distrustPublisher(key: string, { store }: Parts): Promise<TrustedPublisher> {
  const publisher = (await store.publishers.list()).find((one) => one.key === key);
  if (!publisher) throw new PatchbayError("PUBLISHER_UNKNOWN", `Nobody with the key ${key} is trusted`, { key });
  await store.commit([{ kind: "publisher-distrusted", key }]);
  return publisher;
}
