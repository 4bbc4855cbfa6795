import type { DataTypeView } from "../../../api/contract/definitions.js";
import type { RehearsedView } from "../../../api/contract/draft.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../../core/json.js";
import type { Known, SchemaOf, Sight } from "../../writing/complete.js";
import type { WrittenFlow, WrittenStep } from "../../writing/draft-flow.js";
import { type Blocks, type Editing, toWhole } from "./editing.js";

/** What the expressions of one step see, by name, with what they saw when the flow was gone through last. */
export function sightAt(
  { name, written, blocks, rehearsed }: Pick<Editing, "name" | "written" | "blocks" | "rehearsed">,
  step: WrittenStep | null,
): Sight {
  const scope = rehearsed?.scope ?? null;
  const on = written !== null && isJsonObject(written.value.on) ? written.value.on : {};
  const type = typeof on.record === "string" ? toWhole(on.record, name) : null;
  const record: Known = { example: scope?.input, schema: schemaOf(blocks.dataTypes)(type ?? "") };
  const bindings = Object.entries(scope?.bindings ?? {}).map(([variable, example]) => [
    variable,
    { example, schema: null },
  ]);
  const steps = stepsBefore(written, step);
  return {
    event: { example: eventMembers, schema: null },
    params: { example: {}, schema: null },
    ...Object.fromEntries(bindings),
    "": record,
    record,
    ...(scope?.bindings.previous !== undefined && { previous: { ...record, example: scope.bindings.previous } }),
    steps: { example: outputsOf(rehearsed, steps), schema: { properties: shapesOf(steps, { name, blocks }) } },
    ...(step !== null && isInEach(step) && { item: unknown, index: { example: 0, schema: null } }),
  };
}

const unknown: Known = { example: undefined, schema: null };
const eventMembers: JsonObject = { id: "", kind: "", dataType: "", key: "", version: 1, createdAt: "" };

/** Gives the schema of a data type. */
export function schemaOf(dataTypes: readonly DataTypeView[]): SchemaOf {
  return (name) => (dataTypes.find((one) => one.name === name)?.schema as JsonSchema | undefined) ?? null;
}

function stepsBefore(written: WrittenFlow | null, step: WrittenStep | null): readonly WrittenStep[] {
  if (written === null || step === null) return [];
  const at = written.steps.findIndex(({ id }) => id === step.id);
  return at === -1 ? written.steps : written.steps.slice(0, at);
}

/** Gives what steps came to when the flow was gone through last; of items, the first one's. */
export function outputsOf(rehearsed: RehearsedView | null, steps: readonly Pick<WrittenStep, "id">[]): JsonObject {
  const ids = new Set(steps.map(({ id }) => id));
  const known = (rehearsed?.steps ?? []).filter(({ id, item }) => ids.has(id) && item.every((index) => index === 0));
  return Object.fromEntries(
    known.map(({ id, output, failure }): [string, Json] => [id, failure === null ? output : { error: { ...failure } }]),
  );
}

function shapesOf(steps: readonly WrittenStep[], { name, blocks }: { name: string; blocks: Blocks }): JsonObject {
  return Object.fromEntries(
    steps.map(({ id, kind, value }): [string, JsonObject] => {
      const translator = kind === "translate" ? toWhole(String(value.translate), name) : "";
      const to = blocks.translators.find((one) => one.name === translator)?.to ?? null;
      const type = kind === "save" ? toWhole(String(value.save), name) : to;
      return [id, type === null ? {} : { $ref: type }];
    }),
  );
}

function isInEach({ path }: WrittenStep): boolean {
  return path.some(
    (part, at) => part === "steps" && at > 0 && typeof path[at - 1] === "number" && path[at - 2] === "steps",
  );
}
