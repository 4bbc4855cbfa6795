import type { CheckedDraft } from "../../collections/draft.js";
import { toExpressionFailure } from "../../collections/try-expression.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import type { FlowVersion } from "../../core/flow.js";
import { madeUpOccasion, pastOccasion } from "../../engine/rehearsed-occasion.js";
import type { ApiDeps } from "../api-deps.js";
import {
  checkedDraft,
  definitionFile,
  draft,
  dryRun,
  expressionResult,
  expressionTrial,
  rehearsed,
  toCheckedDraftView,
  toDefinitionFileView,
  toDraftProblemView,
  toFailureView,
  toRehearsedView,
  translatorDraft,
  triedTranslator,
} from "../contract/draft.js";
import type { Static } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type DraftDeps = Pick<ApiDeps, "engine" | "installer" | "store">;

const readErrors = ["COLLECTION_UNKNOWN", "COLLECTION_VERSION_UNKNOWN"] as const satisfies readonly ErrorCode[];

/** What somebody writes before it is kept: looked at, checked and tried. */
export function draftRoutes(deps: DraftDeps): Route[] {
  return [
    ...[getFile("flow", deps), getFile("translator", deps), checkFlow(deps), checkTranslator(deps)],
    ...[tryExpression(deps), dryRunFlow(deps)],
  ];
}

function getFile(kind: "flow" | "translator", { installer }: DraftDeps): Route {
  const noun = kind === "flow" ? "Flows" : "Translators";
  return defineRoute({
    id: `get-${kind}-file`,
    method: "GET",
    path: `/api/v1/${kind === "flow" ? "flows" : "translators"}/{ns}/{name}/file`,
    may: kind === "flow" ? "flows:read" : "translators:read",
    tag: noun,
    summary: `Get the text of a ${kind}'s file, with the changes that were made here`,
    answers: { 200: definitionFile },
    errors: readErrors,
    async handle({ params: { ns, name } }) {
      return {
        status: 200,
        body: toDefinitionFileView(await installer.definitionFile({ kind, name: `${ns}/${name}` })),
      };
    },
  });
}

function checkFlow({ installer }: DraftDeps): Route {
  return defineRoute({
    id: "check-flow",
    method: "POST",
    path: "/api/v1/flows/check",
    may: "flows:change",
    audited: false,
    tag: "Flows",
    summary: "Check the text of a flow's file as if it were saved, without keeping anything",
    body: draft,
    largeBody: true,
    answers: { 200: checkedDraft },
    errors: readErrors,
    async handle({ body: { name, text } }) {
      return { status: 200, body: toCheckedDraftView(await installer.checkDefinition({ kind: "flow", name }, text)) };
    },
  });
}

function checkTranslator({ installer }: DraftDeps): Route {
  return defineRoute({
    id: "check-translator",
    method: "POST",
    path: "/api/v1/translators/check",
    may: "flows:change",
    audited: false,
    tag: "Translators",
    summary: "Check the text of a translator's file, and try it on a document, without keeping anything",
    description: "What fails in the translator is no error of the request: it is in the answer, with its line.",
    body: translatorDraft,
    largeBody: true,
    answers: { 200: triedTranslator },
    errors: readErrors,
    async handle({ body: { name, text, input } }) {
      const { problems } = await installer.checkDefinition({ kind: "translator", name }, text);
      const checked = { problems: problems.map(toDraftProblemView) };
      const own = problems.some(({ severity, range }) => severity === "error" && range !== null);
      const none = { output: null, outputProblems: [], failure: null };
      if (own || input === undefined) return { status: 200, body: { ...checked, ...none } };
      try {
        const tried = await installer.tryTranslator(name, input, text);
        return { status: 200, body: { ...checked, ...none, output: tried.output, outputProblems: tried.problems } };
      } catch (thrown) {
        if (!(thrown instanceof PatchbayError) || !thrown.code.startsWith("TRANSLATOR_")) throw thrown;
        return { status: 200, body: { ...checked, ...none, failure: toFailureView(toExpressionFailure(thrown)) } };
      }
    },
  });
}

function tryExpression({ installer }: DraftDeps): Route {
  return defineRoute({
    id: "try-expression",
    method: "POST",
    path: "/api/v1/expressions/try",
    may: "translators:try",
    tag: "Translators",
    summary: "Evaluate an expression as flows and translators do, without keeping anything",
    body: expressionTrial,
    largeBody: true,
    answers: { 200: expressionResult },
    errors: [],
    async handle({ body: { expression, input = null, bindings = {}, collection = null } }) {
      const { value, failure } = await installer.tryExpression({ expression, input, bindings, collection });
      const said = { found: value !== undefined, value: value ?? null };
      return { status: 200, body: { ...said, failure: failure && toFailureView(failure) } };
    },
  });
}

function dryRunFlow({ engine, installer, store }: DraftDeps): Route {
  return defineRoute({
    id: "dry-run-flow",
    method: "POST",
    path: "/api/v1/flows/{ns}/{name}/dry-run",
    may: "flows:change",
    audited: false,
    tag: "Flows",
    summary: "Go through a flow, or the text of one, for an event: nothing is sent, nothing is kept",
    description:
      "What only the world can say (a vendor's answer, a delivery, a reply) is supposed, and marked as such; `suppose` says it otherwise.",
    body: dryRun,
    largeBody: true,
    answers: { 200: rehearsed },
    errors: [...readErrors, "FLOW_UNKNOWN", "EVENT_UNKNOWN", "EVENT_NOT_KEPT", "COLLECTION_INVALID"],
    async handle({ params: { ns, name }, body }) {
      const version = await meantVersion(`${ns}/${name}`, body.text, installer);
      const occasion = await occasionOf(body, version, { installer, store });
      return {
        status: 200,
        body: toRehearsedView(await engine.rehearse({ version, occasion, supposed: body.suppose ?? {} })),
      };
    },
  });
}

/** @throws FLOW_UNKNOWN; COLLECTION_INVALID while the text has errors */
async function meantVersion(
  name: string,
  text: string | undefined,
  installer: DraftDeps["installer"],
): Promise<FlowVersion> {
  if (text === undefined) {
    const installed = installer.catalog().flow(name);
    if (installed !== null) return installed.version;
    throw new PatchbayError("FLOW_UNKNOWN", `There is no flow ${name.slice(0, 200)}`);
  }
  const { flow, problems } = await installer.checkDefinition({ kind: "flow", name }, text);
  if (flow !== null) return flow;
  throw new PatchbayError("COLLECTION_INVALID", sayingWhy(problems), {
    problems: problems.map(({ range: _, ...one }) => one),
  });
}

function sayingWhy(problems: CheckedDraft["problems"]): string {
  const [first] = problems;
  return first === undefined ? "The text is no flow" : `The flow has problems: ${first.path} ${first.message}`;
}

function occasionOf(
  { eventId, payload, previous }: Static<typeof dryRun>,
  { flow }: FlowVersion,
  { installer, store }: Pick<DraftDeps, "installer" | "store">,
) {
  if (eventId !== undefined && payload !== undefined) {
    throw new PatchbayError("REQUEST_INVALID", "Say either eventId or payload, not both");
  }
  if (eventId !== undefined) return pastOccasion(eventId, store);
  const made = { payload: payload ?? {}, previous: previous ?? null };
  return madeUpOccasion(flow.on, made, { catalog: installer.catalog(), now: new Date(store.now()) });
}
