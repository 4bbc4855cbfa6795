import { compileDataTypes } from "../collections/data-types.js";
import type { CollectionFiles } from "../collections/installer.js";
import type { Guess } from "../collections/scaffold/infer-schema.js";
import {
  firstTest,
  type NewCollection,
  newCollection,
  type Scaffold,
  type Tried,
} from "../collections/scaffold/new-collection.js";
import { readShipped } from "../collections/shipped.js";
import type { CheckTools } from "../collections/surroundings.js";
import type { MakingOrder } from "../collections/workshop.js";
import { packagePath } from "../config/package-root.js";
import type { Collection } from "../core/collection.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import { type GoldenConfig, openGolden } from "../open-golden.js";
import { withCheckTools } from "./check-tools.js";
import type { WorkshopConfig } from "./job.js";

/** Makes a collection of one data type, with a translator, a flow and a golden test. @throws DATA_TYPE_UNKNOWN */
export async function makeOfSamples(
  order: Omit<Extract<MakingOrder, { kind: "new" }>, "kind">,
  config: WorkshopConfig,
): Promise<{ readonly files: CollectionFiles; readonly guesses: readonly Guess[] }> {
  const { asked, known } = await withCheckTools(config, (tools) => toNewCollection(order, tools));
  const scaffold = newCollection(asked);
  const tried = await tryOut({ asked, scaffold, known }, config);
  return { files: { ...scaffold.files, ...firstTest(asked, scaffold, tried) }, guesses: scaffold.guesses };
}

type Order = Parameters<typeof makeOfSamples>[0];

async function toNewCollection(
  { name, type, samples, to, installed }: Order,
  tools: CheckTools,
): Promise<{ readonly asked: NewCollection; readonly known: readonly Collection[] }> {
  const [owner = ""] = to.split("/");
  const known = await knownCollections(installed, tools, [owner]);
  const definitions = new Map(known.flatMap(({ dataTypes }) => dataTypes.map((one) => [one.name, one.schema])));
  const schema = definitions.get(to);
  const version = known.find((one) => one.name === owner)?.version;
  if (schema === undefined || version === undefined) {
    throw dataTypeUnknown(to, await knownCollections(installed, tools));
  }
  const schemaOf = (dataType: string) => definitions.get(dataType) ?? null;
  return { asked: { name, type, samples, target: { name: to, schema, version }, schemaOf }, known };
}

/** What is installed, and what ships with Patchbay besides; of that only these and what they require, when they are named. */
async function knownCollections(
  installed: readonly Collection[],
  tools: CheckTools,
  wanted?: readonly string[],
): Promise<readonly Collection[]> {
  const names = new Set(installed.map(({ name }) => name));
  const shipped = await readShipped(packagePath("collections"), tools, wanted);
  return [...shipped.filter(({ name }) => !names.has(name)), ...installed];
}

function dataTypeUnknown(to: string, known: readonly Collection[]): PatchbayError {
  const names = known.flatMap(({ dataTypes }) => dataTypes.map(({ name }) => name)).sort();
  const remedy = `Name one of ${names.join(", ")}.`;
  return new PatchbayError("DATA_TYPE_UNKNOWN", `No collection here has the data type ${to.slice(0, 200)}`, { remedy });
}

/** Runs the translator on the first sample, so that the first test says what it gives. */
async function tryOut(
  { asked, scaffold, known }: { asked: NewCollection; scaffold: Scaffold; known: readonly Collection[] },
  config: GoldenConfig,
): Promise<Tried> {
  const [first = {}] = asked.samples;
  const sample: JsonObject = { ...first, ...scaffold.tested };
  if (scaffold.stops && isBlank(scaffold.phone, sample)) return { kind: "stopped" };
  const golden = openGolden(config);
  try {
    const bindings = { params: scaffold.parameters, record: sample, steps: {} };
    const made = await golden.translation.evaluate(`=${scaffold.expression}`, { input: sample, bindings });
    const { dataTypes } = compileDataTypes(known.flatMap((one) => one.dataTypes));
    const fits = isJsonObject(made) && dataTypes.get(asked.target.name)?.validate(made).length === 0;
    return fits ? { kind: "made", document: made } : { kind: "failed", code: "TRANSLATOR_OUTPUT_INVALID" };
  } catch (thrown) {
    return { kind: "failed", code: toPatchbayError(thrown).code };
  } finally {
    await golden.close();
  }
}

function isBlank(path: readonly string[] | null, sample: JsonObject): boolean {
  const found = (path ?? []).reduce(
    (part: Json | undefined, name) => (isJsonObject(part) ? part[name] : undefined),
    sample,
  );
  return found === undefined || found === null || String(found).trim() === "";
}
