import type { ErrorCode } from "../../core/error-catalogue.js";
import type { ApiDeps } from "../api-deps.js";
import { definitionFile, localFlowText, toDefinitionFileView } from "../contract/draft.js";
import { defineRoute, type Route } from "../route.js";

type LocalFlowDeps = Pick<ApiDeps, "installer">;

const path = "/api/v1/local-flows/{name}";
const errors = [
  "FLOW_UNKNOWN",
  "FLOW_CHANGED",
  "COLLECTION_INVALID",
  "DEFINITIONS_CHANGED",
] as const satisfies readonly ErrorCode[];

/** Flows of this installation: made, changed and taken away. */
export function localFlowRoutes(deps: LocalFlowDeps): Route[] {
  return [putFlow(deps), deleteFlow(deps)];
}

function putFlow({ installer }: LocalFlowDeps): Route {
  return defineRoute({
    id: "save-local-flow",
    method: "PUT",
    path,
    may: "flows:change",
    tag: "Flows",
    summary: "Make or change a flow of this installation; runs under way keep the version they began with",
    description: "It is kept in the database, so that every process has it. A new flow is switched off.",
    body: localFlowText,
    largeBody: true,
    answers: { 200: definitionFile },
    errors,
    async handle({ params: { name }, body: { text, basedOn } }) {
      await installer.editLocalFlow({ name, text, basedOn });
      return { status: 200, body: await fileOf(name, installer) };
    },
  });
}

function deleteFlow({ installer }: LocalFlowDeps): Route {
  return defineRoute({
    id: "delete-local-flow",
    method: "DELETE",
    path,
    may: "flows:change",
    tag: "Flows",
    summary: "Take away what was changed or made here of a flow of this installation",
    description:
      "A flow that is in the flows folder is again what it says there; one that is only here is gone, and its runs go on.",
    answers: { 200: definitionFile },
    errors,
    async handle({ params: { name } }) {
      await installer.editLocalFlow({ name, text: null });
      return { status: 200, body: await fileOf(name, installer) };
    },
  });
}

async function fileOf(name: string, installer: LocalFlowDeps["installer"]) {
  return toDefinitionFileView(await installer.definitionFile({ kind: "flow", name: `local/${name}` }));
}
