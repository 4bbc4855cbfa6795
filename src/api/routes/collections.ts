import type { JustInstalled } from "../../collections/installer.js";
import { type Bundle, writeBundle } from "../../collections/source/bundle.js";
import type { Collection, InstalledCollection } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { Overlay } from "../../core/overlay.js";
import type { ApiDeps } from "../api-deps.js";
import {
  type CollectionView,
  collection,
  collectionDetails,
  type InstallationBody,
  installation,
  installedNow,
  keptVersion,
  toCollectionView,
  toKeptVersionView,
  toWebhookViews,
} from "../contract/collection.js";
import { toContentRequest } from "../contract/collection-source.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { anyObject, described, object, oneOf, text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { shownUrl } from "../shown-url.js";
import { applyErrorCodes, toInstallation } from "./collection-plans.js";

type CollectionDeps = Pick<ApiDeps, "installer" | "publicUrl">;

/** Installed and shipped collections. */
export function collectionRoutes(deps: CollectionDeps): Route[] {
  return [listCollections(deps), installCollection(deps), getCollection(deps), listVersions(deps), getBundle(deps)];
}

function listCollections(deps: CollectionDeps): Route {
  return defineRoute({
    id: "list-collections",
    method: "GET",
    path: "/api/v1/collections",
    may: "collections:read",
    tag: "Collections",
    summary: "List collections by name, installed or ready to install",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(collection) },
    errors: [],
    async handle({ query, caller }) {
      const shown = { ...deps, publicUrl: shownUrl(deps.publicUrl, caller) };
      return {
        status: 200,
        body: toPageView(cutPage(await allCollections(shown), toPaging(query)), (view) => view),
      };
    },
  });
}

function webhooksOf({ collection }: InstalledCollection, { installer, publicUrl }: CollectionDeps) {
  const own = new Set(collection.connections.map(({ name }) => name));
  const open = installer.catalog().connections();
  return toWebhookViews(
    open.filter(({ name }) => own.has(name)),
    publicUrl,
  );
}

async function allCollections(deps: CollectionDeps): Promise<readonly CollectionView[]> {
  const { installer } = deps;
  const [shipped, installed] = await Promise.all([installer.shipped(), installer.installed()]);
  const overlays = await installer.overlays(null);
  const shippedByName = new Map(shipped.map((each) => [each.name, each]));
  const here = installed.map((each) =>
    toCollectionView(each.collection, {
      shipped: shippedByName.get(each.collection.name) ?? null,
      installed: each,
      webhooks: webhooksOf(each, deps),
      changedFiles: changedFilesOf(each, overlays),
    }),
  );
  const unusable = installer.leftOut().map(({ description, reason }) =>
    toCollectionView(description, {
      ...{ shipped: shippedByName.get(description.name) ?? null, installed: null, webhooks: [], changedFiles: [] },
      leftOut: { version: description.version, reason },
    }),
  );
  const names = new Set([...here, ...unusable].map(({ name }) => name));
  const ready = shipped.filter(({ name }) => !names.has(name));
  return [
    ...here,
    ...unusable,
    ...ready.map((each) => toCollectionView(each, { shipped: each, installed: null, webhooks: [], changedFiles: [] })),
  ];
}

function changedFilesOf({ collection }: InstalledCollection, overlays: readonly Overlay[]): string[] {
  return overlays.flatMap((overlay) => (overlay.collection === collection.name ? [overlay.file] : []));
}

function installCollection(deps: CollectionDeps): Route {
  const { installer } = deps;
  return defineRoute({
    id: "install-collection",
    method: "POST",
    path: "/api/v1/collections/install",
    may: "collections:change",
    tag: "Collections",
    summary:
      "Install a collection, or replace the installed one of that name; its flows stay switched off unless they were on",
    description:
      "With `planHash` everything is installed that the plan has, in one transaction; it is refused when anything has changed since the plan was made. Without it this collection alone is installed.",
    body: installation,
    largeBody: true,
    answers: { 200: installedNow, 201: installedNow },
    errors: applyErrorCodes,
    async handle({ body }) {
      const before = new Set((await installer.installed()).map((each) => each.collection.name));
      const { main, alongside } = await installAsAsked(body, deps);
      const { origin, ...installed } = main;
      return {
        status: before.has(installed.collection.name) ? 200 : 201,
        body: {
          ...toCollectionView(installed.collection, {
            ...{ shipped: await shippedAs(installed.collection.name, deps), installed },
            webhooks: webhooksOf(installed, deps),
            changedFiles: changedFilesOf(installed, await installer.overlays(installed.collection.name)),
          }),
          origin,
          alongside: alongside.map(({ collection: { name, version } }) => ({ name, version })),
        },
      };
    },
  });
}

interface AsAsked {
  /** What was asked for first. */
  readonly main: JustInstalled;
  readonly alongside: readonly JustInstalled[];
}

/** With a plan all of it, without one this collection alone. */
async function installAsAsked(body: InstallationBody, { installer }: CollectionDeps): Promise<AsAsked> {
  const { planHash, parameters = {}, force } = body;
  if (planHash === undefined) {
    requireAlone(body);
    return { main: await installer.install({ ...toContentRequest(body), parameters, force }), alongside: [] };
  }
  const { installed } = await installer.apply(toInstallation(body), planHash);
  // What others require comes first, what was asked for last; of several that were asked for any may stand for all.
  const main = installed.at(-1);
  if (main === undefined) throw new Error("a plan to install installs something");
  return { main, alongside: installed.slice(0, -1) };
}

function requireAlone({ others, parametersOf, activate, settlements }: InstallationBody): void {
  if ([others, parametersOf, activate, settlements].every((member) => member === undefined)) return;
  const message =
    "others, parametersOf, activate and settlements are parts of a plan: POST /api/v1/collections/plan, and give its hash as planHash";
  throw new PatchbayError("REQUEST_INVALID", message);
}

async function shippedAs(name: string, { installer }: CollectionDeps): Promise<Collection | null> {
  return (await installer.shipped([name])).find((each) => each.name === name) ?? null;
}

function getCollection(deps: CollectionDeps): Route {
  const { installer } = deps;
  return defineRoute({
    id: "get-collection",
    method: "GET",
    path: "/api/v1/collections/{name}",
    may: "collections:read",
    tag: "Collections",
    summary: "Get a collection, installed or ready to install",
    answers: { 200: collectionDetails },
    errors: ["COLLECTION_UNKNOWN"],
    async handle({ params: { name } }) {
      const view = (await allCollections(deps)).find((each) => each.name === name);
      if (view === undefined) throw collectionUnknown(name);
      const current = await currentIntegrity(name, deps);
      const kept = current === null ? [] : await installer.versions(name);
      const origin = kept.find((each) => each.origin.integrity === current)?.origin ?? null;
      return { status: 200, body: { ...view, origin } };
    },
  });
}

function listVersions(deps: CollectionDeps): Route {
  const { installer } = deps;
  return defineRoute({
    id: "list-collection-versions",
    method: "GET",
    path: "/api/v1/collections/{name}/versions",
    may: "collections:read",
    tag: "Collections",
    summary:
      "List the versions of a collection that were installed here, last installed first; any of them can be gone back to",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(keptVersion) },
    errors: [],
    async handle({ params: { name }, query }) {
      const { cursor, limit } = toPaging(query);
      const kept = await installer.versions(name);
      const first = cursor === undefined ? 0 : kept.findIndex(({ origin }) => origin.integrity === cursor) + 1;
      const current = await currentIntegrity(name, deps);
      const items = kept.slice(first, first + limit);
      const next = first + limit < kept.length ? (items.at(-1)?.origin.integrity ?? null) : null;
      return { status: 200, body: { items: items.map((each) => toKeptVersionView(each, current)), next } };
    },
  });
}

function getBundle({ installer }: CollectionDeps): Route {
  return defineRoute({
    id: "get-collection-bundle",
    method: "GET",
    path: "/api/v1/collections/{name}/bundle",
    may: "collections:export",
    tag: "Collections",
    summary: "Get a kept version as a .json bundle, with its signature, or what runs; without parameters",
    query: object(
      {},
      {
        integrity: described("Of a kept version; the installed one when absent.", text({ minLength: 1 })),
        changed: described(
          "`yes`: of the installed one what runs, with what was changed here; that is signed by nobody.",
          oneOf(["yes"] as const),
        ),
      },
    ),
    answers: { 200: anyObject },
    errors: ["COLLECTION_UNKNOWN", "COLLECTION_VERSION_UNKNOWN"],
    async handle({ params: { name }, query }) {
      const { files, signature } = await bundled(name, query, installer);
      const bytes = await writeBundle({ files, signature }, "json");
      return { status: 200, body: JSON.parse(Buffer.from(bytes).toString()) as JsonObject };
    },
  });
}

async function bundled(
  name: string,
  { integrity, changed }: { readonly integrity?: string | undefined; readonly changed?: "yes" | undefined },
  installer: CollectionDeps["installer"],
): Promise<Bundle> {
  if (changed === undefined) return installer.keptVersion(name, integrity ?? null);
  if (integrity !== undefined) {
    throw new PatchbayError(
      "REQUEST_INVALID",
      "Only what is installed was changed here: leave integrity out, or changed",
    );
  }
  const { files, overlays } = await installer.running(name);
  return overlays.length === 0 ? installer.keptVersion(name, null) : { files, signature: null };
}

async function currentIntegrity(name: string, { installer }: CollectionDeps): Promise<string | null> {
  return (await installer.installed()).find((each) => each.collection.name === name)?.integrity ?? null;
}

function collectionUnknown(name: string): PatchbayError {
  return new PatchbayError(
    "COLLECTION_UNKNOWN",
    `No collection ${name.slice(0, 100)} is installed or ships with Patchbay`,
  );
}
