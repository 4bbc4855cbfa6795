import type { InstalledCollection } from "../../core/collection.js";
import type { ApiDeps } from "../api-deps.js";
import {
  type CollectionView,
  collection,
  installation,
  installedNow,
  toCollectionView,
  toWebhookViews,
} from "../contract/collection.js";
import { sourceErrorCodes, toContentRequest } from "../contract/collection-source.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type CollectionDeps = Pick<ApiDeps, "installer" | "publicUrl">;

/** Installed and shipped collections. */
export function collectionRoutes(deps: CollectionDeps): Route[] {
  return [listCollections(deps), installCollection(deps)];
}

function listCollections(deps: CollectionDeps): Route {
  return defineRoute({
    id: "list-collections",
    method: "GET",
    path: "/api/v1/collections",
    access: "key",
    tag: "Collections",
    summary: "List collections by name, installed or ready to install",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(collection) },
    errors: [],
    async handle({ query }) {
      return {
        status: 200,
        body: toPageView(cutPage(await allCollections(deps), toPaging(query)), (view) => view),
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
  const shippedByName = new Map(shipped.map((each) => [each.name, each]));
  const here = installed.map((each) =>
    toCollectionView(each.collection, {
      shipped: shippedByName.get(each.collection.name) ?? null,
      installed: each,
      webhooks: webhooksOf(each, deps),
    }),
  );
  const unusable = installer.leftOut().map(({ description, reason }) =>
    toCollectionView(description, {
      ...{ shipped: shippedByName.get(description.name) ?? null, installed: null, webhooks: [] },
      leftOut: { version: description.version, reason },
    }),
  );
  const names = new Set([...here, ...unusable].map(({ name }) => name));
  const ready = shipped.filter(({ name }) => !names.has(name));
  return [
    ...here,
    ...unusable,
    ...ready.map((each) => toCollectionView(each, { shipped: each, installed: null, webhooks: [] })),
  ];
}

function installCollection(deps: CollectionDeps): Route {
  const { installer } = deps;
  return defineRoute({
    id: "install-collection",
    method: "POST",
    path: "/api/v1/collections/install",
    access: "key",
    tag: "Collections",
    summary:
      "Install a collection, or replace the installed one of that name; its flows stay switched off unless they were on",
    body: installation,
    answers: { 200: installedNow, 201: installedNow },
    errors: [
      ...sourceErrorCodes,
      "COLLECTION_INVALID",
      "COLLECTION_REQUIREMENT_MISSING",
      "COLLECTION_UNSIGNED",
      "PARAMETERS_INVALID",
    ],
    async handle({ body }) {
      const before = new Set((await installer.installed()).map((each) => each.collection.name));
      const { origin, ...installed } = await installer.install({
        ...toContentRequest(body),
        parameters: body.parameters ?? {},
      });
      const { name } = installed.collection;
      const shipped = (await installer.shipped()).find((each) => each.name === name) ?? null;
      return {
        status: before.has(name) ? 200 : 201,
        body: {
          ...toCollectionView(installed.collection, { shipped, installed, webhooks: webhooksOf(installed, deps) }),
          origin,
        },
      };
    },
  });
}
