import { basename, extname, join, resolve } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import { makeOfSamples } from "../../workshop/make-of-samples.js";
import type { CommandContext } from "../context.js";
import { plain } from "../plain.js";
import { checkCollection } from "./check-collection.js";
import { readSamples } from "./read-samples.js";
import { testCollection } from "./test-collection.js";
import { requireEmptyFolder, writeCollection } from "./write-folder.js";

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
  const names = namesOf(order);
  const { files, guesses } = await makeOfSamples({ ...names, to: order.to, samples, installed: [] }, config);
  await writeCollection(folder, files);
  if (terminal.json) {
    terminal.printJson({ name: names.name, folder, files: Object.keys(files), guesses });
    return;
  }
  for (const path of Object.keys(files)) terminal.print(join(folder, path));
  for (const { path, message } of guesses)
    terminal.print(
      `${terminal.paint("careful", "guessed")} ${plain(`${path === "" ? "every record" : path} ${message}`)}`,
    );
  await checkCollection(folder, context);
  await testCollection({ folder, only: undefined, junit: undefined, fuzz: null }, context);
}

/** What the folder and the first file say that it is called. @throws COMMAND_INVALID */
function namesOf({ folder, from, type }: StartOrder): { readonly name: string; readonly type: string } {
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
  return { name, type: typeName };
}

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")
    .replace(/(?<=[a-z])s$/, "");
}
