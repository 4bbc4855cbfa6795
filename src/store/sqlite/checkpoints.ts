import type { DatabaseThread } from "./database-thread.js";

/** Commits between two checkpoints: of orders, some 5 MB of the log. */
const COMMITS = 400;

/** Has what was committed put into the database beside the writer. */
export interface Checkpoints {
  /** Notes a commit. */
  note(): void;
}

/**
 * Makes what has a thread that does not write put the log's pages into the database while the writer goes on. The writer makes a
 * checkpoint itself when the log has grown long, and finds most of it done: at 2,600 orders a second it stood still for
 * 18 % of the time before. What does not succeed here (a full disk) does not succeed there either, and is said there.
 */
export function createCheckpoints(thread: Pick<DatabaseThread, "do">): Checkpoints {
  let commits = 0;
  let underWay = false;
  return {
    note: () => {
      commits += 1;
      if (commits < COMMITS || underWay) return;
      commits = 0;
      underWay = true;
      const done = (): void => {
        underWay = false;
      };
      thread.do({ kind: "checkpoint" }).then(done, done);
    },
  };
}
