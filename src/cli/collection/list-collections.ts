import type { CollectionView } from "../../api/contract/collection.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const manyCollections = 1_000;

/** Lists the collections that are installed or ready to install. */
export async function listCollections({ client, terminal }: CommandContext): Promise<void> {
  const collections = await client.list<CollectionView>("/api/v1/collections", { limit: manyCollections });
  terminal.printJson({ items: collections });
  if (collections.length === 0) terminal.print("There are no collections.");
  else
    terminal.print(
      ...table(terminal.paint, ["NAME", "INSTALLED", "SHIPPED", "SINCE", "TITLE"], collections.map(toRow)),
    );
}

function toRow({ name, title, installed, leftOut, shippedVersion }: CollectionView): Cell[] {
  const without: Cell = leftOut === null ? ["faint", "no"] : ["bad", `${leftOut.version}, left out`];
  const changed = (installed?.changedFiles ?? []).length > 0;
  const version: Cell =
    installed === null
      ? without
      : [changed ? "careful" : "good", installed.version + (changed ? ", changed here" : "")];
  return [name, version, shippedVersion ?? "", localTime(installed?.installedAt), title];
}
