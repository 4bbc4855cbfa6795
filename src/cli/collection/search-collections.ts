import type { AvailableCollectionView, AvailableView } from "../../api/contract/collection-source.js";
import type { CommandContext } from "../context.js";
import { plain, shorten } from "../plain.js";
import { type Cell, table } from "../table.js";

const widestSummary = 70;
const page = 200;

/** Lists what can be installed by name, by words. */
export async function searchCollections(
  words: readonly string[],
  { client, terminal, reportFailures }: CommandContext,
): Promise<void> {
  const { items, unreadable } = await client.get<AvailableView>("/api/v1/collections/available", {
    q: words.length === 0 ? undefined : words.join(" "),
    limit: page,
  });
  terminal.printJson({ items, unreadable });
  if (items.length === 0) terminal.print("No collection has these words.");
  else
    terminal.print(...table(terminal.paint, ["NAME", "NEWEST", "INSTALLED", "CATEGORY", "SUMMARY"], items.map(toRow)));
  for (const { index, message } of unreadable) terminal.note(plain(`${index} was not looked into: ${message}`));
  if (unreadable.length > 0) reportFailures();
}

function toRow({
  name,
  version,
  installedVersion,
  category,
  title,
  summary,
  deprecated,
}: AvailableCollectionView): Cell[] {
  const installed: Cell = installedVersion === null ? ["faint", "no"] : ["good", installedVersion];
  const text = plain(`${title}: ${summary}`);
  const shown: Cell =
    deprecated === null ? shorten(text, widestSummary) : ["careful", plain(`deprecated: ${deprecated}`)];
  return [name, version, installed, plain(category ?? ""), shown];
}
