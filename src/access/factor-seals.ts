import { PatchbayError } from "../core/errors.js";
import type { SealedBy } from "../core/sealed-by.js";
import type { User } from "../core/user.js";
import type { AccessParts } from "./access-parts.js";

/** With which secret users' second factors are sealed. */
export interface FactorSeals {
  count(): Promise<Readonly<Record<SealedBy, number>>>;
  /** Seals anew what the previous secret has sealed. @returns How many. */
  reseal(): Promise<number>;
}

export function createFactorSeals({ snapshots, sealer }: Pick<AccessParts, "snapshots" | "sealer">): FactorSeals {
  const users = async (by: SealedBy): Promise<readonly User[]> =>
    (await snapshots.now()).users.filter(({ factor }) => factor !== null && sealer.sealedBy(factor.sealed) === by);
  return {
    count: async () => ({
      current: (await users("current")).length,
      previous: (await users("previous")).length,
      unknown: (await users("unknown")).length,
    }),
    reseal: async () => {
      let resealed = 0;
      for (const user of await users("previous")) resealed += (await resealOne(user)) ? 1 : 0;
      return resealed;
    },
  };

  /** Who changes at this moment stays as it is: it is found by the next look. */
  async function resealOne(user: User): Promise<boolean> {
    const { factor } = user;
    if (factor === null) return false;
    const sealed = sealer.seal(sealer.open(factor.sealed));
    const changed = { ...user, factor: { ...factor, sealed }, revision: user.revision + 1 };
    try {
      await snapshots.commit([{ kind: "user-changed", user: changed }]);
      return true;
    } catch (error) {
      if (error instanceof PatchbayError && error.code === "USER_CHANGED") return false;
      throw error;
    }
  }
}
