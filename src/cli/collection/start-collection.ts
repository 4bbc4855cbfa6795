import { basename, extname, join, relative, resolve, sep } from "node:path";
import { compileDataTypes } from "../../collections/data-types.js";
import {
  firstTest,
  type NewCollection,
  newCollection,
  type Scaffold,
  type Tried,
} from "../../collections/scaffold/new-collection.js";
import { readShipped } from "../../collections/shipped.js";
import type { Config } from "../../config/config.js";
import { packagePath } from "../../config/package-root.js";
import type { Collection } from "../../core/collection.js";
import { PatchbayError, toPatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { openGolden } from "../../open-golden.js";
import { withCheckTools } from "../check-tools.js";
import type { CommandContext } from "../context.js";
import { plain } from "../plain.js";
import { checkCollection } from "./check-collection.js";
import { readSamples } from "./read-samples.js";
import { testCollection } from "./test-collection.js";
import { requireEmptyFolder, writeFolder } from "./write-folder.js";

/** What `collection new` was asked for. */
export interface StartOrder {
  readonly folder: string;
  /** Files with samples. */
  readonly from: readonly string[];
  /** Name of the data type; the first file's without one. */
  readonly type: string | undefined;
  /** Data type that records become. */
  readonly to: string;
}

/** Who gives no sample gets an order. */
const example: JsonObject = {
  id: "R1001",
  status: "new",
  total: 57.22,
  customer: { name: "Joe Smith", phone: "(213) 555-0142" },
};

/**
 * Makes a folder with a collection of one data type, says every guess, and checks and tests it.
 * @throws COMMAND_INVALID, DATA_TYPE_UNKNOWN, FILE_UNREADABLE, BODY_NOT_JSON
 */
export async function startCollection(order: StartOrder, context: CommandContext): Promise<void> {
  const { folder, from } = order;
  const { config, terminal } = context;
  await requireEmptyFolder(folder, "Name a folder that is empty or not there.");
  const samples = from.length === 0 ? [example] : await readSamples(from);
  if (samples.length === 0) throw new PatchbayError("BODY_EMPTY", "There is no record in the samples");
  const shipped = await withCheckTools(config, (tools) => readShipped(packagePath("collections"), tools));
  const asked = toNewCollection(order, samples, shipped);
  const scaffold = newCollection(asked);
  const tried = await tryOut({ asked, scaffold, shipped }, config);
  const files = { ...scaffold.files, ...firstTest(asked, scaffold, tried) };
  await writeFolder(folder, files);
  if (terminal.json) {
    terminal.printJson({ name: asked.name, folder, files: Object.keys(files), guesses: scaffold.guesses });
    return;
  }
  for (const path of Object.keys(files)) terminal.print(join(folder, path));
  for (const { path, message } of scaffold.guesses)
    terminal.print(
      `${terminal.paint("careful", "guessed")} ${plain(`${path === "" ? "every record" : path} ${message}`)}`,
    );
  await checkCollection(folder, context);
  await testCollection({ folder, only: undefined, junit: undefined, fuzz: null }, context);
}

function toNewCollection(
  { folder, from, type, to }: StartOrder,
  samples: readonly JsonObject[],
  shipped: readonly Collection[],
): NewCollection {
  const name = basename(resolve(folder));
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name) || name === "local") {
    const remedy = "Call the folder what the collection is to be called: lower-case letters, digits and hyphens.";
    throw new PatchbayError("COMMAND_INVALID", `A collection cannot be called ${name}`, { remedy });
  }
  const [first = "order"] = from;
  const typeName = type ?? pascal(basename(first, extname(first)));
  if (!/^[A-Z][A-Za-z0-9]{0,62}$/.test(typeName)) {
    const remedy = "Name it with --type, such as --type Order.";
    throw new PatchbayError("COMMAND_INVALID", `A data type cannot be called ${typeName}`, { remedy });
  }
  const definitions = new Map(shipped.flatMap(({ dataTypes }) => dataTypes.map((one) => [one.name, one.schema])));
  const schema = definitions.get(to);
  const version = shipped.find((one) => one.name === to.split("/")[0])?.version;
  if (schema === undefined || version === undefined) {
    const remedy = `Name one of ${[...definitions.keys()].sort().join(", ")}.`;
    throw new PatchbayError("DATA_TYPE_UNKNOWN", `No shipped collection has the data type ${to}`, { remedy });
  }
  const schemas = relative(resolve(folder), packagePath("schemas")).split(sep).join("/");
  const schemaOf = (dataType: string) => definitions.get(dataType) ?? null;
  return { name, type: typeName, samples, target: { name: to, schema, version }, schemaOf, schemas };
}

/** Runs the translator on the first sample, so that the first test says what it gives. */
async function tryOut(
  { asked, scaffold, shipped }: { asked: NewCollection; scaffold: Scaffold; shipped: readonly Collection[] },
  config: Config,
): Promise<Tried> {
  const [first = {}] = asked.samples;
  const sample: JsonObject = { ...first, ...scaffold.tested };
  if (scaffold.stops && isBlank(scaffold.phone, sample)) return { kind: "stopped" };
  const golden = openGolden(config);
  try {
    const bindings = { params: scaffold.parameters, record: sample, steps: {} };
    const made = await golden.translation.evaluate(`=${scaffold.expression}`, { input: sample, bindings });
    const { dataTypes } = compileDataTypes(shipped.flatMap((one) => one.dataTypes));
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

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")
    .replace(/(?<=[a-z])s$/, "");
}
