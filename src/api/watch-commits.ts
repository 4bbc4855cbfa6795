import type { Change } from "../core/change.js";
import type { Store } from "../core/store.js";

/** Tells who listens which nouns something has just happened to: `runs`, `messages`, …; `*` for any of them. */
export interface CommitWatch {
  /**
   * @param ended Called when nothing more will be told.
   * @returns What ends the listening.
   */
  listen(changed: (nouns: ReadonlySet<string>) => void, ended: () => void): () => void;
  /** How many listen. */
  readonly listeners: number;
  /** Lets everybody go, and those who come later at once. */
  close(): void;
}

/** How often who listens looks again where other processes change things, too. */
const SHARED_EVERY_MS = 3_000;
const anything: ReadonlySet<string> = new Set(["*"]);

/**
 * Puts a watch on a store's commits. A store is an object of functions, so `commit` can be replaced in a copy. As long as nobody
 * listens a commit costs nothing more.
 *
 * A store that other processes share has commits that are not seen here: there, something may have happened every three
 * seconds.
 */
export function watchCommits(store: Store): { readonly store: Store; readonly watch: CommitWatch } {
  const listening = new Map<(nouns: ReadonlySet<string>) => void, () => void>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  const tell = (nouns: ReadonlySet<string>): void => {
    for (const changed of listening.keys()) changed(nouns);
  };
  const leave = (changed: (nouns: ReadonlySet<string>) => void): void => {
    listening.delete(changed);
    if (listening.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  const watch: CommitWatch = {
    listen(changed, ended) {
      if (closed) {
        ended();
        return () => undefined;
      }
      listening.set(changed, ended);
      if (!store.exclusive) timer ??= setInterval(() => tell(anything), SHARED_EVERY_MS);
      return () => leave(changed);
    },
    get listeners() {
      return listening.size;
    },
    close() {
      closed = true;
      for (const [changed, ended] of [...listening]) {
        leave(changed);
        ended();
      }
    },
  };
  const commit: Store["commit"] = (changes) => {
    if (listening.size === 0) return store.commit(changes);
    return store.commit(changes).then(() => tell(nounsOf(changes)));
  };
  return { store: { ...store, commit }, watch };
}

/** A change's first word is what it is about: `run-advanced` changes one of the runs, `runs-woken` several. */
function nounsOf(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.map(({ kind }) => `${kind.slice(0, kind.indexOf("-")).replace(/s$/, "")}s`));
}
