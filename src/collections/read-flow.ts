import type { FlowDefinition } from "../core/flow.js";
import type { Json } from "../core/json.js";
import { checkFlowFile, type FlowFileChecking } from "./check-flow-file.js";
import { parseDuration } from "./duration.js";
import type { FlowFile } from "./flow-file.js";
import { qualified } from "./qualified-name.js";
import { quietHoursProblems } from "./quiet-hours.js";
import { toSending } from "./read-sending.js";
import { type MemberReading, toSteps } from "./read-step.js";
import { toTrigger } from "./read-trigger.js";

/** What a flow file is read with. */
export interface FlowReading extends FlowFileChecking {
  readonly namespace: string;
}

/** Reads one parsed flow file; null when it has problems (the list says which). */
export function readFlow(document: Json, reading: FlowReading): FlowDefinition | null {
  checkFlowFile(document, reading);
  if (reading.problems.failed(reading.file)) return null;
  const flow = toFlow(document as unknown as FlowFile, toMemberReading(reading)); // JSON boundary: just checked
  return reading.problems.failed(reading.file) ? null : flow;
}

function toMemberReading({ file, namespace, problems }: FlowReading): MemberReading {
  return {
    namespace,
    duration: (text = "", path) => {
      const parsed = parseDuration(text);
      if ("ms" in parsed) return parsed.ms;
      problems.error({ file, path }, parsed.problem, "Write a shorter duration.");
      return 0;
    },
    quietHours: (hours, path) => {
      for (const [at, problem] of quietHoursProblems(hours)) {
        problems.error({ file, path: path + at }, problem, "See docs/flows.md for what quiet hours may have.");
      }
      return hours;
    },
  };
}

function toFlow(flow: FlowFile, reading: MemberReading): FlowDefinition {
  return {
    name: qualified(flow.name, reading.namespace),
    title: flow.title,
    summary: flow.summary ?? null,
    on: toTrigger(flow.on, reading),
    steps: toSteps(flow.steps, "/steps", reading),
    ...toSending(flow, "", reading),
  };
}
