import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import twilio from "twilio";
import { Agent, request } from "undici";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import type { SimulatorOptions } from "../../src/simulator/simulator-options.js";
import { type Simulator, startSimulator } from "../../src/simulator/start-simulator.js";

/** Form parameters; null leaves one out, an array repeats it. */
export type Form = Readonly<Record<string, string | readonly string[] | null>>;

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; empty when it is none. */
  readonly body: JsonObject;
}

export interface Ask {
  readonly form?: Form;
  readonly json?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A started simulator and a client for it; `await using` closes both. */
export interface Bench extends AsyncDisposable {
  readonly simulator: Simulator;
  /** `/2010-04-01/Accounts/AC…` */
  readonly accountPath: string;
  call(method: "GET" | "POST" | "DELETE" | "PUT", path: string, ask?: Ask): Promise<Reply>;
  /** Creates a message that is valid but for `change`. */
  create(change?: Form, ask?: Ask): Promise<Reply>;
  /** The official SDK, sent to this simulator. */
  sdk(): ReturnType<typeof twilio>;
}

export const valid: Form = { To: "+16175551212", From: "+15005550006", Body: "Hey Maria!" };
const noDelays = { queued: 0, sent: 0, delivered: 0 };

export async function openBench(options: SimulatorOptions = {}): Promise<Bench> {
  const simulator = await startSimulator({ deliveryDelaysMs: noDelays, ...options });
  const agent = new Agent({ connections: 50, headersTimeout: 10_000 });
  const { accountSid, authToken } = simulator;
  const accountPath = `/2010-04-01/Accounts/${accountSid}`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const bench: Bench = {
    simulator,
    accountPath,
    async call(method, path, { form, json, query, headers } = {}) {
      const url = `${simulator.url}${path}${query ? `?${new URLSearchParams(query)}` : ""}`;
      const type = json === undefined ? "application/x-www-form-urlencoded" : "application/json";
      const sent = json === undefined ? toBody(form) : JSON.stringify(json);
      const reply = await request(url, {
        method,
        dispatcher: agent,
        headers: { authorization, "content-type": type, ...headers },
        ...(method === "POST" || method === "PUT" ? { body: sent } : {}),
      });
      const text = await reply.body.text();
      return { status: reply.statusCode, headers: reply.headers, text, body: toJson(text) };
    },
    create: (change = {}, ask = {}) =>
      bench.call("POST", `${accountPath}/Messages.json`, { form: { ...valid, ...change }, ...ask }),
    sdk: () => twilio(accountSid, authToken, { httpClient: new LoopbackClient(simulator.url) }),
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      await simulator.stop();
    },
  };
  return bench;
}

class LoopbackClient extends twilio.RequestClient {
  readonly #url: string;

  constructor(url: string) {
    super({ keepAlive: false });
    this.#url = url;
  }

  override request<TData>(options: Parameters<twilio.RequestClient["request"]>[0]) {
    const { pathname, search } = new URL(options.uri);
    return super.request<TData>({ ...options, uri: `${this.#url}${pathname}${search}` } as never);
  }
}

export interface Caught {
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly fields: Readonly<Record<string, string>>;
}

/** A server that keeps the callbacks it gets; `await using` closes it. */
export interface Catcher extends AsyncDisposable {
  readonly url: string;
  readonly caught: readonly Caught[];
  statuses(): string[];
}

/** @param answer What to do with each callback; 204 when left out. */
export async function openCatcher(
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.writeHead(204).end(),
): Promise<Catcher> {
  const caught: Caught[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
      caught.push({ target: incoming.url ?? "", headers: incoming.headers, fields });
      answer(response, incoming);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caught,
    statuses: () => caught.map(({ fields }) => fields.MessageStatus ?? ""),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Tells what the SDK thinks of a callback's signature. */
export function isSigned({ target, headers, fields }: Caught, base: string, token: string): boolean {
  return twilio.validateRequest(token, String(headers["x-twilio-signature"]), `${base}${target}`, fields);
}

export function readFixture<Value>(name: string): Value {
  return JSON.parse(readFileSync(packagePath("test", "fixtures", "simulator", name), "utf8")) as Value;
}

/** Gives the error that a call is rejected with, or null. */
export async function failureOf(call: Promise<unknown>): Promise<(Error & { code?: string | number }) | null> {
  return call.then(
    () => null,
    (error: Error) => error,
  );
}

function toBody(form: Form = {}): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    if (value === null) continue;
    for (const one of typeof value === "string" ? [value] : value) body.append(name, one);
  }
  return body.toString();
}

function toJson(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
