import type { Store } from "../core/store.js";
import type { Trail } from "./trail.js";

/** Gives a commit that writes each sign-in down together with the session that it opens, all or none. */
export function recordSignIns({ commit }: Pick<Store, "commit">, trail: Trail): Store["commit"] {
  return (changes) => {
    const opened = changes.find((change) => change.kind === "session-opened");
    if (opened === undefined) return commit(changes);
    const { userId, id, address } = opened.session;
    const draft: Parameters<Trail["record"]>[0] = {
      ...{ actor: { kind: "user", id: userId, role: null }, action: "sign-in", target: { session: id }, facts: {} },
      ...{ address, requestId: null, outcome: "done", code: null },
    };
    return trail.record(draft, changes);
  };
}
