import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "chai";
import { pino } from "pino";
import { Agent, request } from "undici";
import type { ApiDeps } from "../../src/api/api-deps.js";
import { createApi } from "../../src/api/create-api.js";
import { listen } from "../../src/api/listen.js";
import { createDelayCounter } from "../../src/api/loop-delay.js";
import { type CommitWatch, watchCommits } from "../../src/api/watch-commits.js";
import type { Workshop } from "../../src/collections/workshop.js";
import { packagePath } from "../../src/config/package-root.js";
import { createNewId } from "../../src/core/id.js";
import type { Store } from "../../src/core/store.js";
import { nationalOf, toE164 } from "../../src/phone/phone.js";
import { localToken, openTestAccess } from "./open-test-access.js";
import { openParts, type TestParts } from "./parts.js";

/** A console as small as it can be. */
export const consoleFolder = fileURLToPath(new URL("../../../test/fixtures/api/console", import.meta.url));

const unused = async (): Promise<never> => {
  throw new Error("the workshop is tested on a whole Patchbay");
};
/** Tests no collection and makes none. */
export const noWorkshop: Workshop = { test: unused, make: unused };

/** One answer, already checked against the OpenAPI document the server itself gives. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Undefined when the answer is not JSON. */
  readonly json: unknown;
}

export interface TestRequest {
  readonly headers?: Record<string, string>;
  /** Text and bytes go out as they are, anything else as JSON. */
  readonly body?: unknown;
}

export interface TestApi {
  readonly parts: TestParts;
  readonly url: string;
  readonly port: number;
  readonly logged: string[];
  /** The store with the watch on it. */
  readonly store: Store;
  readonly commits: CommitWatch;
  call(method: string, path: string, options?: TestRequest): Promise<TestAnswer>;
  close(): Promise<void>;
}

export type OpenApiDocument = {
  readonly paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { content?: Content }> }>
  >;
  readonly components: { schemas: Record<string, object> };
};
type Content = Record<string, { schema: object }>;

/** Where nobody looks at what was written down. */
export const noTrail: ApiDeps["trail"] = { record: async () => {}, trim: async () => 0 };

export type TestApiSettings = Partial<ApiDeps> & {
  /** Of the environment. */
  readonly apiKey?: string | null;
  /** Where users and keys are kept; there are none when absent. */
  readonly accessStore?: Store;
};

/** Starts an API on a free port of this machine over the test parts. */
export async function openTestApi({ apiKey = null, accessStore, ...settings }: TestApiSettings = {}): Promise<TestApi> {
  const parts = await openParts();
  const logged: string[] = [];
  const { store, watch } = watchCommits(parts.store);
  const handler = createApi({
    ...{ engine: parts.engine, store, installer: parts.installer, workshop: noWorkshop },
    log: pino({ level: "debug", base: null }, { write: (line: string) => void logged.push(line) }),
    ...{ version: "0.0.0-test", publicUrl: "https://patchbay.example.com", bodyLimitBytes: 20_000 },
    readNumber: (written) => toE164(written, null),
    nationalOf,
    newId: createNewId(Date.now, randomBytes),
    ...{
      trail: noTrail,
      loopDelay: createDelayCounter(),
      addressOf: () => "127.0.0.1",
      pseudonym: (text) => `hash of ${text.length}`,
    },
    access: openTestAccess(accessStore ?? parts.store, apiKey),
    ...{ role: "all", commits: watch, consoleFolder, schemasFolder: packagePath("schemas") },
    ...settings,
  });
  const server = await listen(handler, { host: "127.0.0.1", port: 0, stopWithinMs: 2_000 });
  const agent = new Agent();
  const key =
    apiKey === null
      ? { headers: { authorization: `Bearer ${localToken}` } }
      : { headers: { authorization: `Bearer ${apiKey}` } };
  const send = sender(server.url, agent);
  const contract = contractOf((await send("GET", "/openapi.json", key)).text);
  return {
    ...{ parts, url: server.url, port: server.port, logged, store, commits: watch },
    async call(method, path, options) {
      const answer = await send(method, path, options);
      contract.check(method, path, answer);
      return answer;
    },
    async close() {
      watch.close();
      await agent.close();
      await server.stop();
    },
  };
}

function sender(url: string, agent: Agent) {
  return async (method: string, path: string, { headers = {}, body }: TestRequest = {}): Promise<TestAnswer> => {
    const raw = typeof body === "string" || body instanceof Uint8Array || isStream(body);
    const type = body === undefined || raw ? {} : { "content-type": "application/json" };
    const answer = await request(`${url}${path}`, {
      method: method as "GET",
      dispatcher: agent,
      headers: { ...type, ...headers },
      body: body === undefined ? null : raw ? (body as string) : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const isJson =
      /json$|json;/.test(String(answer.headers["content-type"])) &&
      !/ndjson/.test(String(answer.headers["content-type"]));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text,
      json: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  };
}

function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

type Contract = ReturnType<typeof openContract>;
const contracts = new Map<string, Contract>();

/** Gives the contract of a document, compiled once: every test opens a server, and nearly all of them give the same one. */
function contractOf(document: string): Contract {
  const contract = contracts.get(document) ?? openContract(JSON.parse(document) as OpenApiDocument);
  contracts.set(document, contract);
  return contract;
}

function openContract(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const { schemas } = document.components;
  const own = Object.fromEntries(Object.entries(schemas).filter(([name]) => !name.includes(".")));
  const patterns = Object.keys(document.paths)
    .sort((left, right) => left.split("{").length - right.split("{").length)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`) }));
  const operationOf = (method: string, url: string) => {
    const path = patterns.find(({ pattern }) => pattern.test(url.split("?")[0] ?? ""))?.path ?? "";
    return document.paths[path]?.[method === "HEAD" ? "get" : method.toLowerCase()];
  };
  ajv.addSchema({ $id: "contract", components: { schemas: own } });
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (schema: object): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"#/components', '"contract#/components');
    const validate = validators.get(text) ?? ajv.compile(JSON.parse(text));
    validators.set(text, validate);
    return validate;
  };
  const requireFit = (answer: TestAnswer, schema: object, what: string) => {
    const validate = validatorOf(schema);
    expect(validate(answer.json), `${what}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
  };
  return {
    /** Fails unless the answer is one that the document promises. */
    check(method: string, url: string, answer: TestAnswer): void {
      const what = `${method} ${url} ${answer.status}`;
      const type = String(answer.headers["content-type"] ?? "").split(";")[0] ?? "";
      if (type === "application/problem+json") requireFit(answer, { $ref: "#/components/schemas/Problem" }, what);
      const operation = operationOf(method, url);
      if (operation === undefined) return;
      const response = operation.responses[answer.status];
      expect(response, `${what} is documented`).to.be.an("object");
      if (answer.json === undefined) return;
      expect(response?.content, what).to.have.property(type);
      requireFit(answer, response?.content?.[type]?.schema ?? {}, what);
    },
  };
}
