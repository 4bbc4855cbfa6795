import type { ApiKeyView, NewApiKeyView } from "../../api/contract/access.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { plain } from "../plain.js";
import { type Cell, table } from "../table.js";
import type { KeyChoice } from "./key-choice.js";

const path = "/api/v1/keys";
const most = 1_000;
const DAY_MS = 86_400_000;
const tones = { live: "good", expired: "careful", revoked: "faint" } as const;

/** Makes a key and shows it. */
export async function createKey(
  name: string,
  { role, dataType, expires }: KeyChoice,
  { client, terminal }: CommandContext,
): Promise<void> {
  const made = await client.post<NewApiKeyView>(path, {
    ...{ name, role },
    ...(dataType === undefined ? {} : { dataTypes: dataType }),
    ...(expires === undefined ? {} : { expiresAt: new Date(Date.now() + daysOf(expires) * DAY_MS).toISOString() }),
  });
  terminal.printJson({ ...made.key, text: made.text });
  terminal.print(made.text, "", "This is the only time the key is shown. Send it with every request:");
  terminal.print("  Authorization: Bearer <key>");
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days > 0 && days <= 3_650) return days;
  throw new PatchbayError("COMMAND_INVALID", `--expires is a whole number of days, 1 to 3650, and not ${plain(text)}`);
}

export async function listKeys({ client, terminal }: CommandContext): Promise<void> {
  const keys = await client.list<ApiKeyView>(path, { limit: most });
  terminal.printJson({ items: keys });
  if (keys.length === 0) return terminal.print("There are no keys: patchbay key create shop --role push");
  const headings = ["KEY", "NAME", "ROLE", "STATE", "LAST USED", "EXPIRES", "ID"];
  terminal.print(...table(terminal.paint, headings, keys.map(toRow)));
}

function toRow({ id, prefix, name, role, dataTypes, state, usedAt, expiresAt }: ApiKeyView): Cell[] {
  return [
    `${prefix}_…`,
    name,
    dataTypes === null ? role : `${role} ${dataTypes.join(" ")}`,
    [tones[state], state],
    usedAt === null ? ["faint", "never"] : localTime(usedAt),
    expiresAt === null ? ["faint", "never"] : localTime(expiresAt),
    id,
  ];
}

export async function revokeKey(which: string, { client, terminal }: CommandContext): Promise<void> {
  const id = which.startsWith("key_") ? which : await findKey(which, client);
  const key = await client.post<ApiKeyView>(`${path}/${encodeURIComponent(id)}/revoke`, {});
  terminal.printJson(key);
  terminal.print(`${key.prefix}_… (${plain(key.name)}) is revoked: within a second it opens nothing.`);
}

async function findKey(which: string, client: CommandContext["client"]): Promise<string> {
  const keys = await client.list<ApiKeyView>(path, { limit: most });
  const prefix = which.split("_").slice(0, 2).join("_").replace(/…$/, "");
  const found = keys.find((key) => key.prefix === prefix);
  if (found !== undefined) return found.id;
  throw new PatchbayError("KEY_UNKNOWN", `There is no key that begins with ${plain(prefix)}`);
}
