import type { Catalog } from "../core/catalog.js";
import type { Event } from "../core/event.js";
import type { FlowVersion } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import type { Run } from "../core/run.js";
import type { ChainResult } from "../translation/translation.js";
import type { Draft } from "./draft.js";
import type { EngineParts } from "./engine-parts.js";
import type { Occasion } from "./scope.js";

/** What planning works with: the engine's parts, one consistent catalog, and who does the work. */
export interface Planning {
  readonly parts: EngineParts;
  readonly catalog: Catalog;
  /** Name of this worker, for leases. */
  readonly worker: string;
}

/** A new version of a record, to be written with the event that makes it. */
export interface RecordWrite {
  readonly dataType: string;
  readonly key: string;
  readonly shard: number;
  readonly indexed: Readonly<Record<string, string>>;
  /** Null for a new record. */
  readonly previous: JsonObject | null;
  readonly document: JsonObject;
  readonly version: number;
  readonly deleted: boolean;
  /** The run whose `save` step writes it; null when it came from outside. */
  readonly causedBy: Run | null;
  readonly startFlows: boolean;
}

/** Planning of a run, which can write records, which can start runs: the circle is closed by an argument. */
export interface RunPlanning extends Planning {
  readonly planRecord: (draft: Draft, write: RecordWrite, planning: Planning) => Promise<Event>;
}

/** What the last performed call of a run was, for the notification. */
export interface FinishedCall {
  readonly summary: string;
  readonly messageId: string | null;
  readonly request: JsonObject;
  readonly response: JsonObject | null;
}

/** A run to carry on from its first step that has no result. */
export interface RunToPlan {
  readonly run: Run;
  readonly occasion: Occasion;
  readonly version: FlowVersion;
  /** Whether the store does not have the run yet. */
  readonly isNew: boolean;
  readonly call?: FinishedCall | undefined;
  /** Values of steps to come, evaluated ahead; emptied when a step did not come out as its value. */
  readonly ahead: Map<string, ChainResult>;
}

/** Gives id and instant for one notification. */
export function stampOf(parts: EngineParts): { id: string; at: Date } {
  return { id: parts.newId("ntf"), at: new Date(parts.now()) };
}
