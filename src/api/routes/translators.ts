import type { ApiDeps } from "../api-deps.js";
import { toTranslatorView, translator, translatorResult, translatorTrial } from "../contract/definitions.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

/** Installed translators, and trying them. */
export function translatorRoutes({ installer }: Pick<ApiDeps, "installer">): Route[] {
  const list = defineRoute({
    id: "list-translators",
    method: "GET",
    path: "/api/v1/translators",
    may: "translators:read",
    tag: "Translators",
    summary: "List translators by name",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(translator) },
    errors: [],
    handle({ query }) {
      const page = cutPage(installer.catalog().translators(), toPaging(query));
      return { status: 200, body: toPageView(page, toTranslatorView) };
    },
  });
  const attempt = defineRoute({
    id: "try-translator",
    method: "POST",
    path: "/api/v1/translators/{ns}/{name}/try",
    may: "translators:try",
    tag: "Translators",
    summary: "Run a translator on a document, without keeping anything",
    body: translatorTrial,
    largeBody: true,
    answers: { 200: translatorResult },
    errors: [
      ...(["TRANSLATOR_UNKNOWN", "TRANSLATOR_INVALID", "TRANSLATOR_FAILED", "TRANSLATOR_REFUSED"] as const),
      ...(["TRANSLATOR_TIMED_OUT", "TRANSLATOR_OUT_OF_MEMORY", "TRANSLATOR_OUTPUT_TOO_LARGE"] as const),
    ],
    async handle({ params, body: { input, source } }) {
      const { output, problems } = await installer.tryTranslator(`${params.ns}/${params.name}`, input, source);
      return { status: 200, body: { output, problems } };
    },
  });
  return [list, attempt];
}
