import type { InstalledFlow } from "../../core/catalog.js";
import type { DataType } from "../../core/data-type.js";
import type { FlowVersion, TranslatorDefinition } from "../../core/flow.js";
import type { JsonObject } from "../../core/json.js";
import { problemItem } from "./problem.js";
import {
  anyJson,
  anyObject,
  array,
  described,
  flag,
  instant,
  named,
  nullable,
  object,
  type Static,
  text,
  toOptionalInstant,
} from "./schema.js";

const flowMembers = {
  name: text(),
  title: text(),
  summary: nullable(text()),
  active: flag(),
  hash: described("Content hash of the version that new runs are pinned to.", text()),
  collection: nullable(text()),
  nextAt: described(
    "When its schedule starts it next; null without a schedule, and while it is off.",
    nullable(instant),
  ),
  on: anyObject,
  steps: array(anyObject),
};

/** A trigger and steps. */
export const flow = named("Flow", object(flowMembers));

/** A flow as it was when a run of it began. */
export const flowVersion = named(
  "FlowVersion",
  object({
    ...{ name: text(), title: text(), summary: nullable(text()), hash: text(), collection: nullable(text()) },
    ...{ on: anyObject, steps: array(anyObject) },
  }),
);

/** A flow that was just switched, with what the operator should know. */
export const switchedFlow = named("SwitchedFlow", object({ ...flowMembers, warnings: array(text()) }));

/** Switches a flow on or off. */
export const flowSwitch = named("FlowSwitch", object({ active: flag() }));

/** A JSONata expression from one data type to another. */
export const translator = named(
  "Translator",
  object({ name: text(), title: text(), from: nullable(text()), to: nullable(text()), source: text() }),
);

/** Something to try a translator on. */
export const translatorTrial = named(
  "TranslatorTrial",
  object(
    { input: anyJson },
    {
      source: described(
        "Text of a translator's file: it is tried in place of the installed translator, which need not be there.",
        text({ maxLength: 262_144 }),
      ),
    },
  ),
);

/** What a translator made of it. */
export const translatorResult = named(
  "TranslatorResult",
  object({ output: anyJson, problems: described("Where the output does not fit its data type.", array(problemItem)) }),
);

/** A named JSON Schema. */
export const dataType = named(
  "DataType",
  object({
    name: text(),
    title: text(),
    key: described("Fields of the natural key.", array(text())),
    keyAuto: flag(),
    quarantine: described("Whether a pushed record that does not fit is kept for an operator.", flag()),
    indexed: described("Fields that lists can be filtered by.", array(text())),
    schema: anyObject,
  }),
);

/** What of a document does not fit. */
export const documentCheck = named("DocumentCheck", object({ problems: array(problemItem) }));

export type DocumentCheckView = Static<typeof documentCheck>;
export type FlowView = Static<typeof flow>;
export type FlowVersionView = Static<typeof flowVersion>;
export type TranslatorView = Static<typeof translator>;
export type DataTypeView = Static<typeof dataType>;

/** @param nextAt When its schedule starts it next. */
export function toFlowView({ version, active }: InstalledFlow, nextAt: Date | null): FlowView {
  const { flow, hash, collection } = version;
  const { name, title, summary, on, steps } = flow;
  // A definition was read from JSON or YAML: it is JSON.
  return {
    ...{ name, title, summary, active, hash, collection },
    nextAt: toOptionalInstant(nextAt),
    on: on as unknown as JsonObject,
    steps: steps as unknown as JsonObject[],
  };
}

export function toFlowVersionView({ flow, hash, collection }: FlowVersion): FlowVersionView {
  const { name, title, summary, on, steps } = flow;
  const definition = { on: on as unknown as JsonObject, steps: steps as unknown as JsonObject[] };
  return { name, title, summary, hash, collection, ...definition };
}

export function toTranslatorView({ name, title, from, to, source }: TranslatorDefinition): TranslatorView {
  return { name, title, from, to, source };
}

export function toDataTypeView({ name, title, key, keyAuto, quarantine, indexed, schema }: DataType): DataTypeView {
  return { name, title, key, keyAuto, quarantine, indexed, schema: schema as JsonObject };
}
