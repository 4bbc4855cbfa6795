import type { Change } from "../core/change.js";

/** Whether anybody may be resting for something that a commit brings; nobody, as a rule, and then nobody is looked for. */
export interface Listeners {
  any(): boolean;
  /** Notices runs that are about to rest. */
  note(changes: readonly Change[]): void;
  /** Has due runs looked for soon. */
  wake(): void;
}

/** @param some Whether there may be resting runs already, of this process or another. */
export function createListeners(some: () => boolean, onWake: () => void): Listeners {
  let noted = false;
  return {
    any: () => noted || some(),
    note: (changes) => {
      noted ||= changes.some(({ kind }) => kind === "run-listens");
    },
    wake: onWake,
  };
}
