import type { Config } from "./config/config.js";
import type { Log } from "./log/log.js";

/** A running Patchbay. */
export interface App {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts everything one process needs. */
export async function startApp(_config: Config, _options: { log?: Log } = {}): Promise<App> {
  throw new Error("The composition root is not part of this branch");
}
