import semver from "semver";
import type { CollectionDetailsView } from "../../api/contract/collection.js";
import type { AppliedView } from "../../api/contract/plan.js";
import { parseSource } from "../../collections/source/source.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { applyPlan, type Going, type PlannedRequest } from "./apply-plan.js";
import { findSubject, isHere } from "./collection-subject.js";
import type { ParameterSources } from "./given-parameters.js";
import { parameterFields } from "./parameter-form.js";
import { requestedParameters } from "./requested-parameters.js";

/** Whose change counts, by file. */
type Settlements = Readonly<Record<string, "mine" | "theirs">>;

/** What `collection rollback` is told. */
export interface RollbackOptions {
  readonly name: string;
  readonly to: string | undefined;
  readonly yes: boolean;
  readonly settlements: Settlements;
}

/** What `collection upgrade` is told. */
export interface UpgradeOptions extends ParameterSources, Going {
  readonly name: string;
  /** A version, a range or a source; what its source has now when undefined. */
  readonly to: string | undefined;
  readonly activate: readonly string[];
  readonly force: boolean;
  readonly settlements: Settlements;
}

/** Upgrades an installed collection, after showing what that would do. */
export async function upgradeCollection(
  { name, to, activate, force, yes, acceptUnsigned, settlements, ...sources }: UpgradeOptions,
  context: CommandContext,
): Promise<void> {
  const { parameters: schema, origin } = await context.client.get<CollectionDetailsView>(pathOf(name));
  const content = to === undefined ? await newestHere(name, origin, context) : await contentFor(name, to, context);
  const { parameters, parametersOf } = await requestedParameters(sources, parameterFields(schema), context);
  const request = requestFor(name, "upgrade", {
    ...content,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(Object.keys(parametersOf).length > 0 && { parametersOf }),
    ...(activate.length > 0 && { activate: [...activate] }),
    ...(force && { force }),
    ...(Object.keys(settlements).length > 0 && { settlements }),
  });
  await applyAndTell(request, { yes, acceptUnsigned }, context);
}

/** Goes back to a version that was installed before, after showing what that would do. */
export async function rollBackCollection(
  { name, to, yes, settlements }: RollbackOptions,
  context: CommandContext,
): Promise<void> {
  const request = requestFor(name, "rollback", {
    ...(to === undefined ? {} : { version: to }),
    ...(Object.keys(settlements).length > 0 && { settlements }),
  });
  await applyAndTell(request, { yes, acceptUnsigned: false }, context);
}

/** Uninstalls a collection, after showing what that would do. */
export async function uninstallCollection(
  { name, yes }: { readonly name: string; readonly yes: boolean },
  context: CommandContext,
): Promise<void> {
  await applyAndTell(requestFor(name, "uninstall", {}), { yes, acceptUnsigned: false }, context);
}

/** What came from this machine is read again here, as seen from where the command runs; all else is the server's to read. */
async function newestHere(
  name: string,
  origin: CollectionDetailsView["origin"],
  context: CommandContext,
): Promise<JsonObject> {
  if (origin === null || !isHere(parseSource(origin.source))) return {};
  try {
    return (await findSubject(origin.source, context)).content;
  } catch (cause) {
    if (!(cause instanceof PatchbayError)) throw cause;
    const message = `${name} was installed from ${origin.source}, and from here: ${cause.message}`;
    const remedy = `Run it where ${origin.source} is, or say what to upgrade to: patchbay collection upgrade ${name} --to <folder, bundle, address or version>.`;
    throw new PatchbayError(cause.code, message, { cause, remedy });
  }
}

async function contentFor(name: string, to: string, context: CommandContext): Promise<JsonObject> {
  const version = semver.validRange(to) !== null;
  const { content } = await findSubject(version ? `${name}@${to}` : to, context);
  return content;
}

/** Makes a change of a file as somebody has seen it planned. @returns Whether anything had to be changed. */
export async function applyEdit(
  {
    name,
    file,
    text,
    yes,
  }: { readonly name: string; readonly file: string; readonly text: string | null; yes: boolean },
  context: CommandContext,
): Promise<boolean> {
  const applied = await applyPlan<AppliedView>(
    requestFor(name, "edit", { file, text }),
    { yes, acceptUnsigned: false },
    context,
  );
  if (applied === null) return false;
  context.terminal.printJson(applied);
  return true;
}

function requestFor(name: string, verb: string, body: JsonObject): PlannedRequest {
  const path = `${pathOf(name)}/${verb}`;
  return { planPath: `${path}/plan`, path, body };
}

function pathOf(name: string): string {
  return `/api/v1/collections/${encodeURIComponent(name)}`;
}

async function applyAndTell(request: PlannedRequest, going: Going, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const applied = await applyPlan<AppliedView>(request, going, context);
  if (applied === null) return;
  terminal.printJson(applied);
  for (const { name, version } of applied.installed) terminal.print(`${name} ${version} is installed.`);
  if (applied.uninstalled === null) return;
  terminal.print(`${applied.uninstalled} is uninstalled; its records, runs and messages stay.`);
}
