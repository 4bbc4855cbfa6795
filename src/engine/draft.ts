import type { OpenConnection } from "../core/catalog.js";
import type { Change } from "../core/change.js";
import type { ConsentEntry } from "../core/consent.js";
import type { Effect } from "../core/effect.js";
import type { CallStep, FlowVersion } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import type { Message } from "../core/message.js";
import type { Run } from "../core/run.js";
import type { Counted } from "../core/sending.js";
import type { MetCall } from "./met-call.js";
import type { Occasion } from "./scope.js";

/** A run that has come to an effect: do it once the draft is committed. */
export interface PendingCall {
  /** `send`: make the call. `find`: ask the vendor what became of an earlier one. */
  readonly kind: "send" | "find";
  readonly run: Run;
  readonly occasion: Occasion;
  readonly version: FlowVersion;
  readonly step: CallStep;
  readonly open: OpenConnection;
  readonly effect: Effect;
  /** The message the effect sends, as it is in the ledger; null when it sends none. */
  readonly message: Message | null;
  /** What the run's steps see of the run it is an item of. */
  readonly inherited: JsonObject;
  /** What it was counted to; taken back when it certainly takes no effect. */
  readonly counted: readonly Counted[];
  /** Gives back the recipient's turn, once the outcome is stored. */
  readonly release: () => void;
}

/**
 * One commit in the making: the changes so far, the records they leave behind, and the calls to make afterwards.
 * Everything an event sets off up to the next effects goes into one draft, so it is durable together or not at all.
 */
export interface Draft {
  readonly changes: Change[];
  readonly calls: PendingCall[];
  /** Records written by this draft, by `dataType/key`: later steps see them before they are stored. */
  readonly saved: Map<string, { readonly version: number; readonly document: JsonObject }>;
  /** What this draft records about who wants messages: calls in it heed that already. */
  readonly consents: ConsentEntry[];
  /** Topics whose listeners this draft wakes. */
  readonly wakes: Set<string>;
  /** The same, for those who need not look at every single thing: a moment later, together. */
  readonly gathers: Set<string>;
  /** What every call on the way came to, for previews. */
  readonly met: MetCall[];
  /** Gives back the turn that planning took for an effect. */
  readonly turns: Map<string, () => void>;
  /** Whether runs are only queued, because enough are under way. */
  readonly queueRuns: boolean;
}

/** Begins an empty draft. */
export function newDraft(queueRuns: boolean): Draft {
  return {
    changes: [],
    calls: [],
    saved: new Map(),
    consents: [],
    wakes: new Set(),
    gathers: new Set(),
    met: [],
    turns: new Map(),
    queueRuns,
  };
}
