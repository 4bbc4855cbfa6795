import { Worker } from "node:worker_threads";

/** What is worked out: scrypt of a password. */
export interface Derivation {
  readonly password: string;
  readonly salt: Uint8Array;
  readonly keyBytes: number;
  /** scrypt's. */
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
}

export interface DerivationJob extends Derivation {
  readonly id: number;
}

export interface DerivationResult {
  readonly id: number;
  readonly key: Uint8Array;
}

/** Works out one key after the other, beside everything else. */
export type Derive = (derivation: Derivation) => Promise<Uint8Array>;

interface Waiting {
  readonly resolve: (key: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_HEAP_MB = 32;

/**
 * Gives a thread that scrypt has for itself, started with the first password. On the four threads of Node's pool it would stand in the
 * way of files and name lookups, and at the priority of everything else it would take processors from those who answer orders. A thread
 * that has died is replaced by the next password.
 */
export function createPasswordThread(): Derive {
  let worker: Worker | null = null;
  let jobs = 0;
  const waiting = new Map<number, Waiting>();
  const start = (): Worker => {
    const started = new Worker(new URL("./password-worker.js", import.meta.url), {
      ...{ name: "password", env: {}, execArgv: [] },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: 8 },
    });
    let reason: unknown = new Error("the thread of the passwords has ended");
    started.on("message", ({ id, key }: DerivationResult) => {
      waiting.get(id)?.resolve(key);
      waiting.delete(id);
    });
    started.on("error", (error) => {
      reason = error;
    });
    started.on("exit", () => {
      worker = null;
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    });
    // Nobody is kept from ending by a thread that waits.
    started.unref();
    return started;
  };
  return (derivation) =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const id = ++jobs;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...derivation } satisfies DerivationJob);
    });
}
