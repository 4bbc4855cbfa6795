import type { Awaited, Step, WaitStep } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import { defaultRetryPolicy } from "../core/retry-policy.js";
import type { StepFile, WaitFile } from "./flow-file.js";
import { pointerPart } from "./problem-list.js";
import { qualified } from "./qualified-name.js";
import { type SendingReading, toSending } from "./read-sending.js";

/** What the members of a flow's file are read with. */
export interface MemberReading extends SendingReading {
  readonly namespace: string;
}

/** Gives the steps that a list in a file means, with their defaults. */
export function toSteps(steps: readonly StepFile[], path: string, reading: MemberReading): readonly Step[] {
  return steps.map((step, index) => toStep(step, path + pointerPart(index), reading));
}

type Base = Pick<Step, "id" | "when" | "onError">;

function toStep(step: StepFile, path: string, reading: MemberReading): Step {
  const base: Base = { id: step.id, when: step.when ?? null, onError: step.onError ?? "fail" };
  if (step.choose || step.steps) return toNestingStep(step, base, { path, reading });
  if (step.wait) return toWaitStep(step, step.wait, { base, path, reading });
  return toSimpleStep(step, base, { path, reading });
}

function toSimpleStep(step: StepFile, base: Base, { path, reading }: Placed): Step {
  const { namespace } = reading;
  const { level = "notice", with: given = null } = step;
  if (step.translate !== undefined) {
    return { ...base, kind: "translate", translator: qualified(step.translate, namespace), input: step.input ?? null };
  }
  if (step.call !== undefined) {
    return {
      ...base,
      kind: "call",
      endpoint: step.call,
      connection: qualified(step.connection ?? "", namespace),
      with: given as JsonObject, // the grammar requires an object
      retry: { ...defaultRetryPolicy, ...step.retry },
      ...toSending(step, path, reading),
    };
  }
  if (step.save !== undefined) {
    const dataType = qualified(step.save, namespace);
    const { emitEvents = true, onlyNewer } = step;
    return { ...base, kind: "save", dataType, with: given, emitEvents, ...(onlyNewer !== undefined && { onlyNewer }) };
  }
  if (step.start !== undefined) return { ...base, kind: "start", flow: qualified(step.start, namespace), with: given };
  if (step.notify !== undefined) {
    return { ...base, kind: "notify", level, title: step.notify, message: step.message ?? null };
  }
  return { ...base, kind: "stop", reason: step.stop ?? "", level };
}

interface Placed {
  readonly path: string;
  readonly reading: MemberReading;
}

function toNestingStep(step: StepFile, base: Base, { path, reading }: Placed): Step {
  if (step.steps) {
    const steps = toSteps(step.steps, `${path}/steps`, reading);
    return { ...base, kind: "each", items: step.each ?? null, steps };
  }
  const branches = (step.choose ?? []).map(({ when, steps }, index) => ({
    when,
    steps: toSteps(steps, `${path}/choose${pointerPart(index)}/steps`, reading),
  }));
  const otherwise = step.else ? toSteps(step.else, `${path}/else`, reading) : null;
  return { ...base, kind: "choose", branches, otherwise };
}

function toWaitStep(
  { cancelIf }: StepFile,
  wait: WaitFile,
  { base, path, reading }: Placed & { base: Base },
): WaitStep {
  const timeoutMs = wait.timeout === undefined ? null : reading.duration(wait.timeout, `${path}/wait/timeout`);
  return {
    ...base,
    kind: "wait",
    awaited: toAwaited(wait, `${path}/wait`, reading),
    timeoutMs,
    cancelIf: cancelIf ?? null,
  };
}

function toAwaited(wait: WaitFile, path: string, { namespace, duration }: MemberReading): Awaited {
  if (wait.until !== undefined) return { kind: "instant", at: wait.until };
  if (wait.message !== undefined) return { kind: "message", stepId: wait.message, statuses: wait.statuses ?? [] };
  if (wait.reply !== undefined) return { kind: "reply", stepId: wait.reply, when: wait.when ?? null };
  if (wait.record !== undefined) {
    const dataType = qualified(wait.record, namespace);
    return { kind: "record", dataType, key: wait.key ?? "", when: wait.when ?? null };
  }
  return { kind: "time", ms: duration(wait.for, `${path}/for`) };
}
