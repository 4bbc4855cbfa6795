import type { Catalog, OpenConnection } from "../core/catalog.js";
import type { Event } from "../core/event.js";
import type { Eventual } from "../core/eventual.js";
import type { CallStep, FlowVersion } from "../core/flow.js";
import type { Json, JsonObject } from "../core/json.js";
import type { NotificationLevel } from "../core/notification.js";
import type { RecordName } from "../core/record.js";
import type { Run } from "../core/run.js";
import type { ChainResult } from "../translation/translation.js";
import type { ConnectionGate } from "./connection-gate.js";
import type { Draft } from "./draft.js";
import type { DueHints } from "./due-hint.js";
import type { EngineParts } from "./engine-parts.js";
import type { Listeners } from "./listeners.js";
import type { Novelty } from "./novelty.js";
import type { Occasion } from "./scope.js";
import type { Turns } from "./turns.js";

/** What planning works with: the engine's parts, one consistent catalog, and who does the work. */
export interface Planning {
  readonly parts: EngineParts;
  readonly catalog: Catalog;
  /** Name of this worker, for leases. */
  readonly worker: string;
  readonly gate: ConnectionGate;
  readonly turns: Turns;
  readonly listeners: Listeners;
  readonly novelty: Novelty;
  /** Told of what housekeeping has to look for. */
  readonly hints: DueHints;
  /** Whether the draft is only looked at: nothing is reserved for it. */
  readonly preview: boolean;
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
  /** Of its event; absent for none. */
  readonly dedupeKey?: string | null;
}

/** A flow to be started by name, and what with. */
export interface FlowStart {
  readonly kind: "flow.started" | "schedule.due" | "silence.noticed";
  readonly version: FlowVersion;
  readonly payload: JsonObject;
  /** In plain words. */
  readonly reason: string;
  readonly causedBy: Run | null;
  /** What it is about; absent for no record. */
  readonly record?: RecordName | null;
  readonly dedupeKey: string | null;
}

/** Planning of a run, which can write records and start flows, which start runs: the circle is closed by arguments. */
export interface RunPlanning extends Planning {
  readonly planRecord: (draft: Draft, write: RecordWrite, planning: Planning) => Promise<Event>;
  readonly planStart: (draft: Draft, start: FlowStart, planning: Planning) => Promise<Event>;
  readonly planRun: (draft: Draft, toPlan: RunToPlan, planning: RunPlanning) => Eventual<void>;
}

/** What the last performed call of a run was, for the notification. */
export interface FinishedCall {
  readonly summary: string;
  readonly messageId: string | null;
  readonly request: JsonObject;
  readonly response: JsonObject | null;
  /** The ledger row that keeps both for good, because the call is done; null when that may still change. */
  readonly keptBy: string | null;
}

/** A run to carry on from its first step that has no result. */
export interface RunToPlan {
  readonly run: Run;
  readonly occasion: Occasion;
  readonly version: FlowVersion;
  /** Whether the store does not have the run yet. */
  readonly isNew: boolean;
  /** Whether the ledger cannot have an effect of it yet: a new run of a new event. */
  readonly isFirst: boolean;
  /** What its steps see of the run it is an item of; empty for others. */
  readonly inherited: JsonObject;
  readonly call?: FinishedCall | undefined;
  /** A call that the vendor, asked, has nothing of: it may be made again. */
  readonly absentEffectId?: string | undefined;
  /** Values of steps to come, evaluated ahead; emptied when a step did not come out as its value. */
  readonly ahead: Map<string, ChainResult>;
}

/** How one step came out. */
export type StepOutcome =
  | { readonly kind: "done"; readonly output: Json; readonly summary?: string }
  | { readonly kind: "skipped" }
  | { readonly kind: "stopped"; readonly reason: string; readonly level: NotificationLevel }
  /** The run is in the draft already: at a call, at rest, or ended. */
  | { readonly kind: "left" };

/** A call that a run has come to. */
export interface CallToPlan {
  readonly step: CallStep;
  readonly toPlan: RunToPlan;
  readonly open: OpenConnection;
}

/** Gives id and instant for one notification. */
export function stampOf(parts: EngineParts): { id: string; at: Date } {
  return { id: parts.newId("ntf"), at: new Date(parts.now()) };
}
