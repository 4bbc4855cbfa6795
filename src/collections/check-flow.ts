import type { CallStep, FlowDefinition, SaveStep, Step } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import { checkExpression, type ExpressionScope, expressionsIn } from "./check-expressions.js";
import { type Place, type ProblemList, pointerPart } from "./problem-list.js";
import { checkReference, type Surroundings } from "./surroundings.js";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/** Reports what a flow refers to that is not there, and expressions that cannot work. */
export function checkFlow(flow: FlowDefinition, file: string, checking: Checking): void {
  checkTrigger(flow, file, checking);
  const before = new Set<string>();
  for (const [index, step] of flow.steps.entries()) {
    const place = { file, path: `/steps${pointerPart(index)}` };
    if (before.has(step.id)) {
      checking.problems.error(below(place, "id"), `the id ${step.id} is used twice`, "Give every step its own id.");
    }
    checkStep(step, place, { ...checking, scope: { steps: new Set(before), seesSecrets: false } });
    before.add(step.id);
  }
}

function checkTrigger({ on }: FlowDefinition, file: string, checking: Checking): void {
  const place = { file, path: "/on" };
  if (on.kind === "record") {
    const where = below(place, "record");
    checkDataType(on.dataType, where, checking);
    const dataType = checking.surroundings.dataTypes.get(on.dataType);
    if (dataType) checkChanged(on.changed, below(place, "changed"), { ...checking, schema: dataType.schema });
  }
  if (on.when === null) return;
  const scope = { steps: null, seesSecrets: false };
  checkExpression({ place: below(place, "when"), expression: on.when }, scope, checking);
}

function checkChanged(
  fields: readonly string[],
  place: Place,
  { problems, schema }: Checking & { schema: { readonly [keyword: string]: unknown } },
): void {
  const known = schema.properties;
  if (!isJsonObject(known)) return;
  for (const [index, field] of fields.entries()) {
    if (Object.hasOwn(known, field)) continue;
    problems.error(
      below(place, index),
      `${field} is not a field of it`,
      `Fields are ${Object.keys(known).join(", ")}.`,
    );
  }
}

type StepChecking = Checking & { readonly scope: ExpressionScope };

function checkStep(step: Step, place: Place, checking: StepChecking): void {
  const { surroundings, problems, scope } = checking;
  if (step.when !== null) checkExpression({ place: below(place, "when"), expression: step.when }, scope, checking);
  for (const [member, template] of templates(step)) {
    for (const found of expressionsIn(template, below(place, member))) checkExpression(found, scope, checking);
  }
  if (step.kind === "translate") {
    const names = { has: (name: string) => surroundings.translators.has(name), keys: () => surroundings.translators };
    checkReference(
      { place: below(place, "translate"), noun: "translator", name: step.translator, names },
      surroundings,
      problems,
    );
  }
  if (step.kind === "save") checkSave(step, place, checking);
  if (step.kind === "call") checkCall(step, place, checking);
}

function templates(step: Step): [string, Json][] {
  if (step.kind === "translate") return step.input === null ? [] : [["input", step.input]];
  if (step.kind === "call") return [["with", step.with]];
  if (step.kind === "save") return [["with", step.with]];
  if (step.kind === "stop") return [["stop", step.reason]];
  return [
    ["notify", step.title],
    ["message", step.message],
  ];
}

function checkSave(step: SaveStep, place: Place, checking: Checking): void {
  checkDataType(step.dataType, below(place, "save"), checking);
}

/** A data type that records are kept of: it exists and has a key. */
function checkDataType(name: string, place: Place, { surroundings, problems }: Checking): void {
  const { dataTypes } = surroundings;
  if (!checkReference({ place, noun: "data type", name, names: dataTypes }, surroundings, problems)) return;
  if (dataTypes.get(name)?.schema["x-key"] !== undefined) return;
  problems.error(place, `${name} has no x-key, so there are no records of it`, "Use a data type with an x-key.");
}

function checkCall(step: CallStep, place: Place, { surroundings, problems }: Checking): void {
  const [key = "", endpointKey = ""] = step.endpoint.split("/");
  const where = below(place, "call");
  const connector = surroundings.connectors.find((candidate) => candidate.key === key);
  if (!connector) {
    const known = surroundings.connectors.map((candidate) => candidate.key).join(", ");
    problems.error(where, `there is no connector ${key}`, `Connectors are ${known}.`);
  }
  const endpoint = connector?.endpoints.find((candidate) => candidate.key === endpointKey);
  if (connector && !endpoint) {
    const known = connector.endpoints.map((candidate) => `${key}/${candidate.key}`).join(", ");
    problems.error(where, `${key} has no endpoint ${endpointKey}`, `Endpoints are ${known}.`);
  }
  if (endpoint) checkPayload(step, place, { payload: endpoint.payload, problems });
  const names = surroundings.connections;
  const reference = { place: below(place, "connection"), noun: "connection", name: step.connection, names };
  if (!checkReference(reference, surroundings, problems)) return;
  const actual = names.get(step.connection)?.connector;
  if (actual === key) return;
  problems.error(
    reference.place,
    `${step.connection} is a connection of ${actual}, not of ${key}`,
    `Name a connection of ${key}.`,
  );
}

function checkPayload(
  step: CallStep,
  place: Place,
  { payload, problems }: { payload: { readonly [keyword: string]: unknown }; problems: ProblemList },
): void {
  const known = isJsonObject(payload.properties) ? Object.keys(payload.properties) : [];
  const closed = payload.additionalProperties === false || payload.unevaluatedProperties === false;
  for (const member of Object.keys(step.with)) {
    if (!closed || known.includes(member)) continue;
    problems.error(
      below(below(place, "with"), member),
      `${step.endpoint} does not take it`,
      `It takes ${known.join(", ")}.`,
    );
  }
  for (const member of Array.isArray(payload.required) ? payload.required : []) {
    if (typeof member !== "string" || Object.hasOwn(step.with, member)) continue;
    problems.error(below(below(place, "with"), member), `is required by ${step.endpoint}`, "Give it in with.");
  }
}

function below(place: Place, name: string | number): Place {
  return { file: place.file, path: place.path + pointerPart(name) };
}
