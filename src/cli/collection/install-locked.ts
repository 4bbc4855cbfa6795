import { readFile, writeFile } from "node:fs/promises";
import type { CollectionDetailsView, CollectionView, InstalledNowView } from "../../api/contract/collection.js";
import { parseSource } from "../../collections/source/source.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { applyPlan } from "./apply-plan.js";
import { contentHere, isHere } from "./collection-subject.js";
import { givenParameters } from "./given-parameters.js";
import type { InstallOptions } from "./install-collection.js";
import { type LockedCollection, parseLockFile, toLockFile } from "./lock-file.js";
import { requestedParameters } from "./requested-parameters.js";

const manyCollections = 1_000;

/** Writes down exactly what is installed, to install the same elsewhere or again. */
export async function lockCollections(out: string | undefined, { client, terminal }: CommandContext): Promise<void> {
  const all = await client.list<CollectionView>("/api/v1/collections", { limit: manyCollections });
  const details: CollectionDetailsView[] = [];
  for (const { name, installed } of all) {
    if (installed !== null) details.push(await client.get(`/api/v1/collections/${encodeURIComponent(name)}`));
  }
  const lock = toLockFile(details);
  const text = `${JSON.stringify(lock, null, 2)}\n`;
  if (out === undefined) {
    terminal.printJson(lock);
    terminal.print(text.trimEnd());
    return;
  }
  await writeFile(out, text).catch((cause: NodeJS.ErrnoException) => {
    throw new PatchbayError("FILE_UNREADABLE", `${out} cannot be written: ${cause.code ?? cause.message}`, { cause });
  });
  terminal.printJson({ out, collections: Object.keys(lock.collections).length });
  terminal.print(`${count(Object.keys(lock.collections).length, "collection")} locked in ${out}`);
}

/**
 * Installs exactly what a lock file says, by one plan; anything else under the same name is refused.
 * Parameters are given by collection: `--set shop/greeting=Hi`, `--env shop/token=TOKEN`, and in the file of `--values` under the collection's name.
 */
export async function installLocked(
  path: string,
  { activate, acceptUnsigned, force, yes, settlements, ...sources }: Omit<InstallOptions, "name">,
  context: CommandContext,
): Promise<void> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new PatchbayError("FILE_UNREADABLE", `${path} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
  const { collections } = parseLockFile(text, path);
  const contents: JsonObject[] = [];
  for (const one of Object.values(collections)) contents.push(await contentOf(one, context));
  const [first = {}, ...others] = contents;
  const body = {
    ...first,
    others,
    parametersOf: await parametersByCollection(sources, Object.keys(collections), context),
    ...(activate.length > 0 && { activate: [...activate] }),
    ...(force && { force }),
    ...(Object.keys(settlements).length > 0 && { settlements }),
  };
  const request = { planPath: "/api/v1/collections/plan", path: "/api/v1/collections/install", body };
  const view = await applyPlan<InstalledNowView>(request, { yes, acceptUnsigned }, context);
  if (view === null) return;
  context.terminal.printJson(view);
  const main = { name: view.name, version: view.installed?.version ?? "" };
  for (const { name, version } of [...view.alongside, main]) context.terminal.print(`${name} ${version} is installed.`);
}

async function contentOf({ source, integrity }: LockedCollection, context: CommandContext): Promise<JsonObject> {
  return { ...(isHere(parseSource(source)) ? await contentHere(source, context) : { source }), integrity };
}

async function parametersByCollection(
  { set, env, values, secretStdin }: Pick<InstallOptions, "set" | "env" | "values" | "secretStdin">,
  names: readonly string[],
  context: CommandContext,
): Promise<JsonObject> {
  const file = await givenParameters({ set: [], env: [], values, secrets: {} }, [], context);
  const { parameters, parametersOf } = await requestedParameters(
    { set, env, values: undefined, secretStdin },
    [],
    context,
  );
  const others = [...Object.keys(file), ...Object.keys(parametersOf)];
  const stray = [...Object.keys(parameters), ...others.filter((name) => !names.includes(name))];
  if (stray.length > 0) {
    throw new PatchbayError("COMMAND_INVALID", `${stray.join(", ")} belongs to no collection of the lock file`, {
      remedy:
        "Give parameters by collection: --set shop/greeting=Hi, --secret-stdin shop/token, and shop: { greeting: Hi } in the file.",
    });
  }
  const all = names.map((name) => {
    const { [name]: own } = file;
    return [name, { ...(isJsonObject(own) ? own : {}), ...parametersOf[name] }] as const;
  });
  return Object.fromEntries(all.filter(([, given]) => Object.keys(given).length > 0));
}
