import type { TrustedPublisherView } from "../../api/contract/collection-source.js";
import { createPublisherKey } from "../../collections/source/publisher-key.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { plain } from "../plain.js";
import { table } from "../table.js";

const manyPublishers = 1_000;
const path = "/api/v1/publishers";

/** Makes a key to sign with. */
export async function newKey(out: string | undefined, { config, terminal }: CommandContext): Promise<void> {
  const file = out ?? config.publisherKey;
  const key = await createPublisherKey(file);
  terminal.printJson({ key, path: file });
  terminal.print(
    `${key}`,
    "",
    `The private key is in ${file}, readable by you only: keep it and a copy in a safe place.`,
    "Give the key above to those who install what you sign:",
    `  patchbay collection keys trust ${key} --name "<who you are>"`,
  );
  if (file !== config.publisherKey) terminal.note(`Sign with it by PUBLISHER_KEY=${file}`);
}

/** Lists whose signature is enough. */
export async function listKeys({ client, terminal }: CommandContext): Promise<void> {
  const items = await client.list<TrustedPublisherView>(path, { limit: manyPublishers });
  terminal.printJson({ items });
  if (items.length === 0)
    return terminal.print("No publisher is trusted: every collection from outside is asked about.");
  const rows = items.map(({ key, name, trustedAt }) => [plain(name), localTime(trustedAt), key]);
  terminal.print(...table(terminal.paint, ["PUBLISHER", "SINCE", "KEY"], rows));
}

/** Trusts a key. */
export async function trustKey(
  { key, name }: { readonly key: string; readonly name: string },
  { client, terminal }: CommandContext,
): Promise<void> {
  const publisher = await client.post<TrustedPublisherView>(path, { key, name });
  terminal.printJson(publisher);
  terminal.print(`${plain(publisher.name)} is trusted: what ${publisher.key} has signed is installed without asking.`);
}

/** Trusts a key no longer. */
export async function distrustKey(key: string, { client, terminal }: CommandContext): Promise<void> {
  const publisher = await client.post<TrustedPublisherView>(`${path}/${encodeURIComponent(key)}/distrust`, {});
  terminal.printJson(publisher);
  terminal.print(`${plain(publisher.name)} is not trusted any more. What is installed stays.`);
}
