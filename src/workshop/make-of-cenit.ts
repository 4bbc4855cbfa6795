import type { ShippedType } from "../collections/cenit/convert-schemas.js";
import { type CenitWish, type ImportedCenit, importCenit } from "../collections/cenit/import-cenit.js";
import type { CollectionFiles } from "../collections/installer.js";
import { readShipped } from "../collections/shipped.js";
import { packagePath } from "../config/package-root.js";
import type { JsonObject } from "../core/json.js";
import { cenitTests } from "./cenit-tests.js";
import { type CheckConfig, withCheckTools } from "./check-tools.js";
import type { WorkshopConfig } from "./job.js";

/** A collection made of a Cenit collection, its tests among its files. */
export interface MadeOfCenit extends ImportedCenit {
  /** How many golden tests it has. */
  readonly tests: number;
}

/** Makes a collection of a Cenit collection, with a golden test for each flow that is whole. @throws CENIT_SOURCE_INVALID */
export async function makeOfCenit(
  files: CollectionFiles,
  wish: Omit<CenitWish, "shipped">,
  config: WorkshopConfig,
): Promise<MadeOfCenit> {
  const { types, samples } = await readShippedTypes(config);
  const imported = importCenit(files, { ...wish, shipped: types });
  const tests = await cenitTests(imported, { config, shipped: samples });
  return { ...imported, files: { ...imported.files, ...tests }, tests: Object.keys(tests).length };
}

async function readShippedTypes(config: CheckConfig) {
  const collections = await withCheckTools(config, (tools) => readShipped(packagePath("collections"), tools));
  const types = collections.flatMap(({ version, dataTypes }) =>
    dataTypes.map(({ name, schema }): ShippedType => ({ name, version, schema: schema as JsonObject })),
  );
  const samples = collections.flatMap(({ name, samples: own }) =>
    own.map((one) => ({ ...one, name: `${name}/${one.name}` })),
  );
  return { types, samples };
}
