import type { Config } from "../config/config.js";
import type { Client } from "./client.js";
import type { Terminal } from "./terminal.js";

/** What a command works with. */
export interface CommandContext {
  readonly config: Config;
  /** Talks to the server at `config.serverUrl`. */
  readonly client: Client;
  readonly terminal: Terminal;
  /** The environment, for what a person names in it; everything else is in `config`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  /** Says that the work was done and some of it failed: the exit code becomes 1. */
  reportFailures(): void;
}

/**
 * Opens the context of the command that is being run.
 * @throws CONFIG_INVALID
 */
export type OpenContext = () => Promise<CommandContext>;
