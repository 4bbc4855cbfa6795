import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { Message } from "../core/message.js";
import { topics } from "../core/topic.js";
import type { Draft } from "./draft.js";
import { leased } from "./lease.js";
import { isFindable } from "./ledger.js";
import type { CallToPlan, RunPlanning, StepOutcome } from "./planning.js";
import { nextLook, planRest } from "./rest.js";

/** How often the vendor is asked about one call before a person is. */
export const MAX_ASKS = 6;

/**
 * Finds out what became of a call that may have taken effect: by what the vendor has reported meanwhile, else by asking it
 * once enough time has passed for the call to show, else the operator has to decide.
 *
 * @throws ENDPOINT_OUTCOME_UNKNOWN when the vendor cannot be asked
 */
export async function planFind(
  draft: Draft,
  call: CallToPlan & { effect: Effect; message: Message | null },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { effect: known, message, step, open, toPlan } = call;
  const { parts } = planning;
  const now = parts.now();
  const effect: Effect = known.state === "unknown" ? known : { ...known, state: "unknown", settledAt: new Date(now) };
  if (planning.preview) return { kind: "left" };
  if (effect !== known) draft.changes.push({ kind: "effect-moved", effect });
  if (!isFindable(open, effect.endpoint)) throw unknownOutcome(effect, "", message?.id);
  const asked = toPlan.run.wait?.kind === "outcome" ? toPlan.run.wait.asked : 0;
  const askAt = nextAskAt(effect, asked, parts.limits.reconcileAfterMs);
  if (askAt > now) {
    planOutcomeRest(draft, { ...call, effect, asked, dueAt: askAt }, planning);
    return { kind: "left" };
  }
  // The pace that several processes share is for calls: asking costs the vendor nothing, and has no place to keep.
  const maxPerSecond = parts.store.exclusive ? open.maxPerSecond : null;
  const entry = planning.gate.admit(effect.connection, maxPerSecond, toPlan.run.id);
  if (!entry.admitted) {
    planOutcomeRest(draft, { ...call, effect, asked, dueAt: entry.comeBackAt }, planning);
    return { kind: "left" };
  }
  const waiting = { ...toPlan.run, wait: { kind: "outcome", effectId: effect.id, asked } } as const;
  const run = leased(draft, { run: waiting, isNew: toPlan.isNew, attempts: waiting.attempts }, planning);
  const { occasion, version, inherited } = toPlan;
  const release = (): void => {};
  draft.calls.push({
    kind: "find",
    run,
    occasion,
    version,
    step,
    open,
    effect,
    message,
    inherited,
    counted: [],
    release,
  });
  return { kind: "left" };
}

/** A message that the vendor has named was sent, whatever became of our question. */
export function proven(
  draft: Draft,
  { known, message, now }: { known: Effect; message: Message; now: number },
): StepOutcome {
  const response = { sid: message.vendorId, status: message.status };
  const effect: Effect = {
    ...known,
    state: "done",
    vendorId: message.vendorId,
    response,
    failure: null,
    settledAt: new Date(now),
  };
  draft.changes.push({ kind: "effect-moved", effect });
  draft.wakes.add(topics.effect(effect.id));
  return { kind: "done", output: response, summary: `${known.endpoint} took effect (${message.vendorId})` };
}

/** Lets a run rest until the vendor can be asked (again), or until it reports by itself. */
export function planOutcomeRest(
  draft: Draft,
  { toPlan, effect, asked, dueAt }: Pick<CallToPlan, "toPlan"> & { effect: Effect; asked: number; dueAt: number },
  planning: RunPlanning,
): void {
  const { wait: before } = toPlan.run;
  const isFirst = before?.kind !== "outcome" || before.effectId !== effect.id;
  // The vendor may have reported while this was planned: then nobody wakes it.
  const look = isFirst ? Math.min(dueAt, nextLook(planning.parts.now(), planning.parts.now()).getTime()) : dueAt;
  const wait = { kind: "outcome", effectId: effect.id, asked } as const;
  planRest(draft, { toPlan, wait, dueAt: new Date(look), topics: [topics.effect(effect.id)] }, planning);
}

/** Gives when to ask: first when the call must have arrived and shows, then ever later. */
export function nextAskAt({ startedAt, intendedAt }: Effect, asked: number, reconcileAfterMs: number): number {
  return (startedAt ?? intendedAt).getTime() + reconcileAfterMs * 2 ** asked;
}

/** The error of a call that only a person can decide about. */
export function unknownOutcome(
  { endpoint, id }: Pick<Effect, "endpoint" | "id">,
  why = "",
  messageId: string | null = null,
): PatchbayError {
  const message = `It is not known whether the call to ${endpoint} took effect${why}; it is not repeated by itself`;
  const remedy = `Look it up at the vendor, then say so: patchbay effects settle ${id} --sent, --not-sent or --send-again.`;
  return new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", message, { effect: id, messageId, remedy });
}
