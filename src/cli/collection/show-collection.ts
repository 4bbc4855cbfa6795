import type { CollectionDetailsView, KeptVersionView } from "../../api/contract/collection.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { plain } from "../plain.js";
import { type Cell, pairs, table } from "../table.js";

const manyVersions = 1_000;

/** Shows one collection: what it has, where it came from, and which parameters it was given. */
export async function showCollection(name: string, { client, terminal }: CommandContext): Promise<void> {
  const view = await client.get<CollectionDetailsView>(`/api/v1/collections/${encodeURIComponent(name)}`);
  terminal.printJson(view);
  const { installed, origin } = view;
  terminal.print(plain(`${view.name}: ${view.title}`), `  ${plain(view.summary)}`);
  const rows: [string, Cell][] = [
    ["installed", installed === null ? "no" : `${installed.version}, ${localTime(installed.installedAt)}`],
    ["shipped", view.shippedVersion ?? "no"],
    ...(origin === null ? [] : originRows(origin)),
    ...changedRows(installed?.changedFiles ?? []),
    ["requires", listOf(Object.entries(view.requires).map(([required, range]) => `${required} ${range}`))],
    ["data types", listOf(view.dataTypes)],
    ["translators", listOf(view.translators)],
    ["connections", listOf(view.connections)],
    ["flows", listOf(view.flows)],
  ];
  terminal.print(...pairs(terminal.paint, rows));
  const given = Object.entries(installed?.parameters ?? {});
  if (given.length === 0) return;
  terminal.print("", "Parameters, without the secret ones:");
  terminal.print(
    ...pairs(
      terminal.paint,
      given.map(([parameter, value]) => [parameter, JSON.stringify(value)]),
    ),
  );
}

/** Lists the versions that were installed at some time, any of which can be gone back to. */
export async function listVersions(name: string, { client, terminal }: CommandContext): Promise<void> {
  const path = `/api/v1/collections/${encodeURIComponent(name)}/versions`;
  const versions = await client.list<KeptVersionView>(path, { limit: manyVersions });
  terminal.printJson({ items: versions });
  if (versions.length === 0) {
    terminal.print(`No version of ${plain(name)} was ever installed here.`);
    return;
  }
  const rows = versions.map(({ version, current, installedAt, origin, integrity }): Cell[] => [
    ...[version, current ? (["good", "installed"] as const) : ""],
    ...[localTime(installedAt), origin.source, integrity.slice(0, "sha512-".length + 12)],
  ]);
  terminal.print(...table(terminal.paint, ["VERSION", "", "INSTALLED LAST", "FROM", "INTEGRITY"], rows));
}

function changedRows(files: readonly string[]): [string, Cell][] {
  return files.length === 0 ? [] : [["changed here", ["careful", files.join(", ")]]];
}

function originRows({
  source,
  resolved,
  integrity,
  publisher,
}: NonNullable<CollectionDetailsView["origin"]>): [string, Cell][] {
  return [
    ["from", source === resolved ? source : `${source} (${resolved})`],
    ["integrity", integrity],
    ["signed by", publisher ?? "nobody"],
  ];
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
