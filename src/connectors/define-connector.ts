import type {
  CallContext,
  CallResult,
  Connection,
  Connector,
  EndpointDescription,
  EnteredAt,
  Finding,
  KnownTemplates,
  MediaDesk,
  MessageDesk,
  PreparedCall,
  Reception,
  Search,
  TemplateSource,
  WebhookDescription,
  WebhookRequest,
} from "../core/connector.js";
import type { DeclaredEndpoints } from "../core/declared-endpoint.js";
import { describeProblems, PatchbayError } from "../core/errors.js";
import type { Inspection } from "../core/inspection.js";
import type { JsonObject, JsonSchema } from "../core/json.js";
import type { SenderPace } from "../core/sending.js";
import type { Template, TemplateWish } from "../core/template.js";
import { createCheck } from "./schema-check.js";

/** An endpoint as its author writes it: data, two functions, and a third where the vendor can be asked. */
export interface EndpointDefinition<Client, Settings, Payload> extends Omit<EndpointDescription, "findable"> {
  /** The vendor's code for a member whose value does not fit the schema, by its name; null where it has none. */
  codeOfMember?(name: string): number | null;
  /** Checks what the schema cannot, and says what will be sent; pure. The payload fits the schema. */
  prepare(payload: Payload, settings: Settings, templates?: KnownTemplates): PreparedCall;
  /** Says who makes a prepared call, and at what pace; left out where nobody in particular does. */
  senderOf?(request: JsonObject, settings: Settings): SenderPace | null;
  /** Makes the call once, with the request exactly as it was prepared. */
  send(client: Client, request: JsonObject, context: CallContext): Promise<CallResult>;
  /** Asks the vendor what became of a request that was sent; having it makes the endpoint `findable`. */
  find?(client: Client, request: JsonObject, search: Search): Promise<Finding>;
}

/** An endpoint that takes any payload and refuses the wrong ones. */
export interface Endpoint<Client, Settings> extends EndpointDescription {
  prepare(payload: JsonObject, settings: Settings, templates?: KnownTemplates): PreparedCall;
  senderOf?(request: JsonObject, settings: Settings): SenderPace | null;
  send(client: Client, request: JsonObject, context: CallContext): Promise<CallResult>;
  find?(client: Client, request: JsonObject, search: Search): Promise<Finding>;
}

/** Something a vendor calls. */
export interface Webhook<Settings> extends WebhookDescription {
  /** @throws SIGNATURE_INVALID before anything in the request has been believed. */
  receive(request: WebhookRequest, settings: Settings): Reception;
}

/** Gives what a webhook request says, with what is left out as nothing. */
export function toReception(parts: Partial<Reception>): Reception {
  return { reports: [], messages: [], ignored: null, answer: null, ...parts };
}

/** A vendor's templates as the connector's author writes it: see `TemplateSource`. */
export interface TemplateDefinition<Settings, Client> {
  wanted(settings: Settings): boolean;
  wish(endpoint: string, payload: JsonObject): TemplateWish | null;
  fetch(client: Client): Promise<readonly Template[]>;
}

/** A connector as its author writes it. */
export interface ConnectorDefinition<Settings, Client> {
  readonly key: string;
  readonly title: string;
  readonly settings: JsonSchema;
  readonly endpoints: readonly Endpoint<Client, Settings>[];
  readonly webhooks: readonly Webhook<Settings>[];
  /** Makes the endpoints that a connection has of its own; absent where none has any. */
  declare?(endpoints: DeclaredEndpoints): readonly Endpoint<Client, Settings>[];
  /** Where one can ask about messages; absent where one cannot. */
  messages?(client: Client): MessageDesk;
  /** Where the files are that come with messages; absent where none do. */
  media?(client: Client, settings: Settings): MediaDesk;
  readonly templates?: TemplateDefinition<Settings, Client>;
  /** Makes the client of one connection; makes no request. */
  connect(settings: Settings): Client;
  /** Lets go of what a client holds by itself; absent where it shares the outbound client, which whoever opened it closes. */
  disconnect?(client: Client): void;
  /** Looks at the account; absent where the vendor cannot be asked. */
  inspect?(client: Client, settings: Settings): Promise<Inspection>;
  /** Enters the addresses of webhooks at one sender. */
  enterWebhooks?(client: Client, sender: EnteredAt, urls: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Makes an endpoint whose payload is checked against its schema before `prepare` sees it.
 *
 * Members that are null count as absent: expressions over incomplete records give null.
 *
 * @throws PAYLOAD_INVALID from `prepare`, listing every problem by path; `details.problems` has them apart.
 */
export function defineEndpoint<Client, Settings, Payload>(
  definition: EndpointDefinition<Client, Settings, Payload>,
): Endpoint<Client, Settings> {
  const check = createCheck<Payload>(definition.payload);
  return Object.freeze({
    ...definition,
    findable: definition.find !== undefined,
    prepare: (payload: JsonObject, settings: Settings, templates?: KnownTemplates) => {
      const checked = check(withoutNulls(payload));
      if (checked.ok) return definition.prepare(checked.value, settings, templates);
      const { problems } = checked;
      const vendorCode = definition.codeOfMember?.(problems[0]?.path.split("/")[1] ?? "") ?? null;
      throw new PatchbayError("PAYLOAD_INVALID", `${definition.title}: ${describeProblems(problems)}`, {
        problems,
        ...(vendorCode === null ? {} : { vendorCode: String(vendorCode) }),
      });
    },
  });
}

/**
 * Makes a connector from its parts.
 *
 * @throws ENDPOINT_MISCONFIGURED from `open` when the settings do not fit their schema.
 * @throws ENDPOINT_UNKNOWN, WEBHOOK_UNKNOWN from the connection, naming what there is. `find` throws ENDPOINT_UNKNOWN for
 *   an endpoint that is not `findable`, too.
 */
export function defineConnector<Settings, Client>(definition: ConnectorDefinition<Settings, Client>): Connector {
  const { key, title, settings, endpoints, webhooks, declare } = definition;
  const check = createCheck<Settings>(settings);
  return Object.freeze({
    key,
    title,
    settings,
    endpoints: endpoints.map(describe),
    webhooks: webhooks.map(({ receive: _receive, ...description }) => Object.freeze(description)),
    ...(declare && { declare: (declared: DeclaredEndpoints) => declare(declared).map(describe) }),
    open: (given: JsonObject, declared?: DeclaredEndpoints) => {
      const checked = check(given);
      if (checked.ok) {
        const own = declared === undefined ? [] : (declare?.(declared) ?? []);
        return openConnection({ ...definition, endpoints: [...endpoints, ...own] }, checked.value);
      }
      const { problems } = checked;
      throw new PatchbayError("ENDPOINT_MISCONFIGURED", `${title} settings: ${describeProblems(problems)}`, {
        problems,
      });
    },
  });
}

function openConnection<Settings, Client>(
  definition: ConnectorDefinition<Settings, Client>,
  settings: Settings,
): Connection {
  const client = definition.connect(settings);
  const unknownEndpoint = (key: string): PatchbayError =>
    new PatchbayError("ENDPOINT_UNKNOWN", unknown(definition, "endpoint", key), { endpoint: key });
  const { templates } = definition;
  const endpoint = (key: string): Endpoint<Client, Settings> => {
    const found = definition.endpoints.find((candidate) => candidate.key === key);
    if (found) return found;
    throw unknownEndpoint(key);
  };
  const media = definition.media?.(client, settings);
  return Object.freeze({
    ...(media === undefined ? {} : { media }),
    ...(definition.messages === undefined ? {} : { messages: definition.messages(client) }),
    ...(templates === undefined ? {} : { templates: sourceOf(templates, { client, settings }) }),
    prepare: (key: string, payload: JsonObject, known?: KnownTemplates) =>
      endpoint(key).prepare(payload, settings, known),
    senderOf: (key: string, request: JsonObject) => endpoint(key).senderOf?.(request, settings) ?? null,
    // As it comes: an async function around it would wait for the same answer once more.
    send: (key: string, request: JsonObject, context: CallContext) => {
      const found = definition.endpoints.find((candidate) => candidate.key === key);
      return found?.send(client, request, context) ?? Promise.reject(unknownEndpoint(key));
    },
    find: async (key: string, request: JsonObject, search: Search) => {
      const asked = endpoint(key);
      if (asked.find) return asked.find(client, request, search);
      const message = `${definition.key}/${key} cannot tell what became of a call`;
      throw new PatchbayError("ENDPOINT_UNKNOWN", message, { endpoint: key });
    },
    receive: (key: string, request: WebhookRequest) => {
      const webhook = definition.webhooks.find((candidate) => candidate.key === key);
      if (webhook) return webhook.receive(request, settings);
      throw new PatchbayError("WEBHOOK_UNKNOWN", unknown(definition, "webhook", key), { webhook: key });
    },
    ...looking(definition, client, settings),
    close: async () => definition.disconnect?.(client),
  });
}

function sourceOf<Settings, Client>(
  { wanted, wish, fetch }: TemplateDefinition<Settings, Client>,
  { client, settings }: { client: Client; settings: Settings },
): TemplateSource {
  return { wanted: wanted(settings), wish, fetch: () => fetch(client) };
}

function looking<Settings, Client>(
  { inspect, enterWebhooks }: ConnectorDefinition<Settings, Client>,
  client: Client,
  settings: Settings,
): Pick<Connection, "inspect" | "enterWebhooks"> {
  return {
    ...(inspect && { inspect: () => inspect(client, settings) }),
    ...(enterWebhooks && {
      enterWebhooks: (sender: EnteredAt, urls: Readonly<Record<string, string>>) => enterWebhooks(client, sender, urls),
    }),
  };
}

function describe<Client, Settings>({
  key,
  title,
  onRepeat,
  findable,
  payload,
  testText,
}: Endpoint<Client, Settings>): EndpointDescription {
  return Object.freeze({ key, title, onRepeat, findable, payload, ...(testText && { testText }) });
}

function unknown<Settings, Client>(
  { key, endpoints, webhooks }: ConnectorDefinition<Settings, Client>,
  kind: "endpoint" | "webhook",
  asked: string,
): string {
  const known = (kind === "endpoint" ? endpoints : webhooks).map((entry) => entry.key).join(", ");
  return `${key} has no ${kind} "${asked}"; it has: ${known || "none"}`;
}

function withoutNulls(payload: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null && value !== undefined));
}
