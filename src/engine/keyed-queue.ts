/** Runs tasks of one key one after the other, in the order given; tasks of different keys run side by side. */
export type KeyedQueue = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Makes a queue that remembers a key only while it has work. */
export function createKeyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const before = tails.get(key);
    const current = before === undefined ? task() : before.then(task, task);
    const forget = (): void => {
      if (tails.get(key) === current) tails.delete(key);
    };
    tails.set(key, current);
    current.then(forget, forget);
    return current;
  };
}
