import type { Catalog } from "../core/catalog.js";
import type { ProcessRole } from "../core/crew.js";
import type { NewId } from "../core/id.js";
import type { RetentionPolicy } from "../core/retention.js";
import type { Store } from "../core/store.js";
import type { Log } from "../log/log.js";
import type { Translation } from "../translation/translation.js";
import type { Whereabouts } from "./quiet-hours.js";

/** What the engine is given; it opens nothing itself. */
export interface EngineParts {
  readonly store: Store;
  /** What is installed now. Read once for each event, so one event sees one consistent set. */
  readonly catalog: () => Catalog;
  readonly translation: Translation;
  readonly log: Log;
  readonly newId: NewId;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** How vendors reach this server, without a slash at the end; null when they cannot. */
  readonly publicUrl: string | null;
  readonly limits: EngineLimits;
  /** How long what is kept. */
  readonly retention: RetentionPolicy;
  /** Where a recipient is at home, as far as that is known. */
  readonly whereabouts: (recipient: string) => Whereabouts;
  /** How often each connection is looked at, in milliseconds; null for never. */
  readonly checkEveryMs: number | null;
  /** What this process is for, and the version it runs: others on the store see it. */
  readonly role: ProcessRole;
  readonly version: string;
  /** Looks whether another process has installed or switched something, and then has the catalog read anew. */
  readonly refresh: () => Promise<void>;
}

/** Bounds of one process's work. */
export interface EngineLimits {
  /** Runs under way at once; past it pushes are accepted and their runs queued. */
  readonly inlineRuns: number;
  /** How long a run is reserved for a worker before another may take it, in milliseconds. */
  readonly leaseMs: number;
  /** How often due runs are looked for, in milliseconds. */
  readonly pollMs: number;
  /** How long after a call of unknown outcome the vendor is asked what became of it, in milliseconds. */
  readonly reconcileAfterMs: number;
  /** How old a message is, in milliseconds, when the vendor is asked what became of it if nobody has said so. */
  readonly confirmAfterMs: number;
  /** Whether the vendor is asked, at that age, what a message has cost that nobody has to ask about otherwise. */
  readonly askPrices: boolean;
  /** Due runs and pushes under way past which no more records are taken. */
  readonly maxBacklog: number;
}
