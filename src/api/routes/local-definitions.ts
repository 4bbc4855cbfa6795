import type { Definition } from "../../collections/draft.js";
import type { ApiDeps } from "../api-deps.js";
import { definitionFile, localText, toDefinitionFileView } from "../contract/draft.js";
import { defineRoute, type Route } from "../route.js";

type LocalDeps = Pick<ApiDeps, "installer">;

/** What differs between flows and translators of this installation. */
interface Noun {
  readonly kind: Definition["kind"];
  readonly path: "/api/v1/local-flows/{name}" | "/api/v1/local-translators/{name}";
  readonly may: "flows:change" | "translators:change";
  readonly tag: string;
  readonly unknown: "FLOW_UNKNOWN" | "TRANSLATOR_UNKNOWN";
  readonly kept: string;
  readonly left: string;
}

const nouns: readonly Noun[] = [
  {
    ...{ kind: "flow", path: "/api/v1/local-flows/{name}", may: "flows:change", tag: "Flows", unknown: "FLOW_UNKNOWN" },
    kept: "It is kept in the database, so that every process has it. A new flow is switched off.",
    left: "A flow that is in the flows folder is again what it says there; one that is only here is gone, and its runs go on.",
  },
  {
    ...{ kind: "translator", path: "/api/v1/local-translators/{name}", may: "translators:change", tag: "Translators" },
    unknown: "TRANSLATOR_UNKNOWN",
    kept: "It is kept in the database, so that every process has it. Flows of this installation use it as `local/name`.",
    left: "One that is in the flows folder is again what it says there. Refused while flows of this installation need it.",
  },
];

/** Flows and translators of this installation: made, changed and taken away. */
export function localDefinitionRoutes(deps: LocalDeps): Route[] {
  return nouns.flatMap((noun) => [putLocal(noun, deps), deleteLocal(noun, deps)]);
}

function putLocal({ kind, path, may, tag, unknown, kept }: Noun, { installer }: LocalDeps): Route {
  return defineRoute({
    id: `save-local-${kind}`,
    method: "PUT",
    path,
    may,
    tag,
    summary: `Make or change a ${kind} of this installation; runs under way keep the version they began with`,
    description: kept,
    body: localText,
    largeBody: true,
    answers: { 200: definitionFile },
    errors: [unknown, "FLOW_CHANGED", "COLLECTION_INVALID", "DEFINITIONS_CHANGED"],
    async handle({ params: { name }, body: { text, basedOn } }) {
      await installer.editLocal({ kind, name, text, basedOn });
      return { status: 200, body: await fileOf({ kind, name }, installer) };
    },
  });
}

function deleteLocal({ kind, path, may, tag, unknown, left }: Noun, { installer }: LocalDeps): Route {
  return defineRoute({
    id: `delete-local-${kind}`,
    method: "DELETE",
    path,
    may,
    tag,
    summary: `Take away what was changed or made here of a ${kind} of this installation`,
    description: left,
    answers: { 200: definitionFile },
    errors: [unknown, "COLLECTION_INVALID", "DEFINITIONS_CHANGED"],
    async handle({ params: { name } }) {
      await installer.editLocal({ kind, name, text: null });
      return { status: 200, body: await fileOf({ kind, name }, installer) };
    },
  });
}

async function fileOf({ kind, name }: Definition, installer: LocalDeps["installer"]) {
  return toDefinitionFileView(await installer.definitionFile({ kind, name: `local/${name}` }));
}
