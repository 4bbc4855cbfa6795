/** Work under way, and who waits for its end. */
export interface Work {
  readonly count: number;
  add(task: Promise<void>): void;
  settled(): Promise<void>;
  stop(): void;
}

/** Opens with nothing under way. */
export function openWork(): Work {
  let count = 0;
  let stopped = false;
  let waiting: (() => void)[] = [];
  const release = (): void => {
    const released = waiting;
    waiting = [];
    for (const resolve of released) resolve();
  };
  return {
    get count() {
      return count;
    },
    add(task) {
      count += 1;
      void task.finally(() => {
        count -= 1;
        if (count === 0) release();
      });
    },
    settled() {
      if (count === 0 || stopped) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    stop() {
      stopped = true;
      release();
    },
  };
}
