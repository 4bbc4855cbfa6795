import semver from "semver";
import type { CollectionVersion, InstalledCollection, KeptVersion, Origin } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { Wanted } from "./install.js";
import type { Installation, InstallerTools } from "./installation.js";
import type { ContentRequest, Undertaking } from "./installer.js";
import { keptVersion } from "./kept-version.js";
import { factsOf } from "./manifest-facts.js";
import { settlementsByCollection } from "./overlay/settlements.js";
import { type Candidate, resolve } from "./plan/resolve.js";
import { needsTrust, requestedContent } from "./requested-content.js";
import { type Offer, offersOf } from "./source/offers.js";
import type { SourceContent } from "./source/read-source.js";
import { parseSource } from "./source/source.js";
import { requireInstalled } from "./uninstall.js";

/** A collection of a plan, before anything was checked. */
export interface Gathered extends Wanted {
  readonly name: string;
  /** Whether it was asked for, and not only required. */
  readonly asked: boolean;
  readonly needsTrust: boolean;
}

type Installing = Exclude<Undertaking, { readonly kind: "uninstall" | "edit" }>;

/**
 * Reads what an undertaking is about, and everything it requires that is not there: those first that others require.
 *
 * @throws what `readSource` throws; COLLECTION_UNKNOWN, COLLECTION_VERSION_UNKNOWN, COLLECTION_REQUIREMENT_MISSING,
 *   COLLECTION_UNRESOLVED, REQUEST_INVALID, SOURCE_INVALID
 */
export async function gatherContents(
  undertaking: Installing,
  before: Installation,
  tools: InstallerTools,
): Promise<readonly Gathered[]> {
  const roots = await rootsOf(undertaking, before, tools);
  const asked = new Map(roots.map((content) => [factsOf(content.files).name, toOffer(content)]));
  if (asked.size < roots.length) throw new PatchbayError("REQUEST_INVALID", "A collection is named more than once");
  const backwards = undertaking.kind === "rollback";
  const chosen = await resolve<Offer>(asked, {
    installed: new Map(
      [...before.installed].flatMap(([name, one]) => (asked.has(name) ? [] : [[name, toCandidate(one)]])),
    ),
    candidates: async (name) => [
      ...(backwards ? await keptOffers(name, tools) : []),
      ...(await offersOf(name, { ...tools, local: false })),
    ],
    backwards,
  });
  const trusted = await tools.store.publishers.list();
  const settled = settlementsByCollection(
    undertaking.settlements ?? {},
    [...chosen].map(([name]) => name),
    [...asked.keys()],
  );
  const gathered: Gathered[] = [];
  for (const [name, offer] of chosen) {
    const content = await offer.read();
    const { files, origin, signature } = content;
    const parameters = parametersFor(name, undertaking, [...asked.keys()]);
    const trust = needsTrust(content, trusted);
    const settlements = settled.get(name);
    gathered.push({
      name,
      files,
      origin,
      signature,
      parameters,
      settlements,
      asked: asked.has(name),
      needsTrust: trust,
    });
  }
  return gathered;
}

/** Gathers a change of an installed collection: what it was installed from, and the change. */
export async function gatherEdit(
  { name, file, text }: Extract<Undertaking, { readonly kind: "edit" }>,
  { installed }: Installation,
  { store }: InstallerTools,
): Promise<readonly Gathered[]> {
  const { files, origin, signature } = await keptVersion(name, null, { installed, store });
  const edit = { file, text };
  return [{ name, files, origin, signature, parameters: {}, edit, asked: true, needsTrust: false }];
}

/** Parameters without a name are those of what was asked for, when that is one collection. */
function parametersFor(
  name: string,
  { parameters, parametersOf = {} }: Installing,
  asked: readonly string[],
): JsonObject {
  const named = parametersOf[name] ?? {};
  return asked[0] === name && asked.length === 1 ? { ...named, ...parameters } : named;
}

function toOffer(content: SourceContent): Offer {
  const { version, requires } = factsOf(content.files);
  return { version, requires, read: async () => content };
}

function toCandidate({ collection: { version, requires } }: InstalledCollection): Candidate {
  return { version, requires };
}

async function rootsOf(
  undertaking: Installing,
  before: Installation,
  tools: InstallerTools,
): Promise<readonly SourceContent[]> {
  if (undertaking.kind === "install") {
    return Promise.all(undertaking.contents.map((content) => requestedContent(content, tools)));
  }
  const { name } = undertaking;
  requireInstalled(name, before);
  if (undertaking.kind === "rollback") return [await earlierVersion(undertaking, before, tools)];
  const request = undertaking.content ?? (await newest(name, before, tools));
  const content = await requestedContent(request, tools);
  const found = factsOf(content.files).name;
  if (found === name) return [content];
  throw new PatchbayError("REQUEST_INVALID", `${content.origin.source} is the collection ${found}, not ${name}`);
}

/** The same source again: the newest version of a name, the head of a branch, what lies at an address. */
async function newest(name: string, before: Installation, { store }: InstallerTools): Promise<ContentRequest> {
  const integrity = before.installed.get(name)?.integrity ?? null;
  const kept = (await store.collections.versions(name)).find(({ origin }) => origin.integrity === integrity);
  if (kept === undefined || isNamed(kept.origin)) return { source: name };
  const { source } = kept.origin;
  if (/^(git\+)?https?:/.test(source)) return { source };
  throw new PatchbayError(
    "SOURCE_INVALID",
    `${name} was installed from ${source}, which the server cannot read again`,
    {
      remedy: `Say what to upgrade it to: patchbay collection upgrade ${name} --to <folder, bundle, address or version>.`,
    },
  );
}

function isNamed({ source, resolved }: Origin): boolean {
  if (resolved.startsWith("shipped:")) return true;
  return source !== resolved && parseSource(source).kind === "name";
}

async function earlierVersion(
  { name, version }: Extract<Undertaking, { kind: "rollback" }>,
  before: Installation,
  { store }: InstallerTools,
): Promise<SourceContent> {
  const current = before.installed.get(name)?.integrity ?? null;
  const earlier = (await store.collections.versions(name)).filter(({ origin }) => origin.integrity !== current);
  const chosen = version === null ? earlier[0] : earlier.find((one) => isCalled(one, version));
  const whole = chosen && (await store.collections.version(name, chosen.origin.integrity));
  if (!whole) {
    const known = [...new Set(earlier.map((one) => one.version))].join(", ");
    const wanted = version === null ? `There is no other version of ${name}` : `${name} ${version} is not kept`;
    throw new PatchbayError(
      "COLLECTION_VERSION_UNKNOWN",
      `${wanted}: ${known === "" ? "none is" : `kept are ${known}`}`,
    );
  }
  return toKeptContent(whole);
}

function isCalled({ version, origin }: KeptVersion, wanted: string): boolean {
  return version === wanted || origin.integrity === wanted;
}

/** What was installed once was trusted then. */
function toKeptContent({ files, origin, signature }: CollectionVersion): SourceContent {
  return { files, origin, signature, own: true };
}

/** Kept versions, newest number first. */
async function keptOffers(name: string, { store }: InstallerTools): Promise<readonly Offer[]> {
  const kept = await store.collections.versions(name);
  const offers = await Promise.all(
    kept.map(async (one): Promise<Offer[]> => {
      const whole = await store.collections.version(name, one.origin.integrity);
      return whole === null ? [] : [toOffer(toKeptContent(whole))];
    }),
  );
  return offers.flat().sort((a, b) => semver.rcompare(a.version, b.version));
}
