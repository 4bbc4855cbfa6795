import { PatchbayError } from "../core/errors.js";
import type { CallStep, Step, WaitStep } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { MessageDraft } from "../core/message.js";
import type { Run } from "../core/run.js";
import type { Scope } from "../translation/translation.js";
import type { Draft } from "./draft.js";
import { foresee } from "./foresee.js";
import { prepareCall, requireConnection } from "./plan-call.js";
import { match } from "./plan-event.js";
import { branchOf, textOf } from "./plan-run.js";
import { planSave } from "./plan-save.js";
import { wasPassedOver } from "./plan-wait.js";
import type { Planning, RecordWrite, RunPlanning } from "./planning.js";
import { quietUntil } from "./quiet-hours.js";
import type { Rehearsal, RehearsedCall, RehearsedStep } from "./rehearsal.js";
import { checkTranslated, type StepValue, translateInput } from "./step-values.js";
import { failAsSupposed, supposedWait } from "./supposed.js";

/** What a step came to, without whose it is. */
export type Came = Omit<RehearsedStep, "id" | "kind" | "item">;

/** A rehearsal under way. Its draft remembers what steps have saved; it is never committed. */
export interface Rehearsing extends Rehearsal {
  readonly planning: Planning;
  readonly draft: Draft;
}

interface Standing {
  readonly value: StepValue;
  readonly scope: Scope;
  readonly run: Run;
}

const done: Came = Object.freeze({
  outcome: "done",
  output: null,
  supposed: false,
  says: null,
  call: null,
  failure: null,
});

/** Tells what a step comes to with its value. @throws what the step would fail with */
export async function rehearseStep(
  step: Exclude<Step, { kind: "each" }>,
  standing: Standing,
  rehearsing: Rehearsing,
): Promise<Came> {
  const { value, scope } = standing;
  const { version, planning } = rehearsing;
  switch (step.kind) {
    case "translate": {
      const output =
        step.input === null
          ? checkTranslated(step, value.result, { version, planning })
          : await translateInput(step, value, { scope, version, planning });
      return { ...done, output };
    }
    case "save":
      return save(step, standing, rehearsing);
    case "call":
      return call(step, standing, rehearsing);
    case "notify":
      return { ...done, says: `${step.level}: ${texts(value.result)}` };
    case "stop":
      return { ...done, outcome: "stopped", says: textOf(value.result) };
    case "choose":
      return { ...done, output: { branch: branchOf(step, value.result) } };
    case "wait":
      return wait(step, standing, rehearsing);
    case "start":
      return start(step, standing, rehearsing);
  }
}

function texts(value: Json | undefined): string {
  const [title, message] = Array.isArray(value) ? value : [value];
  return message == null ? textOf(title) : `${textOf(title)} (${textOf(message)})`;
}

async function save(
  step: Extract<Step, { kind: "save" }>,
  { value, run }: Standing,
  { draft, planning }: Rehearsing,
): Promise<Came> {
  let started: readonly string[] = [];
  const noted = async (drafted: Draft, write: RecordWrite): ReturnType<RunPlanning["planRecord"]> => {
    const { dataType, key, version, document } = write;
    drafted.saved.set(`${dataType}/${key}`, { version, document });
    const kind = write.previous === null ? "record.created" : "record.updated";
    const about = { id: "evt_rehearsed", shard: write.shard, kind, dataType, key, version, payload: document } as const;
    const event = {
      ...about,
      causedByRun: run.id,
      depth: 1,
      dedupeKey: null,
      createdAt: new Date(planning.parts.now()),
    };
    if (write.startFlows) {
      const { decisions } = await match({ event, previous: write.previous }, planning);
      started = decisions.filter(({ verdict }) => verdict === "fired").map(({ flow }) => flow);
    }
    return { ...event, decisions: [] };
  };
  const saving: RunPlanning = { ...planning, planRecord: noted, planStart: never, planRun: never };
  const saved = await planSave(draft, { step, document: value.result, run }, saving);
  const then = started.length === 0 ? "" : `; starts ${started.join(", ")}`;
  return { ...done, output: saved.document, says: `${saved.verdict} ${step.dataType} ${saved.key}${then}` };
}

function never(): never {
  throw new Error("nothing is started by a rehearsal");
}

async function call(step: CallStep, { value, run }: Standing, rehearsing: Rehearsing): Promise<Came> {
  const { draft, planning, version, occasion, supposed } = rehearsing;
  const open = requireConnection(step, planning);
  const toPlan = { run, occasion, version, isNew: true, isFirst: true, inherited: {}, ahead: new Map() };
  const full: RunPlanning = { ...planning, planRecord: never, planStart: never, planRun: never };
  const prepared = await prepareCall(draft, { step, payload: value.result, open, toPlan }, full);
  if (prepared === null) throw new Error("a preview does not rest");
  const { request, recipient, message } = prepared;
  const asked = { endpoint: step.endpoint, connection: open.name, recipient, request };
  const foreseen =
    message === null
      ? { message: null, instead: null, obstacles: [] }
      : await foresee({ connection: open.name, prepared, message }, planning.parts);
  const known: RehearsedCall = {
    ...asked,
    ...foreseen,
    obstacles: [...foreseen.obstacles, ...delays(step, { recipient, open }, rehearsing)],
  };
  const given = supposed[step.id];
  failAsSupposed(given);
  const output = given ?? answerTo(foreseen.message);
  return { ...done, output, supposed: true, says: saying(known), call: known };
}

function delays(
  step: CallStep,
  { recipient, open }: { recipient: string | null; open: ReturnType<typeof requireConnection> },
  { planning: { parts }, version }: Rehearsing,
): readonly string[] {
  const rules = { ...version.flow.sending, ...step.sending };
  const off = open.off === undefined ? [] : [`the connection ${open.name} is switched off`];
  const hours = rules.quietHours ?? open.quietHours;
  if (hours === undefined || recipient === null) return off;
  if (hours.for !== "all" && hours.for !== (rules.priority ?? "transactional")) return off;
  const quiet = quietUntil(hours, parts.whereabouts(recipient), parts.now());
  return quiet === null ? off : [...off, `quiet hours last until ${new Date(quiet.until).toISOString()}`];
}

/** What vendors answer to a message that they take, as far as flows look at it. */
function answerTo(message: MessageDraft | null): Json {
  if (message === null) return {};
  const { to, from, body } = message;
  return { sid: `SM${"0".repeat(32)}`, status: "queued", to, from, body };
}

function saying({ message, recipient, endpoint, instead }: RehearsedCall): string {
  if (message === null) return recipient === null ? `calls ${endpoint}` : `calls ${endpoint} for ${recipient}`;
  return instead ?? `“${message.body}”`;
}

async function wait(step: WaitStep, { value, scope, run }: Standing, rehearsing: Rehearsing): Promise<Came> {
  const { id, awaited, timeoutMs } = step;
  const { supposed, planning } = rehearsing;
  if ((awaited.kind === "message" || awaited.kind === "reply") && wasPassedOver(run, awaited.stepId))
    return { ...done, outcome: "skipped" };
  const given = supposed[id];
  if (given !== undefined) {
    const output = await supposedWait(step, given, { run, scope, rehearsal: rehearsing, planning });
    return { ...done, output, supposed: true };
  }
  if (awaited.kind === "time") return elapsed(`rests for ${spanOf(awaited.ms)}`);
  if (awaited.kind === "instant") return elapsed(`rests until ${textOf(value.result)}`);
  const most = spanOf(timeoutMs ?? 0);
  if (awaited.kind === "message") {
    const message = { status: awaited.statuses[0] ?? "delivered", errorCode: null, vendorId: null };
    return {
      ...done,
      output: { outcome: "happened", message },
      supposed: true,
      says: `rests for a status, ${most} at most`,
    };
  }
  const what = awaited.kind === "reply" ? "a reply" : `${awaited.dataType} ${textOf(value.result)}`;
  return { ...done, output: { outcome: "timeout" }, supposed: true, says: `rests for ${what}, ${most} at most` };
}

function elapsed(says: string): Came {
  return { ...done, output: { outcome: "elapsed" }, says };
}

function start(step: Extract<Step, { kind: "start" }>, { value }: Standing, { planning, supposed }: Rehearsing): Came {
  if (planning.catalog.flow(step.flow) === null) {
    throw new PatchbayError("FLOW_UNKNOWN", `The step ${step.id} starts ${step.flow}, which is not installed`);
  }
  if (!isJsonObject(value.result ?? null)) {
    throw new PatchbayError("PAYLOAD_INVALID", `The \`with\` of step ${step.id} must give an object`);
  }
  const output = supposed[step.id] ?? { runId: null, eventId: null };
  return { ...done, output, supposed: true, says: `starts ${step.flow}` };
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** Writes a duration as flows do. */
function spanOf(ms: number): string {
  const [unit, size] = units.find(([, one]) => ms >= one && ms % one === 0) ?? units[4];
  return `${ms / size}${unit}`;
}
