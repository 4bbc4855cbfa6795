import type { ApiDeps } from "../api-deps.js";
import {
  available,
  content,
  examined,
  sourceErrorCodes,
  toAvailableView,
  toContentRequest,
  toExaminedView,
  toPublisherView,
  trust,
  trustedPublisher,
} from "../contract/collection-source.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type SourceDeps = Pick<ApiDeps, "installer">;

/** Where collections come from, and whose are trusted. */
export function collectionSourceRoutes(deps: SourceDeps): Route[] {
  return [searchCollections(deps), examineCollection(deps), listPublishers(deps), trustPublisher(deps), distrust(deps)];
}

function searchCollections({ installer }: SourceDeps): Route {
  return defineRoute({
    id: "search-collections",
    method: "GET",
    path: "/api/v1/collections/available",
    may: "collections:read",
    tag: "Collections",
    summary: "List the collections that can be installed by name, from the configured indexes and the shipped ones",
    query: object(
      {},
      { ...pagingMembers, q: described("Words that all occur in it.", text({ minLength: 1, maxLength: 200 })) },
    ),
    answers: { 200: available },
    errors: [],
    async handle({ query }) {
      const { collections, unreadable } = await installer.search(query.q ?? "");
      const installed = new Map(
        (await installer.installed()).map(({ collection }) => [collection.name, collection.version]),
      );
      const page = toPageView(cutPage(collections, toPaging(query)), (one) =>
        toAvailableView(one, installed.get(one.name) ?? null),
      );
      return { status: 200, body: { ...page, unreadable } };
    },
  });
}

function examineCollection({ installer }: SourceDeps): Route {
  return defineRoute({
    id: "examine-collection",
    method: "POST",
    path: "/api/v1/collections/examine",
    may: "collections:change",
    audited: false,
    tag: "Collections",
    summary: "Read and check a collection from where it is, without changing anything",
    body: content,
    largeBody: true,
    answers: { 200: examined },
    errors: sourceErrorCodes,
    async handle({ body }) {
      return { status: 200, body: toExaminedView(await installer.examine(toContentRequest(body))) };
    },
  });
}

function listPublishers({ installer }: SourceDeps): Route {
  return defineRoute({
    id: "list-publishers",
    method: "GET",
    path: "/api/v1/publishers",
    may: "publishers:read",
    tag: "Collections",
    summary: "List the publishers whose signature is enough to install a collection",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(trustedPublisher) },
    errors: [],
    async handle({ query }) {
      // Pages are cut by name, which two publishers may share: the key is what tells them apart.
      const publishers = (await installer.publishers.list()).map((one) => ({ ...one, name: one.key, title: one.name }));
      const page = cutPage(publishers, toPaging(query));
      return {
        status: 200,
        body: toPageView(page, ({ key, title, trustedAt }) => toPublisherView({ key, name: title, trustedAt })),
      };
    },
  });
}

function trustPublisher({ installer }: SourceDeps): Route {
  return defineRoute({
    id: "trust-publisher",
    method: "POST",
    path: "/api/v1/publishers",
    may: "publishers:change",
    tag: "Collections",
    summary: "Trust a publisher: what this key has signed is installed without asking",
    body: trust,
    answers: { 200: trustedPublisher },
    errors: [],
    async handle({ body }) {
      return { status: 200, body: toPublisherView(await installer.publishers.trust(body)) };
    },
  });
}

function distrust({ installer }: SourceDeps): Route {
  return defineRoute({
    id: "distrust-publisher",
    method: "POST",
    path: "/api/v1/publishers/{key}/distrust",
    may: "publishers:change",
    tag: "Collections",
    summary: "Trust a publisher no longer; what is installed stays",
    answers: { 200: trustedPublisher },
    errors: ["PUBLISHER_UNKNOWN"],
    async handle({ params }) {
      return { status: 200, body: toPublisherView(await installer.publishers.distrust(params.key)) };
    },
  });
}
