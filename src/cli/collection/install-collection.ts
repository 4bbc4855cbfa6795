import type { CollectionView, InstalledNowView } from "../../api/contract/collection.js";
import type { ExaminedView } from "../../api/contract/collection-source.js";
import type { FlowView } from "../../api/contract/definitions.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { Client } from "../client.js";
import { confirm } from "../confirm.js";
import type { CommandContext } from "../context.js";
import { plain } from "../plain.js";
import type { Terminal } from "../terminal.js";
import { applyPlan, type PlannedRequest, showPlan } from "./apply-plan.js";
import { askParameters } from "./ask-parameters.js";
import { findSubject, type Subject } from "./collection-subject.js";
import type { ParameterSources } from "./given-parameters.js";
import { missingNames, type ParameterField, parameterFields } from "./parameter-form.js";
import { requestedParameters } from "./requested-parameters.js";

const manyCollections = 1_000;

/** What `collection install` is told. */
export interface InstallOptions extends ParameterSources {
  /** Name or source. */
  readonly name: string;
  readonly acceptUnsigned: boolean;
  /** Flows to switch on with it. */
  readonly activate: readonly string[];
  readonly force: boolean;
  /** Whose change counts, by file. */
  readonly settlements: Readonly<Record<string, "mine" | "theirs">>;
  /** Whether nobody is asked. */
  readonly yes: boolean;
}

/**
 * Installs a collection from wherever it is, with everything it requires; asks a person for required parameters that are missing,
 * whether to go on when nobody trusted has signed it, and whether to do what it would do. Without a person the server says what is
 * missing, and `--yes` stands for the person.
 */
export async function installCollection(options: InstallOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { request, accepted } = await installationRequest(options, context);
  const going = { yes: options.yes, acceptUnsigned: accepted };
  const view = await applyPlan<InstalledNowView>(request, going, context);
  if (view === null) return;
  terminal.printJson(view);
  for (const { name, version } of view.alongside) terminal.print(`${name} ${version} is installed.`);
  terminal.print(`${view.name} ${view.installed?.version ?? ""} is installed.`);
  printWebhooks(view, terminal);
  await printInactiveFlows(view, context);
}

/** Shows what installing a collection would do. */
export async function planCollection(options: InstallOptions, context: CommandContext): Promise<void> {
  const { request } = await installationRequest({ ...options, acceptUnsigned: true }, context);
  await showPlan(request, context);
}

async function installationRequest(
  { name, acceptUnsigned, activate, force, yes: _yes, settlements, ...sources }: InstallOptions,
  context: CommandContext,
): Promise<{ readonly request: PlannedRequest; readonly accepted: boolean }> {
  const { client, terminal } = context;
  const subject = await findSubject(name, context);
  const accepted = acceptUnsigned || (await acceptsUnsigned(subject.examined, terminal));
  const fields = parameterFields(subject.examined.parameters);
  const { parameters: given, parametersOf } = await requestedParameters(sources, fields, context);
  const known = { subject, installed: await findInstalled(subject.examined, client) };
  const asked = terminal.interactive && !terminal.json ? await askMissing(known, { given, fields, terminal }) : {};
  const body = {
    ...subject.content,
    parameters: { ...given, ...asked },
    ...(Object.keys(parametersOf).length > 0 && { parametersOf }),
    ...(activate.length > 0 && { activate: [...activate] }),
    ...(force && { force }),
    ...(Object.keys(settlements).length > 0 && { settlements }),
  };
  const path = "/api/v1/collections/install";
  return { request: { planPath: "/api/v1/collections/plan", path, body }, accepted };
}

/** Asks only where it makes a difference; without a person the server refuses and says why. */
async function acceptsUnsigned({ needsTrust, name, origin }: ExaminedView, terminal: Terminal): Promise<boolean> {
  if (!needsTrust || name === null || !terminal.interactive || terminal.json) return false;
  const signer =
    origin.publisher === null ? "is not signed" : `is signed by ${origin.publisher}, whom nobody here trusts`;
  terminal.note(plain(`${name} ${origin.version} from ${origin.resolved} ${signer}.`));
  if (await confirm("Install it all the same?", terminal)) return true;
  throw new PatchbayError("COMMAND_INVALID", "Nothing was installed", {
    remedy: "Trust its publisher with patchbay collection keys trust, or say yes.",
  });
}

async function findInstalled({ name }: ExaminedView, client: Client): Promise<CollectionView["installed"]> {
  const known = await client.list<CollectionView>("/api/v1/collections", { limit: manyCollections });
  return known.find((view) => view.name === name)?.installed ?? null;
}

/** An installed collection keeps what is not given; its secrets are never shown, so they are taken to be there. */
function askMissing(
  { subject, installed }: { subject: Subject; installed: CollectionView["installed"] },
  { given, fields, terminal }: { given: JsonObject; fields: readonly ParameterField[]; terminal: Terminal },
): Promise<JsonObject> {
  const kept = installed === null ? [] : fields.filter(({ name, secret }) => secret || name in installed.parameters);
  const known = new Set([...Object.keys(given), ...kept.map(({ name }) => name)]);
  const missing = missingNames(subject.examined.parameters, known);
  return askParameters(
    fields.filter(({ name }) => missing.includes(name)),
    terminal,
  );
}

/** What the vendor has to be told, so that what customers write arrives. */
function printWebhooks({ installed }: CollectionView, terminal: Terminal): void {
  const webhooks = installed?.webhooks ?? [];
  if (terminal.json || webhooks.length === 0) return;
  terminal.print("", "To receive, enter these addresses at the vendor:");
  for (const { title, enteredAs, url } of webhooks) {
    const shown = url ?? "(set PUBLIC_URL first; `patchbay doctor` shows the address then)";
    terminal.print(`  ${title}: ${shown}`, `    ${enteredAs}`);
  }
}

async function printInactiveFlows({ flows }: CollectionView, { client, terminal }: CommandContext): Promise<void> {
  if (terminal.json || flows.length === 0) return;
  const all = await client.list<FlowView>("/api/v1/flows", { limit: manyCollections });
  const inactive = all.filter(({ name, active }) => !active && flows.includes(name));
  if (inactive.length === 0) return;
  terminal.print("", "Its flows are switched off until you switch them on:");
  for (const { name, title } of inactive) terminal.print(`  patchbay flow activate ${name}   # ${title}`);
}
