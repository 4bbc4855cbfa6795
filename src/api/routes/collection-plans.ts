import type { Applied, ContentRequest, Undertaking } from "../../collections/installer.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import type { ApiDeps } from "../api-deps.js";
import { type InstallationBody, installation } from "../contract/collection.js";
import { sourceErrorCodes, toContentRequest } from "../contract/collection-source.js";
import {
  type AppliedView,
  applied,
  plan,
  type RollbackPlanningBody,
  rollback,
  rollbackPlanning,
  type UpgradePlanningBody,
  uninstallation,
  upgrade,
  upgradePlanning,
} from "../contract/plan.js";
import { defineRoute, type Route } from "../route.js";

type PlanDeps = Pick<ApiDeps, "installer">;

/** Errors of looking at what would be installed. */
const planErrorCodes = [
  ...sourceErrorCodes,
  "COLLECTION_REQUIREMENT_MISSING",
  "COLLECTION_UNRESOLVED",
  "CONNECTOR_UNKNOWN",
  "FLOW_UNKNOWN",
  "PARAMETERS_INVALID",
  "VERSION_INSTALLED",
] as const satisfies readonly ErrorCode[];
/** … and of doing it. */
export const applyErrorCodes = [
  ...planErrorCodes,
  "COLLECTION_UNSIGNED",
  "DEFINITIONS_CHANGED",
  "OVERLAY_CONFLICT",
  "PLAN_CHANGED",
] as const satisfies readonly ErrorCode[];

/** Looking at what a change of what is installed would do, and doing it. */
export function collectionPlanRoutes(deps: PlanDeps): Route[] {
  return [
    planInstallation(deps),
    planUpgrade(deps),
    applyUpgrade(deps),
    planRollback(deps),
    applyRollback(deps),
    planUninstallation(deps),
    applyUninstallation(deps),
  ];
}

/** Reads an installation with everything that comes with it. @throws REQUEST_INVALID */
export function toInstallation({ others = [], ...body }: InstallationBody): Undertaking {
  const { parameters, parametersOf, activate, settlements, force } = body;
  const contents = [body, ...others].map(toContentRequest);
  return { kind: "install", contents, parameters, parametersOf, activate, settlements, force };
}

function toUpgrade(name: string, body: UpgradePlanningBody): Undertaking {
  const { parameters, parametersOf, activate, settlements, force, acceptUnsigned } = body;
  const named = [body.source, body.name, body.files].some((way) => way !== undefined);
  const content: ContentRequest | null = named ? toContentRequest(body) : null;
  return { kind: "upgrade", name, content, acceptUnsigned, parameters, parametersOf, activate, settlements, force };
}

function toRollback(name: string, { version, ...rest }: RollbackPlanningBody): Undertaking {
  const { parameters, parametersOf, activate, settlements, force } = rest;
  return { kind: "rollback", name, version: version ?? null, parameters, parametersOf, activate, settlements, force };
}

export function toAppliedView({ installed, uninstalled }: Applied): AppliedView {
  return {
    installed: installed.map(({ collection: { name, version }, origin }) => ({ name, version, origin })),
    uninstalled,
  };
}

function planInstallation({ installer }: PlanDeps): Route {
  return defineRoute({
    id: "plan-installation",
    method: "POST",
    path: "/api/v1/collections/plan",
    may: "collections:change",
    audited: false,
    tag: "Collections",
    summary: "Say what installing a collection and what it requires would do, without changing anything",
    body: installation,
    largeBody: true,
    answers: { 200: plan },
    errors: planErrorCodes,
    async handle({ body }) {
      return { status: 200, body: await installer.plan(toInstallation(body)) };
    },
  });
}

function planUpgrade({ installer }: PlanDeps): Route {
  return defineRoute({
    id: "plan-upgrade",
    method: "POST",
    path: "/api/v1/collections/{name}/upgrade/plan",
    may: "collections:change",
    audited: false,
    tag: "Collections",
    summary: "Say what upgrading an installed collection would do, without changing anything",
    body: upgradePlanning,
    largeBody: true,
    bodyOptional: true,
    answers: { 200: plan },
    errors: planErrorCodes,
    async handle({ params, body }) {
      return { status: 200, body: await installer.plan(toUpgrade(params.name, body)) };
    },
  });
}

function applyUpgrade({ installer }: PlanDeps): Route {
  return defineRoute({
    id: "upgrade-collection",
    method: "POST",
    path: "/api/v1/collections/{name}/upgrade",
    may: "collections:change",
    tag: "Collections",
    summary: "Upgrade an installed collection as it was planned",
    body: upgrade,
    largeBody: true,
    answers: { 200: applied },
    errors: applyErrorCodes,
    async handle({ params, body: { planHash, ...body } }) {
      return { status: 200, body: toAppliedView(await installer.apply(toUpgrade(params.name, body), planHash)) };
    },
  });
}

function planRollback({ installer }: PlanDeps): Route {
  return defineRoute({
    id: "plan-rollback",
    method: "POST",
    path: "/api/v1/collections/{name}/rollback/plan",
    may: "collections:change",
    audited: false,
    tag: "Collections",
    summary: "Say what going back to a kept version would do, without changing anything",
    body: rollbackPlanning,
    bodyOptional: true,
    answers: { 200: plan },
    errors: [...planErrorCodes, "COLLECTION_VERSION_UNKNOWN"],
    async handle({ params, body }) {
      return { status: 200, body: await installer.plan(toRollback(params.name, body)) };
    },
  });
}

function applyRollback({ installer }: PlanDeps): Route {
  return defineRoute({
    id: "roll-back-collection",
    method: "POST",
    path: "/api/v1/collections/{name}/rollback",
    may: "collections:change",
    tag: "Collections",
    summary: "Go back to a kept version as it was planned; records, runs and messages stay",
    body: rollback,
    answers: { 200: applied },
    errors: [...applyErrorCodes, "COLLECTION_VERSION_UNKNOWN"],
    async handle({ params, body: { planHash, ...body } }) {
      return { status: 200, body: toAppliedView(await installer.apply(toRollback(params.name, body), planHash)) };
    },
  });
}

function planUninstallation({ installer }: PlanDeps): Route {
  return defineRoute({
    id: "plan-uninstallation",
    method: "POST",
    path: "/api/v1/collections/{name}/uninstall/plan",
    may: "collections:change",
    audited: false,
    tag: "Collections",
    summary: "Say what uninstalling a collection would do, without changing anything",
    answers: { 200: plan },
    errors: ["COLLECTION_UNKNOWN", "COLLECTION_IN_USE"],
    async handle({ params: { name } }) {
      return { status: 200, body: await installer.plan({ kind: "uninstall", name }) };
    },
  });
}

function applyUninstallation({ installer }: PlanDeps): Route {
  return defineRoute({
    id: "uninstall-collection",
    method: "POST",
    path: "/api/v1/collections/{name}/uninstall",
    may: "collections:change",
    tag: "Collections",
    summary: "Uninstall a collection as it was planned; records, runs and messages stay",
    body: uninstallation,
    answers: { 200: applied },
    errors: ["COLLECTION_UNKNOWN", "COLLECTION_IN_USE", "DEFINITIONS_CHANGED", "PLAN_CHANGED"],
    async handle({ params: { name }, body: { planHash } }) {
      return { status: 200, body: toAppliedView(await installer.apply({ kind: "uninstall", name }, planHash)) };
    },
  });
}
