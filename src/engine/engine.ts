import type { Decision } from "../core/event.js";
import type { JsonObject } from "../core/json.js";
import type { MessageReport } from "../core/message.js";
import type { RecordVerdict } from "../core/record.js";

/** One record as it was pushed. */
export interface Push {
  /** `namespace/Type`. */
  readonly dataType: string;
  readonly document: JsonObject;
}

/** What became of one push: durable when you hold it. */
export interface Accepted {
  readonly verdict: RecordVerdict;
  readonly dataType: string;
  readonly key: string;
  readonly version: number;
  /** Null when nothing changed. */
  readonly eventId: string | null;
  readonly decisions: readonly Decision[];
}

/** Runs flows: what the API and the connectors' webhooks hand their work to. */
export interface Engine {
  /**
   * Takes one record: validate, upsert by natural key, record the event, decide which flows start, run them to their
   * first effect, commit. Pushes of one record are taken one after the other, in the order of the calls. Resolves when
   * all of that is durable; the effects happen afterwards. A flow that fails never fails the push.
   *
   * @throws DATA_TYPE_UNKNOWN, RECORD_INVALID (details.problems), STORE_UNAVAILABLE, SERVER_OVERLOADED
   */
  accept(push: Push): Promise<Accepted>;
  /**
   * Changes a record by an RFC 7396 merge patch.
   * @throws RECORD_UNKNOWN and what `accept` throws
   */
  patch(dataType: string, key: string, patch: JsonObject): Promise<Accepted>;
  /**
   * Deletes a record; its history stays.
   * @throws RECORD_UNKNOWN
   */
  remove(dataType: string, key: string): Promise<Accepted>;
  /** Takes what a vendor reports about a message; late, repeated and out-of-order reports are harmless. */
  report(report: MessageReport): Promise<void>;
  /** Claims due runs and carries them on; resolves when they rest. Called by the engine's own clock; tests call it. */
  tick(): Promise<number>;
  /** Resolves when nothing that was begun in this process is still under way. */
  idle(): Promise<void>;
  start(): Promise<void>;
  /** Takes no new work, finishes what is under way, and leaves every run finished or due. */
  stop(): Promise<void>;
}
