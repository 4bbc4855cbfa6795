import type { ServerResponse } from "node:http";
import { toJunit } from "../../collections/golden-junit.js";
import { type GoldenReport, testsFailed } from "../../collections/golden-report.js";
import type { MakingOrder, TestOrder } from "../../collections/workshop.js";
import type { ApiDeps } from "../api-deps.js";
import { sourceErrorCodes, toContentRequest } from "../contract/collection-source.js";
import { described, object, oneOf, type Schema } from "../contract/schema.js";
import {
  cenitOrder,
  type GoldenReportView,
  goldenReport,
  installedTesting,
  madeCollection,
  newCollectionOrder,
  openApiOrder,
  publication,
  publicationOrder,
  type TestingBody,
  testing,
} from "../contract/workshop.js";
import { type Answer, defineRoute, type Route } from "../route.js";

type WorkshopDeps = Pick<ApiDeps, "installer" | "workshop">;

const jobErrors = ["COLLECTION_TOO_COSTLY", "SERVER_OVERLOADED", "SERVER_STOPPING"] as const;
const format = described("`junit`: the report as build servers read it.", oneOf(["json", "junit"]));
const reportOrXml: Schema<GoldenReportView | string> = goldenReport;

/** Testing collections and making new ones: done beside the server, with limits. */
export function workshopRoutes(deps: WorkshopDeps): Route[] {
  return [
    testCollection(deps),
    testInstalled(deps),
    newCollection(deps),
    fromOpenApi(deps),
    fromCenit(deps),
    publishCollection(deps),
  ];
}

function testCollection({ installer, workshop }: WorkshopDeps): Route {
  return defineRoute({
    id: "test-collection",
    method: "POST",
    path: "/api/v1/collections/test",
    may: "collections:make",
    audited: false,
    tag: "Collections",
    summary: "Run the golden tests of a collection, wherever it is; nothing is installed and nothing is sent",
    description:
      "They run in a process of their own, one request at a time, within two minutes and 768 MB; what was not finished by then is in the report as failed. What the collection requires is what is installed, else what an installation would find.",
    query: object({}, { format }),
    body: testing,
    largeBody: true,
    answers: { 200: reportOrXml },
    errors: [...sourceErrorCodes, ...jobErrors],
    async handle({ body, query, response }) {
      const { files } = await installer.content(toContentRequest(body));
      const order = { ...toTestOrder(body), files, installed: await installedNow(installer) };
      const { report } = await workshop.test(order, gone(response));
      return toReportAnswer(report, query.format);
    },
  });
}

function testInstalled({ installer, workshop }: WorkshopDeps): Route {
  return defineRoute({
    id: "test-installed-collection",
    method: "POST",
    path: "/api/v1/collections/{name}/test",
    may: "collections:make",
    audited: false,
    tag: "Collections",
    summary:
      "Run the golden tests of what runs of an installed collection, perhaps with files changed; nothing is changed or sent",
    query: object({}, { format }),
    body: installedTesting,
    bodyOptional: true,
    largeBody: true,
    answers: { 200: reportOrXml },
    errors: ["COLLECTION_UNKNOWN", "COLLECTION_VERSION_UNKNOWN", "COLLECTION_INVALID", ...jobErrors],
    async handle({ params: { name }, body, query, response }) {
      const { files } = await installer.running(name);
      const changed = withChanges(files, body.changes ?? {});
      const order = { ...toTestOrder(body), files: changed, installed: await installedNow(installer) };
      const { report } = await workshop.test(order, gone(response));
      return toReportAnswer(report, query.format);
    },
  });
}

function newCollection({ installer, workshop }: WorkshopDeps): Route {
  return defineRoute({
    id: "new-collection",
    method: "POST",
    path: "/api/v1/collections/new",
    may: "collections:make",
    audited: false,
    tag: "Collections",
    summary:
      "Make a collection of samples: a data type, a translator, a flow that is off, and a golden test; nothing is installed",
    body: newCollectionOrder,
    largeBody: true,
    answers: { 200: madeCollection },
    errors: ["DATA_TYPE_UNKNOWN", ...jobErrors],
    async handle({ body, response }) {
      const { to = "communication/Sms", ...rest } = body;
      const order: MakingOrder = { kind: "new", ...rest, to, installed: await installedNow(installer) };
      return { status: 200, body: await workshop.make(order, gone(response)) };
    },
  });
}

function fromOpenApi({ workshop }: WorkshopDeps): Route {
  return defineRoute({
    id: "collection-from-openapi",
    method: "POST",
    path: "/api/v1/collections/from-openapi",
    may: "collections:make",
    audited: false,
    tag: "Collections",
    summary: "Make a collection of an OpenAPI 3 document, with an endpoint for each operation; nothing is installed",
    body: openApiOrder,
    largeBody: true,
    answers: { 200: madeCollection },
    errors: ["API_DOCUMENT_INVALID", ...jobErrors],
    async handle({ body: { document, url = null, name = null, only = [], auth = null }, response }) {
      const order = { kind: "from-openapi", document, url, name, only, auth } as const;
      return { status: 200, body: await workshop.make(order, gone(response)) };
    },
  });
}

function fromCenit({ workshop }: WorkshopDeps): Route {
  return defineRoute({
    id: "collection-from-cenit",
    method: "POST",
    path: "/api/v1/collections/from-cenit",
    may: "collections:make",
    audited: false,
    tag: "Collections",
    summary: "Make a collection of a Cenit collection, its files or one exported JSON; nothing is installed",
    body: cenitOrder,
    largeBody: true,
    answers: { 200: madeCollection },
    errors: ["CENIT_SOURCE_INVALID", ...jobErrors],
    async handle({ body: { files, name = null }, response }) {
      return { status: 200, body: await workshop.make({ kind: "from-cenit", files, name }, gone(response)) };
    },
  });
}

function publishCollection({ installer, workshop }: WorkshopDeps): Route {
  return defineRoute({
    id: "publish-collection",
    method: "POST",
    path: "/api/v1/collections/publish",
    may: "collections:make",
    tag: "Collections",
    summary: "Check, test, pack and perhaps sign a collection, and give its bundle and the index with it",
    description:
      "The server keeps nothing and writes nothing: put the bundle and the index.json of the answer where the index is. Refused is what `collection check` refuses, what looks like a secret, and what fails its golden tests.",
    body: publicationOrder,
    largeBody: true,
    answers: { 200: publication },
    errors: [...sourceErrorCodes, "COLLECTION_TESTS_FAILED", "FILE_UNREADABLE", "VERSION_PUBLISHED", ...jobErrors],
    async handle({ body, response }) {
      const { files, signature } = await installer.content(toContentRequest(body));
      const order = { files, installed: await installedNow(installer), only: undefined, fuzz: null, shared: true };
      const { subject, report } = await workshop.test(order, gone(response));
      if (report.failed > 0 && body.despiteTests !== true) throw testsFailed(report);
      const { sign = false, index = null, category, publisher } = body;
      const prepared = await installer.publication({ files, subject, signature, sign, index, category, publisher });
      const { integrity, key, added, source: path, bundle } = prepared;
      const { name, version } = subject;
      const packed = { path, base64: Buffer.from(bundle).toString("base64") };
      return {
        status: 200,
        body: { name, version, integrity, key, added, bundle: packed, index: prepared.index, report },
      };
    },
  });
}

function toTestOrder({ only, fuzz }: Pick<TestingBody, "only" | "fuzz">): Pick<TestOrder, "only" | "fuzz" | "shared"> {
  return { only, fuzz: fuzz === undefined ? null : { runs: fuzz.runs ?? 50, seed: fuzz.seed ?? 1 }, shared: false };
}

async function installedNow(installer: WorkshopDeps["installer"]): Promise<TestOrder["installed"]> {
  return (await installer.installed()).map(({ collection }) => collection);
}

function withChanges(
  files: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const all = { ...files, ...changes };
  return Object.fromEntries(Object.entries(all).flatMap(([path, text]) => (text === null ? [] : [[path, text]])));
}

function toReportAnswer(report: GoldenReport, wanted: "json" | "junit" | undefined): Answer<GoldenReportView | string> {
  if (wanted !== "junit") return { status: 200, body: report };
  return { status: 200, body: toJunit(report), headers: { "Content-Type": "application/xml;charset=utf-8" } };
}

/** Says when the caller has gone: nobody waits for the answer any more. */
function gone(response: ServerResponse): AbortSignal {
  const stop = new AbortController();
  response.once("close", () => stop.abort());
  return stop.signal;
}
