import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parse } from "yaml";
import { packagePath } from "../config/package-root.js";
import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";

/** Sample records that ship with a collection. */
export interface ShippedSample {
  /** `namespace/Type`. */
  readonly dataType: string;
  readonly documents: readonly JsonObject[];
}

interface SampleFile {
  readonly collection: string;
  readonly name: string;
  readonly path: string;
}

/**
 * Reads one sample of the shipped collections.
 *
 * @param name File name without ending, `orders`; with its collection, `ecommerce/orders`, where two have the same.
 * @throws COMMAND_INVALID when there is none or more than one.
 */
export async function readSample(name: string): Promise<ShippedSample> {
  const files = await sampleFiles();
  const found = files.filter((file) => file.name === name || `${file.collection}/${file.name}` === name);
  const [file] = found;
  if (file === undefined || found.length > 1) {
    const problem = file === undefined ? "There is no sample" : "More than one collection has a sample";
    throw new PatchbayError("COMMAND_INVALID", `${problem} ${name}`, {
      remedy: `Samples are ${files.map(({ collection, name: own }) => `${collection}/${own}`).join(", ")}.`,
    });
  }
  const value: unknown = parse(await readFile(file.path, "utf8"));
  if (!isJsonObject(value) || typeof value.dataType !== "string" || !Array.isArray(value.documents)) {
    throw new Error(`${file.path} is not a sample`);
  }
  return { dataType: value.dataType, documents: value.documents.filter(isJsonObject) };
}

/** Lists the samples of the shipped collections, `collection/name`. */
export async function sampleNames(): Promise<readonly string[]> {
  return (await sampleFiles()).map(({ collection, name }) => `${collection}/${name}`);
}

async function sampleFiles(): Promise<readonly SampleFile[]> {
  const collections = await readdir(packagePath("collections"));
  const files = await Promise.all(collections.sort().map(filesOf));
  return files.flat();
}

async function filesOf(collection: string): Promise<readonly SampleFile[]> {
  const folder = packagePath("collections", collection, "samples");
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((file) => ({
    collection,
    name: basename(file).replace(/\.(json|yaml)$/, ""),
    path: packagePath("collections", collection, "samples", file),
  }));
}
