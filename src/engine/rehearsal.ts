import type { Decision } from "../core/event.js";
import type { FlowVersion, Step } from "../core/flow.js";
import type { Json, JsonObject } from "../core/json.js";
import type { MessageDraft } from "../core/message.js";
import type { Failure, StepResult } from "../core/run.js";
import type { Occasion } from "./scope.js";

/** What is tried without sending or keeping anything. */
export interface Rehearsal {
  readonly version: FlowVersion;
  readonly occasion: Occasion;
  /**
   * What only the world can say, by the id of a `call`, `wait` or `start`; where nothing is said it all goes well, and nobody answers. A
   * step's result as it is, or in words: `{ error: { code, message } }` of a call (see `supposableErrors`), `{ status, errorCode }` of the
   * message that is waited for, `{ reply }` with what a customer writes.
   */
  readonly supposed: JsonObject;
}

/** A call that would be made. */
export interface RehearsedCall {
  /** `connector/endpoint`. */
  readonly endpoint: string;
  readonly connection: string;
  readonly recipient: string | null;
  /** What the vendor would be sent, without credentials. */
  readonly request: JsonObject;
  /** Null when it sends none. */
  readonly message: MessageDraft | null;
  /** Why that is sent and not what was asked for; null when it is. */
  readonly instead: string | null;
  /** Why it would not be sent, or not at once, in plain words. */
  readonly obstacles: readonly string[];
}

/** What one step would come to. */
export interface RehearsedStep {
  readonly id: string;
  readonly kind: Step["kind"];
  /** Number of the item, of the items around it first; empty outside `each`. */
  readonly item: readonly number[];
  readonly outcome: StepResult["outcome"] | "stopped";
  /** What later steps would read as `$steps.<id>`. */
  readonly output: Json;
  /** Whether the output is supposed, because only the world knows it. */
  readonly supposed: boolean;
  /** In plain words: what it would do. Null when there is nothing to say. */
  readonly says: string | null;
  readonly call: RehearsedCall | null;
  readonly failure: Failure | null;
}

/** What would become of an event in one flow. */
export interface Rehearsed {
  /** Whether the flow would start if it were switched on, and why. */
  readonly decision: Pick<Decision, "verdict" | "reason">;
  /** On the way the run would take; also when it would not start. */
  readonly steps: readonly RehearsedStep[];
  readonly end: { readonly status: "succeeded" | "failed"; readonly reason: string | null };
  /** What the expressions of the flow see besides the steps. */
  readonly scope: { readonly input: Json; readonly bindings: JsonObject };
}
