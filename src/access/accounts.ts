import type { Caller } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import type { User, UserSession } from "../core/user.js";
import type { AccessParts } from "./access-parts.js";
import { type FactorOffer, makeRecoveryCodes, offerFactor, useCode } from "./second-factor.js";
import { isOver } from "./sessions.js";
import { hashOfToken } from "./tokens.js";

/** What a user does about the own account. Each throws ACCOUNT_NEEDED for callers who are no users. */
export interface Accounts {
  /** Null for callers who are no users. */
  get(caller: Caller): Promise<User | null>;
  require(caller: Caller): Promise<User>;
  /** Newest first. */
  sessions(caller: Caller): Promise<readonly UserSession[]>;
  /** The session that a browser's token stands for; null when there is none. */
  sessionOf(token: string | null): Promise<UserSession | null>;
  /** Nothing happens when it has ended. */
  endSession(caller: Caller, id: string): Promise<void>;
  /** @throws FACTOR_STATE when there is one */
  beginFactor(caller: Caller): Promise<FactorOffer>;
  /** @returns Recovery codes: shown once and kept nowhere. @throws FACTOR_STATE, SIGN_IN_FAILED */
  confirmFactor(caller: Caller, code: string): Promise<readonly string[]>;
  /** Whoever calls this has asked for the password. */
  removeFactor(caller: Caller): Promise<void>;
}

export function createAccounts({ snapshots, sealer, now }: AccessParts): Accounts {
  const get = async ({ kind, id }: Caller): Promise<User | null> =>
    kind === "user" ? ((await snapshots.now()).userById.get(id) ?? null) : null;
  const require = async (caller: Caller): Promise<User> => {
    const user = await get(caller);
    if (user !== null) return user;
    throw new PatchbayError("ACCOUNT_NEEDED", `${caller.name} is not a user`);
  };
  const setFactor = async (user: User, factor: User["factor"]): Promise<void> => {
    await snapshots.commit([{ kind: "user-changed", user: { ...user, factor, revision: user.revision + 1 } }]);
  };
  return {
    get,
    require,
    async sessions(caller) {
      const { id } = await require(caller);
      const { sessions } = await snapshots.now();
      return sessions.filter((one) => one.userId === id && !isOver(one, now())).toReversed();
    },
    sessionOf: async (token) =>
      token === null ? null : ((await snapshots.now()).sessionByHash.get(hashOfToken(token)) ?? null),
    async endSession(caller, id) {
      const user = await require(caller);
      const { sessions } = await snapshots.now();
      const own = sessions.some((one) => one.id === id && one.userId === user.id);
      if (own) await snapshots.commit([{ kind: "session-ended", id }]);
    },
    async beginFactor(caller) {
      const user = await require(caller);
      if (user.factor?.confirmed === true) throw new PatchbayError("FACTOR_STATE", "There is a second factor already");
      if (user.password === null) throw new PatchbayError("FACTOR_STATE", "Second factors are the sign-in provider's");
      const { offer, factor } = offerFactor(user.name, sealer);
      await setFactor(user, factor);
      return offer;
    },
    async confirmFactor(caller, code) {
      const user = await require(caller);
      if (user.factor === null || user.factor.confirmed) {
        throw new PatchbayError("FACTOR_STATE", "No second factor waits to be confirmed");
      }
      const used = useCode(user.factor, code, { sealer, now: now() });
      if (used === null) throw new PatchbayError("SIGN_IN_FAILED", "The code is not the one the app shows now");
      const { codes, hashes } = makeRecoveryCodes();
      await setFactor(user, { ...used, confirmed: true, recovery: hashes });
      return codes;
    },
    async removeFactor(caller) {
      await setFactor(await require(caller), null);
    },
  };
}
