import { leavesOf, suggestMapping, toSkeleton } from "../../collections/scaffold/suggest-mapping.js";
import type { JsonSchema } from "../../core/json.js";
import type { ApiDeps } from "../api-deps.js";
import { callableEndpoint, toCallableEndpoints } from "../contract/connection.js";
import { samples, suggestionRequest, suggestions } from "../contract/draft.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { requireDataType } from "./push-records.js";

type BlockDeps = Pick<ApiDeps, "installer">;

/** What flows and translators are made of: what can be called, what to try them on, what could be mapped. */
export function buildingBlockRoutes(deps: BlockDeps): Route[] {
  return [listEndpoints(deps), listSamples(deps), suggestTranslator(deps)];
}

function listEndpoints({ installer }: BlockDeps): Route {
  return defineRoute({
    id: "list-callable-endpoints",
    method: "GET",
    path: "/api/v1/endpoints",
    may: "connections:read",
    tag: "Connections",
    summary: "List what can be called, by connection",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(callableEndpoint) },
    errors: [],
    handle({ query }) {
      const all = installer.catalog().connections().flatMap(toCallableEndpoints);
      const named = all.map((one) => ({ ...one, name: `${one.connection} ${one.endpoint.name}` }));
      return { status: 200, body: toPageView(cutPage(named, toPaging(query)), ({ name: _, ...one }) => one) };
    },
  });
}

function listSamples({ installer }: BlockDeps): Route {
  return defineRoute({
    id: "list-samples",
    method: "GET",
    path: "/api/v1/data-types/{ns}/{Type}/samples",
    may: "records:read",
    tag: "Data types",
    summary: "List the samples of a data type that installed collections bring with them",
    answers: { 200: samples },
    errors: ["DATA_TYPE_UNKNOWN"],
    async handle({ params: { ns, Type } }) {
      const { name } = requireDataType(installer, `${ns}/${Type}`);
      const found = (await installer.installed()).flatMap(({ collection }) =>
        collection.samples
          .filter(({ dataType }) => dataType === name)
          .flatMap((one) =>
            one.documents.map((document) => ({ collection: collection.name, name: one.name, document })),
          ),
      );
      return { status: 200, body: { samples: found } };
    },
  });
}

function suggestTranslator({ installer }: BlockDeps): Route {
  return defineRoute({
    id: "suggest-translator",
    method: "POST",
    path: "/api/v1/translators/suggest",
    may: "translators:try",
    tag: "Translators",
    summary: "Suggest a translator between two data types, by the names and types of their fields",
    body: suggestionRequest,
    answers: { 200: suggestions },
    errors: ["DATA_TYPE_UNKNOWN"],
    async handle({ body: { from, to, name = null, required = false } }) {
      const schemaOf = (name: string): JsonSchema | null => installer.catalog().dataType(name)?.schema ?? null;
      const leaves = (name: string) => leavesOf(requireDataType(installer, name).schema, schemaOf);
      const found = suggestMapping(leaves(from), leaves(to));
      const country = await countryIn(name, installer);
      const rules = { country, instead: {}, ...(required && { otherwise: "null" }) };
      const skeleton = toSkeleton(required ? found.filter((one) => one.to.required) : found, rules);
      const title = `${from.split("/")[1]} to ${to.split("/")[1]}`;
      const source = `/* title: ${title}\n   from: ${from}\n   to: ${to} */\n${skeleton}\n`;
      const fields = found.map(({ to: target, from: leaf, score }) => {
        const alike = leaf === null ? null : leaf.path.join(".");
        return { to: target.path.join("."), from: alike, score, required: target.required };
      });
      return { status: 200, body: { fields, source } };
    },
  });
}

/** How a translator knows the country of numbers without one: by its collection's parameter, where there is such a one. */
async function countryIn(translator: string | null, installer: BlockDeps["installer"]): Promise<string> {
  const asked = "$params.defaultCountry";
  if (translator === null) return asked;
  const all = await installer.installed();
  const own = all.find(({ collection }) => collection.name === translator.split("/")[0])?.collection.parameters;
  const properties = own?.properties ?? {};
  return typeof properties === "object" && Object.hasOwn(properties, "defaultCountry") ? asked : '"US"';
}
