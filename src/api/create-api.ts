import type { IncomingMessage, RequestListener } from "node:http";
import express, { type Express } from "express";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { has } from "../core/permission.js";
import type { ApiDeps } from "./api-deps.js";
import { type Checks, createChecks } from "./checks.js";
import { consoleRoutes, wantsPage } from "./console.js";
import { anyObject, type Schema } from "./contract/schema.js";
import { createDirect } from "./direct.js";
import { docsRoutes } from "./docs.js";
import { createGate } from "./gate.js";
import { toOpenApi } from "./openapi.js";
import { requestIdOf } from "./request-id.js";
import { defineRoute, type Route } from "./route.js";
import { accountRoutes } from "./routes/account.js";
import { attachmentRoutes } from "./routes/attachments.js";
import { auditRoutes } from "./routes/audit.js";
import { broadcastRoutes } from "./routes/broadcasts.js";
import { buildingBlockRoutes } from "./routes/building-blocks.js";
import { collectionOverlayRoutes } from "./routes/collection-overlays.js";
import { collectionPlanRoutes } from "./routes/collection-plans.js";
import { collectionSourceRoutes } from "./routes/collection-sources.js";
import { collectionRoutes } from "./routes/collections.js";
import { connectionHistoryRoutes } from "./routes/connection-history.js";
import { connectionRoutes } from "./routes/connections.js";
import { consentRoutes } from "./routes/consent.js";
import { contactRoutes } from "./routes/contacts.js";
import { conversationRoutes } from "./routes/conversations.js";
import { dataTypeRoutes } from "./routes/data-types.js";
import { draftRoutes } from "./routes/drafts.js";
import { effectRoutes } from "./routes/effects.js";
import { eventRoutes } from "./routes/events.js";
import { flowlinkRoutes } from "./routes/flowlink.js";
import { flowRoutes } from "./routes/flows.js";
import { healthRoutes } from "./routes/health.js";
import { hookRoute } from "./routes/hooks.js";
import { issueRoutes } from "./routes/issues.js";
import { keyRoutes } from "./routes/keys.js";
import { localDefinitionRoutes } from "./routes/local-definitions.js";
import { messageRoutes } from "./routes/messages.js";
import { metricsRoute } from "./routes/metrics.js";
import { notificationRoutes } from "./routes/notifications.js";
import { operationRoutes } from "./routes/operations.js";
import { overviewRoute } from "./routes/overview.js";
import { processRoute } from "./routes/processes.js";
import { pushRecordsRoute } from "./routes/push-records.js";
import { quarantineRoutes } from "./routes/quarantine.js";
import { recordRoutes } from "./routes/records.js";
import { runRoutes } from "./routes/runs.js";
import { schemaRoute } from "./routes/schemas.js";
import { secretRoutes } from "./routes/secrets.js";
import { signInRoute, signInRoutes } from "./routes/sign-in.js";
import { signInProviderRoutes } from "./routes/sign-in-provider.js";
import { simulatorRoutes } from "./routes/simulator.js";
import { streamRoute } from "./routes/stream.js";
import { templateRoutes } from "./routes/templates.js";
import { testTextRoutes } from "./routes/test-text.js";
import { timelineRoute } from "./routes/timeline.js";
import { translatorRoutes } from "./routes/translators.js";
import { userRoutes } from "./routes/users.js";
import { workshopRoutes } from "./routes/workshop.js";
import { createServe, toExpress } from "./serve.js";

/**
 * Gives the handler of every HTTP request, without listening.
 *
 * Every route is one `Route`: the same definition checks requests, answers them and documents them. There is no
 * middleware in front. Pushes and what vendors report do not even meet Express, which gives every request another prototype: measured with
 * 1.5 KB orders, 0.17 ms of CPU a push through Express and 0.075 beside it (bare node:http: 0.037). Signing in goes the same way,
 * because whoever guesses passwords sends a thousand a second.
 */
export function createApi(deps: ApiDeps): RequestListener {
  const checks = createChecks();
  const serve = createServe({
    ...deps,
    checks,
    gate: createGate({ doors: deps.access.doors, publicUrl: deps.publicUrl }),
    audit: deps,
  });
  const isWorker = deps.role === "worker";
  const busy = [pushRecordsRoute(deps), hookRoute(deps), signInRoute(deps)];
  const { page, files } = consoleRoutes(deps);
  const routes = isWorker
    ? [...healthRoutes(deps), metricsRoute(deps)]
    : [...routesOf(deps, { checks, busy }), ...files];
  const app = createApp();
  const mount = (mounted: readonly Route[]): void => {
    for (const route of mounted) app[verbOf(route)](patternOf(route.path), toExpress(serve(route), deps.newId));
    for (const path of new Set(mounted.map((route) => route.path))) {
      const wrong = wrongMethod(mounted.filter((route) => route.path === path));
      app.all(patternOf(path), toExpress(serve(wrong), deps.newId));
    }
  };
  // First what has no names in it: /collections/plan is not a collection called so, whatever the method.
  mount(routes.filter(({ path }) => !path.includes("{")));
  mount(routes.filter(({ path }) => path.includes("{")));
  const fallback = createFallback(serve, isWorker ? null : page);
  const direct = createDirect(isWorker ? [] : busy, { serve, newId: deps.newId });
  return (request, response) => {
    if (direct(request, response)) return;
    // Called with a third argument, an Express app leaves unanswered requests and its own errors to it.
    app(request as express.Request, response as express.Response, (error?: unknown) => {
      fallback(request, error)({ request, response, requestId: requestIdOf(request, deps.newId) }, {});
    });
  };
}

function routesOf(deps: ApiDeps, { checks, busy }: { checks: Checks; busy: readonly Route[] }): readonly Route[] {
  const routes = [
    ...busy,
    ...recordRoutes(deps),
    ...eventRoutes(deps),
    ...runRoutes(deps),
    ...effectRoutes(deps),
    timelineRoute(deps),
    ...messageRoutes(deps),
    ...conversationRoutes(deps),
    ...consentRoutes(deps, checks),
    ...contactRoutes(deps),
    ...attachmentRoutes(deps),
    ...templateRoutes(deps),
    ...notificationRoutes(deps),
    ...issueRoutes(deps),
    ...quarantineRoutes(deps),
    ...operationRoutes(deps),
    ...broadcastRoutes(deps),
    ...flowRoutes(deps),
    ...translatorRoutes(deps),
    ...draftRoutes(deps),
    ...localDefinitionRoutes(deps),
    ...buildingBlockRoutes(deps),
    ...dataTypeRoutes(deps),
    ...collectionSourceRoutes(deps),
    ...collectionRoutes(deps),
    ...collectionOverlayRoutes(deps),
    ...collectionPlanRoutes(deps),
    ...workshopRoutes(deps),
    ...connectionRoutes(deps),
    ...testTextRoutes(deps),
    ...connectionHistoryRoutes(deps),
    ...flowlinkRoutes(deps, checks),
    ...healthRoutes(deps),
    metricsRoute(deps),
    processRoute(deps),
    overviewRoute(deps),
    ...secretRoutes(deps),
    ...auditRoutes(deps),
    ...accountRoutes(deps),
    ...signInRoutes(deps),
    ...signInProviderRoutes(deps),
    ...keyRoutes(deps),
    ...userRoutes(deps),
    streamRoute(deps),
    ...simulatorRoutes(deps),
    ...docsRoutes(deps),
    schemaRoute(deps),
  ];
  const all: Route[] = [...routes, openApiRoute(deps, () => all)];
  return all;
}

const document: Schema<object> = { json: anyObject.json };

function openApiRoute({ installer, version, publicUrl }: ApiDeps, routes: () => readonly Route[]): Route {
  return defineRoute({
    id: "openapi",
    method: "GET",
    path: "/openapi.json",
    may: "visitor",
    tag: "Documentation",
    summary: "This document; installed data types are shown to those who may read them",
    answers: { 200: document },
    errors: [],
    handle({ caller }) {
      const dataTypes = has(caller, "data-types:read") ? installer.catalog().dataTypes() : [];
      return { status: 200, body: toOpenApi(routes(), { version, publicUrl, dataTypes }) };
    },
  });
}

function createApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);
  app.enable("case sensitive routing");
  return app;
}

function verbOf({ method }: Route): "get" | "post" | "put" | "patch" | "delete" {
  return method.toLowerCase() as Lowercase<Route["method"]>;
}

function patternOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** Answers the methods that none of the routes of one path has. */
function wrongMethod(routes: readonly Route[]): Route {
  const { path = "", may = "account:read" } = routes[0] ?? {};
  const allow = routes.map(({ method }) => (method === "GET" ? "GET, HEAD" : method)).join(", ");
  const toError = () => new PatchbayError("METHOD_NOT_ALLOWED", `${path} answers ${allow}`, { allow });
  return failing(path, toError, may);
}

type Serve = ReturnType<typeof createServe>;

/** Chooses what answers a request that no route took; under /api only those who are known learn that there is none. */
function createFallback(
  serve: Serve,
  page: Route | null,
): (request: IncomingMessage, error: unknown) => ReturnType<Serve> {
  const noRoute = () => new PatchbayError("ROUTE_UNKNOWN", "No address of this server matches");
  const badPath = () => new PatchbayError("REQUEST_INVALID", "The address has a broken percent escape");
  const unknown = {
    api: serve(failing("/api/*", noRoute, "account:read")),
    visitor: serve(failing("*", noRoute, "visitor")),
  };
  const broken = serve(failing("*", badPath, "visitor"));
  const consolePage = page === null ? null : serve(page);
  return (request, error) => {
    const { url = "/" } = request;
    if (consolePage !== null && !error && wantsPage(request)) return consolePage;
    if (isBadPath(error)) return broken;
    if (error) return serve(failing("*", () => toPatchbayError(error), "visitor"));
    return url.startsWith("/api") ? unknown.api : unknown.visitor;
  };
}

/** Express refuses a path whose percent escapes cannot be decoded. */
function isBadPath(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 400;
}

function failing(path: string, toError: () => PatchbayError, may: Route["may"]): Route {
  return {
    ...{ id: "none", method: "GET", path, may, tag: "None", summary: "", answers: {}, errors: [] },
    // Whatever the query is, the address or the method is what is wrong.
    anyQuery: true,
    handle() {
      throw toError();
    },
  };
}
