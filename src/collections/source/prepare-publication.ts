import type { JsonObject } from "../../core/json.js";
import type { Grammar } from "../grammar.js";
import type { PreparedPublication, PublicationOrder } from "../publication.js";
import { writeBundle } from "./bundle.js";
import { type CollectionIndex, INDEX_FILE, INDEX_FORMAT, parseIndex } from "./collection-index.js";
import { integrityOf } from "./integrity.js";
import { withPublication } from "./publish-version.js";
import { requirePublisherKey } from "./publisher-key.js";
import { signStatement } from "./signature.js";

/**
 * Packs a collection and adds it to an index that was given, writing nothing.
 * @throws INDEX_INVALID, VERSION_PUBLISHED; FILE_UNREADABLE when it is to be signed and there is no key
 */
export async function preparePublication(
  order: PublicationOrder,
  tools: { readonly grammar: Grammar; readonly publisherKey: string; readonly now: () => Date },
): Promise<PreparedPublication> {
  const { files, subject, category, publisher } = order;
  const statement = { name: subject.name, version: subject.version, integrity: integrityOf(files) };
  const signature = order.sign
    ? signStatement(statement, await requirePublisherKey(tools.publisherKey))
    : order.signature;
  const bundle = { files, signature };
  const before = order.index === null ? emptyIndex : readGiven(order.index, tools.grammar);
  const publication = { bundle, collection: subject, category, publisher, publishedAt: tools.now() };
  const published = withPublication(before, publication);
  const index = JSON.parse(JSON.stringify(published.index)) as JsonObject; // what is undefined in it is not there
  return { ...published, index, key: signature?.key ?? null, bundle: await writeBundle(bundle, "tgz") };
}

const emptyIndex: CollectionIndex = { format: INDEX_FORMAT, collections: {} };

function readGiven(index: JsonObject, grammar: Grammar): CollectionIndex {
  return parseIndex(Buffer.from(JSON.stringify(index)), `The ${INDEX_FILE} of the request`, grammar);
}
