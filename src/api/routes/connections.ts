import type { OpenConnection } from "../../core/catalog.js";
import { PatchbayError } from "../../core/errors.js";
import type { ConnectionSwitch } from "../../core/inspection.js";
import { noticeOfSwitch } from "../../engine/notify.js";
import type { ApiDeps } from "../api-deps.js";
import {
  appliedPlan,
  connection,
  connectionDetail,
  connectionSwitch,
  endpoint,
  toAppliedPlanView,
  toConnectionDetailView,
  toConnectionView,
  toEndpointViews,
  toWebhookPlanView,
  webhookOrder,
  webhookPlan,
} from "../contract/connection.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { shownUrl } from "../shown-url.js";

type ConnectionDeps = Pick<ApiDeps, "engine" | "installer" | "store" | "publicUrl" | "newId" | "log">;

const path = "/api/v1/connections/{ns}/{name}";

const vendorErrors = [
  ...(["CONNECTION_UNKNOWN", "CONNECTION_UNSEEN", "ENDPOINT_UNREACHABLE", "ENDPOINT_BUSY"] as const),
  ...(["ENDPOINT_REFUSED", "ENDPOINT_MISCONFIGURED", "HOST_FORBIDDEN"] as const),
];

/** Configured accounts at vendors: how they are, where their vendor calls, and whether they are on. */
export function connectionRoutes(deps: ConnectionDeps): Route[] {
  return [
    listConnections(deps),
    getConnection(deps),
    listEndpoints(deps),
    checkConnection(deps),
    planWebhooks(deps),
    applyWebhooks(deps),
    switchConnection(deps, { verb: "activate", active: true }),
    switchConnection(deps, { verb: "deactivate", active: false }),
  ];
}

function listConnections({ installer, store, publicUrl }: ConnectionDeps): Route {
  return defineRoute({
    id: "list-connections",
    method: "GET",
    path: "/api/v1/connections",
    may: "connections:read",
    tag: "Connections",
    summary: "List connections by name, with what the last look at each found",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(connection) },
    errors: [],
    async handle({ query, caller }) {
      const checks = new Map((await store.connections.checks()).map((check) => [check.connection, check]));
      const page = cutPage(installer.catalog().connections(), toPaging(query));
      const toView = (open: OpenConnection) =>
        toConnectionView(open, { check: checks.get(open.name) ?? null, publicUrl: shownUrl(publicUrl, caller) });
      return { status: 200, body: toPageView(page, toView) };
    },
  });
}

function getConnection(deps: ConnectionDeps): Route {
  return defineRoute({
    id: "get-connection",
    method: "GET",
    path,
    may: "connections:read",
    tag: "Connections",
    summary: "Get a connection with what the last look at its account found; asks the vendor nothing",
    answers: { 200: connectionDetail },
    errors: ["CONNECTION_UNKNOWN"],
    async handle({ params, caller }) {
      const open = requireConnection(deps, params);
      const check = await deps.store.connections.check(open.name);
      return {
        status: 200,
        body: toConnectionDetailView(open, { check, publicUrl: shownUrl(deps.publicUrl, caller) }),
      };
    },
  });
}

function listEndpoints(deps: ConnectionDeps): Route {
  return defineRoute({
    id: "list-endpoints",
    method: "GET",
    path: `${path}/endpoints`,
    may: "connections:read",
    tag: "Connections",
    summary: "List what can be called by a connection, with the schema of what each call takes",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(endpoint) },
    errors: ["CONNECTION_UNKNOWN"],
    async handle({ params, query }) {
      const page = cutPage(toEndpointViews(requireConnection(deps, params)), toPaging(query));
      return { status: 200, body: toPageView(page, (view) => view) };
    },
  });
}

function checkConnection(deps: ConnectionDeps): Route {
  return defineRoute({
    id: "check-connection",
    method: "POST",
    path: `${path}/check`,
    may: "connections:check",
    tag: "Connections",
    summary: "Look at a connection's account now, and keep what is found; changes nothing at the vendor",
    answers: { 200: connectionDetail },
    errors: ["CONNECTION_UNKNOWN", "CONNECTION_UNSEEN"],
    async handle({ params, caller }) {
      const open = requireConnection(deps, params);
      const check = await deps.engine.connections.check(open.name);
      return {
        status: 200,
        body: toConnectionDetailView(open, { check, publicUrl: shownUrl(deps.publicUrl, caller) }),
      };
    },
  });
}

const senderQuery = object(
  {},
  {
    senders: described(
      "Only these senders, by number or id, separated by commas; another system's addresses at them are replaced. Left out: those that the connection sends from.",
      text({ minLength: 1, maxLength: 2_000 }),
    ),
  },
);

function planWebhooks(deps: ConnectionDeps): Route {
  return defineRoute({
    id: "plan-webhooks",
    method: "GET",
    path: `${path}/webhooks`,
    may: "webhooks:read",
    tag: "Connections",
    summary: "See which of this server's addresses would be entered where at the vendor; changes nothing",
    query: senderQuery,
    answers: { 200: webhookPlan },
    errors: [...vendorErrors, "PUBLIC_URL_MISSING", "SENDER_UNKNOWN"],
    async handle({ params, query: { senders } }) {
      const { name } = requireConnection(deps, params);
      // A plus sign that was not escaped comes as a space.
      const chosen = senders?.split(",").map((sender) => sender.replace(/^ /, "+").trim()) ?? null;
      return { status: 200, body: toWebhookPlanView(await deps.engine.connections.planWebhooks(name, chosen)) };
    },
  });
}

function applyWebhooks(deps: ConnectionDeps): Route {
  return defineRoute({
    id: "apply-webhooks",
    method: "POST",
    path: `${path}/webhooks/apply`,
    may: "webhooks:change",
    tag: "Connections",
    summary: "Enter this server's addresses at the vendor, as the plan with this hash says; may be done again",
    body: webhookOrder,
    answers: { 200: appliedPlan },
    errors: [...vendorErrors, "PUBLIC_URL_MISSING", "SENDER_UNKNOWN", "WEBHOOK_PLAN_CHANGED"],
    async handle({ params, body: { hash, senders = null, by = null } }) {
      const { name } = requireConnection(deps, params);
      const applied = await deps.engine.connections.applyWebhooks(name, { hash, senders, by });
      return { status: 200, body: toAppliedPlanView(name, applied) };
    },
  });
}

function switchConnection(deps: ConnectionDeps, { verb, active }: { verb: string; active: boolean }): Route {
  const { installer, store, newId, publicUrl, log } = deps;
  return defineRoute({
    id: `${verb}-connection`,
    method: "POST",
    path: `${path}/${verb}`,
    may: "connections:switch",
    tag: "Connections",
    summary: active
      ? "Switch a connection on again: what waits for it goes on"
      : "Switch a connection off: nothing is sent by it, runs wait, and what comes in is taken all the same",
    body: connectionSwitch,
    bodyOptional: true,
    answers: { 200: connection },
    errors: ["CONNECTION_UNKNOWN"],
    async handle({ params, body: { by = null, reason = null }, caller }) {
      const { name, off } = requireConnection(deps, params);
      if ((off === undefined) !== active) {
        const at = new Date(store.now());
        const switched: ConnectionSwitch = { connection: name, active, by, reason, at };
        await installer.switchConnection(switched, [noticeOfSwitch(switched, { id: newId("ntf"), at })]);
        log.info(switched, "a connection was switched");
      }
      const check = await store.connections.check(name);
      return {
        status: 200,
        body: toConnectionView(requireConnection(deps, params), { check, publicUrl: shownUrl(publicUrl, caller) }),
      };
    },
  });
}

/** @throws CONNECTION_UNKNOWN */
export function requireConnection(
  { installer }: Pick<ConnectionDeps, "installer">,
  { ns, name }: Readonly<Record<"ns" | "name", string>>,
): OpenConnection {
  const found = installer.catalog().connection(`${ns}/${name}`);
  if (found !== null) return found;
  const known = installer
    .catalog()
    .connections()
    .map((open) => open.name);
  const message = `There is no connection ${`${ns}/${name}`.slice(0, 200)}; there is: ${known.join(", ") || "none"}`;
  throw new PatchbayError("CONNECTION_UNKNOWN", message);
}
