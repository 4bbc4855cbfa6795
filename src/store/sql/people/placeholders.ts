import { peopleColumns, type Sealing } from "./columns.js";

/** What stands at a placeholder that is for a column about people. */
export interface PeoplePlace {
  readonly column: string;
  readonly sealing: Sealing;
  /** Whether the column is compared with it; otherwise it is written there. */
  readonly compared: boolean;
}

const insertShape = /^INSERT INTO (\w+) \(([^)]*)\) VALUES ((?:\((?:\?, )*\?\)(?:, )?)+)/;
/** Keywords are in capitals in every text here, names are not. */
const tableShape = /\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]\w*)(?:\s+(?:AS\s+)?([a-z_]\w*))?/g;
const tokenShape = /'[^']*'|\?|\b(?:WHERE|ON|SET|SELECT|VALUES)\b|(?:\b[a-z_]\w*\.)?\b[a-z_]\w*/g;

/**
 * Tells for each placeholder of a text which column about people it is for; null for any other. The values of an insert are
 * its columns'; any other value is compared with, or written to, the column that is named last before it.
 */
export function peoplePlacesOf(sql: string): readonly (PeoplePlace | null)[] {
  const find = columnsNamedIn(sql);
  const places: (PeoplePlace | null)[] = [];
  const [head = "", table = "", names = "", rows = ""] = insertShape.exec(sql) ?? [];
  const columns = names.split(", ");
  for (let index = 0; index < rows.split("?").length - 1; index++) {
    const column = columns[index % columns.length] ?? "";
    const sealing = peopleColumns[table]?.[column];
    places.push(sealing === undefined ? null : { column, sealing, compared: false });
  }
  let name = "";
  let compared = !sql.startsWith("UPDATE");
  for (const [token] of sql.slice(head.length).matchAll(tokenShape)) {
    if (token === "?") places.push(placeAt(name, { compared, sealing: find(name) }));
    else if (token === "SET") compared = false;
    else if (/^[A-Z]/.test(token)) compared = true;
    else if (!token.startsWith("'")) name = token;
  }
  return places;
}

function placeAt(
  name: string,
  { compared, sealing }: { compared: boolean; sealing: Sealing | null },
): PeoplePlace | null {
  return sealing === null ? null : { column: name.slice(name.indexOf(".") + 1), sealing, compared };
}

/** Knows the columns about people of the tables that a text names. A name without a table's is that of any of them. */
function columnsNamedIn(sql: string): (name: string) => Sealing | null {
  const tables = [...sql.matchAll(tableShape)].map(([, table = "", alias = table]) => ({ table, alias }));
  const [first] = tables;
  return (name) => {
    const [owner, column] = name.includes(".") ? name.split(".") : [null, name];
    const named = owner === "excluded" ? tables.filter((one) => one === first) : tables;
    const owners = named.filter(
      ({ table, alias }) => owner === null || owner === "excluded" || owner === alias || owner === table,
    );
    const found = new Set(owners.flatMap(({ table }) => peopleColumns[table]?.[column ?? ""] ?? []));
    if (found.size > 1) throw new Error(`${name} is sealed in two ways in: ${sql}`);
    return [...found][0] ?? null;
  };
}
