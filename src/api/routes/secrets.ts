import type { ApiDeps } from "../api-deps.js";
import { rotation, secretList, secretSet, secretValue } from "../contract/secret.js";
import { defineRoute, type Route } from "../route.js";

type SecretDeps = Pick<ApiDeps, "installer" | "access" | "store">;

/** What secrets there are, never what they are; setting them, and sealing them anew. */
export function secretRoutes(deps: SecretDeps): Route[] {
  return [listSecrets(deps), setSecret(deps), rotateSecrets(deps)];
}

function listSecrets({ installer, access, store }: SecretDeps): Route {
  return defineRoute({
    id: "list-secrets",
    method: "GET",
    path: "/api/v1/secrets",
    may: "secrets:read",
    tag: "Secrets",
    summary: "What secrets there are, and whether the present PATCHBAY_SECRET has sealed them",
    answers: { 200: secretList },
    errors: ["STORE_UNAVAILABLE"],
    async handle() {
      const collections = await installer.secrets();
      const [secondFactors, dataKey] = [await access.factorSeals.count(), await store.people.sealedBy()];
      return { status: 200, body: { collections, secondFactors, dataKey } };
    },
  });
}

function setSecret({ installer }: SecretDeps): Route {
  return defineRoute({
    id: "set-secret",
    method: "PUT",
    path: "/api/v1/secrets/{collection}/{parameter}",
    may: "secrets:change",
    tag: "Secrets",
    summary: "Set one secret parameter of an installed collection, or forget it; nothing else changes",
    body: secretValue,
    answers: { 200: secretSet },
    errors: ["COLLECTION_UNKNOWN", "COLLECTION_VERSION_UNKNOWN", "PARAMETERS_INVALID", "DEFINITIONS_CHANGED"],
    async handle({ params: { collection, parameter }, body }) {
      await installer.setSecret(collection, parameter, body.value);
      return { status: 200, body: { collection, parameter, set: body.value !== null } };
    },
  });
}

function rotateSecrets({ installer, access, store }: SecretDeps): Route {
  return defineRoute({
    id: "rotate-secrets",
    method: "POST",
    path: "/api/v1/secrets/rotate",
    may: "secrets:rotate",
    tag: "Secrets",
    summary: "Seal with the present PATCHBAY_SECRET what PATCHBAY_SECRET_PREVIOUS has sealed",
    answers: { 200: rotation },
    errors: ["DEFINITIONS_CHANGED"],
    async handle() {
      const { resealed, unreadable } = await installer.reseal();
      const [secondFactors, dataKey] = [await access.factorSeals.reseal(), await store.people.reseal()];
      return { status: 200, body: { resealed, unreadable, secondFactors, dataKey } };
    },
  });
}
