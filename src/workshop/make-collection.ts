import type { CollectionFiles } from "../collections/installer.js";
import { importOpenApi } from "../collections/openapi/import-openapi.js";
import type { MadeCollection, MakingNote, MakingOrder } from "../collections/workshop.js";
import { checkWithRequired } from "./check-with-required.js";
import type { WorkshopConfig } from "./job.js";
import { makeOfCenit } from "./make-of-cenit.js";
import { makeOfSamples } from "./make-of-samples.js";

/** Makes a collection and checks it, writing nothing. @throws API_DOCUMENT_INVALID, CENIT_SOURCE_INVALID, DATA_TYPE_UNKNOWN */
export async function makeCollection(order: MakingOrder, config: WorkshopConfig): Promise<MadeCollection> {
  const made = await make(order, config);
  const installed = order.kind === "new" ? order.installed : [];
  const { problems } = await checkWithRequired(made.files, config, installed);
  return { ...made, problems };
}

interface Made {
  readonly name: string;
  readonly files: CollectionFiles;
  readonly notes: readonly MakingNote[];
}

async function make(order: MakingOrder, config: WorkshopConfig): Promise<Made> {
  switch (order.kind) {
    case "new": {
      const { files, guesses } = await makeOfSamples(order, config);
      const notes = guesses.map(({ path, message }): MakingNote => ({ kind: "guessed", place: path, message }));
      return { name: order.name, files, notes };
    }
    case "from-openapi": {
      const { document, ...wish } = order;
      const { name, files, notes } = importOpenApi(document, { source: order.url ?? "The document", ...wish });
      return { name, files, notes: notes.flatMap(({ lost, message, places }) => toNotes(lost, message, places)) };
    }
    case "from-cenit": {
      const { name, files, notes } = await makeOfCenit(
        order.files,
        { source: "The request", name: order.name },
        config,
      );
      return { name, files, notes };
    }
  }
}

/** The same in many places is said of the first of them. */
const MAX_PLACES = 3;

function toNotes(lost: boolean, message: string, places: readonly string[]): MakingNote[] {
  const kind = lost ? "lost" : "note";
  return places.slice(0, MAX_PLACES).map((place) => ({ kind, place, message }));
}
