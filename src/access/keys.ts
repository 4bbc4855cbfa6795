import { randomBytes } from "node:crypto";
import type { ApiKey } from "../core/api-key.js";
import type { Caller, Role } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import type { AccessParts } from "./access-parts.js";
import { hashOfToken, randomToken } from "./tokens.js";

/** What a key is to be. */
export interface KeyWish {
  readonly name: string;
  readonly role: Role;
  readonly dataTypes: readonly string[] | null;
  /** Null for one that does not expire. */
  readonly expiresAt: Date | null;
}

/** Makes keys and takes them back. */
export interface Keys {
  /** Newest last; those that are revoked or expired too. */
  list(): Promise<readonly ApiKey[]>;
  /** @returns The key's text as well: it is shown once and kept nowhere. @throws REQUEST_INVALID */
  create(wish: KeyWish, by: Caller): Promise<{ readonly key: ApiKey; readonly text: string }>;
  /** From then on it opens nothing. Nothing happens to one that is revoked. @throws KEY_UNKNOWN */
  revoke(id: string): Promise<ApiKey>;
}

export function createKeys({ snapshots, now, newId }: AccessParts): Keys {
  return {
    list: async () => (await snapshots.now()).keys,
    async create({ name, role, dataTypes, expiresAt }, by) {
      const at = now();
      if (expiresAt !== null && expiresAt.getTime() <= at) {
        throw new PatchbayError("REQUEST_INVALID", "/expiresAt is in the past");
      }
      if (dataTypes !== null && role !== "push") {
        throw new PatchbayError(
          "REQUEST_INVALID",
          `/dataTypes is for keys with the role push, and this one is to be ${role}`,
        );
      }
      const prefix = randomBytes(5).toString("hex").slice(0, 8);
      const text = `pb_${prefix}_${randomToken()}`;
      const key: ApiKey = {
        ...{ id: newId("key"), name, prefix: `pb_${prefix}`, hash: hashOfToken(text), role, dataTypes },
        ...{ createdBy: by.name, createdAt: new Date(at), expiresAt, usedAt: null, revokedAt: null },
      };
      await snapshots.commit([{ kind: "key-made", key }]);
      return { key, text };
    },
    async revoke(id) {
      const { keys } = await snapshots.commit([{ kind: "key-revoked", id, at: new Date(now()) }]);
      const key = keys.find((one) => one.id === id);
      if (key === undefined) throw new PatchbayError("KEY_UNKNOWN", `There is no key ${id.slice(0, 100)}`);
      return key;
    },
  };
}
