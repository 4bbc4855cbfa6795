import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { writeText } from "./convert-template.js";
import { camel, createNames, kebab, sameName } from "./names.js";
import type { CenitNotes } from "./notes.js";
import type { CenitMember, CenitSource } from "./read-source.js";

/** A connection, as a collection has it. */
export interface ConvertedConnection {
  readonly name: string;
  readonly title: string;
  readonly connector: "http" | "twilio";
  readonly settings: JsonObject;
  readonly origin: CenitMember;
  /** Query parameters that every call of it has, by name: a template. */
  readonly query: readonly Pair[];
}

/** A key and its template. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** What the installer is asked for. */
export interface Parameters {
  readonly properties: Record<string, JsonObject>;
  readonly required: Set<string>;
  /** Names that templates know to the parameter's; null for a secret. */
  readonly known: Map<string, string | null>;
  /** The same with secrets: settings may read them. */
  readonly inSettings: Map<string, string | null>;
}

/** All connections and what they need. */
export interface Connections {
  readonly all: readonly ConvertedConnection[];
  readonly parameters: Parameters;
}

const secretName = /token|secret|pass(word|wd|phrase)|api_?key|(^|_)key$|private|credential/i;

/** Makes connections; what proves who calls becomes parameters. */
export function convertConnections(source: CenitSource, notes: CenitNotes): Connections {
  const parameters: Parameters = { properties: {}, required: new Set(), known: new Map(), inSettings: new Map() };
  const free = createNames();
  const hooks = source.members.webhooks.flatMap(({ value, place }) => pairs(value.template_parameters, place, notes));
  for (const pair of hooks) addParameter(pair, parameters);
  const all = source.members.connections.flatMap((origin): ConvertedConnection[] => {
    for (const pair of pairs(origin.value.template_parameters, origin.place, notes)) addParameter(pair, parameters);
    const title = textOf(origin.value.name) || "Connection";
    const name = free(kebab(title, "connection"));
    const converting = { origin, notes, parameters, source };
    if (isTwilio(origin.value)) return [toTwilio({ name, title }, converting)];
    const settings = toHttp(name, converting);
    if (settings === null) return [];
    const query = pairs(origin.value.parameters, origin.place, notes);
    const secret = settings.auth === undefined ? query.find(isSecret) : undefined;
    const access = secret === undefined ? {} : toKey("query", secret, converting);
    const others = query.filter((pair) => pair !== secret);
    return [{ name, title, connector: "http", settings: { ...settings, ...access }, origin, query: others }];
  });
  return { all, parameters };
}

interface Converting {
  readonly origin: CenitMember;
  readonly notes: CenitNotes;
  readonly parameters: Parameters;
  readonly source: CenitSource;
}

/** Reads a list of keys and values. */
export function pairs(list: Json | undefined, place: string, notes: CenitNotes): readonly Pair[] {
  return (Array.isArray(list) ? list : []).flatMap((one): Pair[] => {
    if (!isJsonObject(one) || typeof one.key !== "string") return [];
    const key = one.key.trim().replace(/:$/, "");
    if (key !== one.key)
      notes.say(place, `the key "${one.key.slice(0, 60)}" was written wrongly and is read as ${key.slice(0, 60)}`);
    return key === "" ? [] : [{ key, value: textOf(one.value) }];
  });
}

function textOf(value: Json | undefined): string {
  return value === undefined || value === null
    ? ""
    : (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 4_000);
}

/** Adds what a template may read; a value becomes the default, unless it is a secret's. */
function addParameter({ key, value }: Pair, { properties, required, known, inSettings }: Parameters): string {
  const name = camel(key);
  const isSecret = secretName.test(key);
  known.set(key, isSecret ? null : name);
  inSettings.set(key, name);
  if (Object.hasOwn(properties, name)) return name;
  const hasDefault = value !== "" && !isSecret && !/\{[{%]/.test(value);
  properties[name] = {
    title: key.replaceAll("_", " ").slice(0, 100),
    type: "string",
    minLength: 1,
    ...(isSecret && { writeOnly: true }),
    ...(hasDefault && { default: value }),
  };
  if (!hasDefault) required.add(name);
  return name;
}

function hostOf(url: string): string {
  const filled = url.replaceAll(/\{\{[^{}]*\}\}/g, "x");
  return URL.canParse(filled) ? new URL(filled).hostname : "";
}

/** Twilio itself, or the endpoint that stood before it. */
function isTwilio({ url, template_parameters: given }: JsonObject): boolean {
  const host = hostOf(textOf(url));
  const keys = (Array.isArray(given) ? given : []).flatMap((one) => (isJsonObject(one) ? textOf(one.key) : []));
  return (
    host === "api.twilio.com" ||
    host === "twilio.cenithub.com" ||
    ["twilio_account_sid", "twilio_auth_token"].every((key) => keys.includes(key))
  );
}

/** The account's own parameters take the place of whatever names the templates had for them. */
function toTwilio(
  { name, title }: { readonly name: string; readonly title: string },
  { origin, notes, parameters }: Converting,
): ConvertedConnection {
  const { properties, required, known } = parameters;
  for (const { key } of pairs(origin.value.template_parameters, origin.place, notes)) {
    if (!/account_?sid|auth_?token/i.test(key)) continue;
    delete properties[camel(key)];
    required.delete(camel(key));
    known.set(key, /sid/i.test(key) ? "accountSid" : null);
  }
  properties.accountSid = { title: "Twilio Account SID", type: "string", pattern: "^AC[0-9a-fA-F]{32}$" };
  properties.authToken = { title: "Twilio Auth Token", type: "string", minLength: 1, writeOnly: true };
  properties.defaultCountry = {
    title: "Default country",
    description: "ISO code of the country whose numbers are written without country code.",
    type: "string",
    pattern: "^[A-Z]{2}$",
    default: "US",
  };
  properties.apiUrl = {
    title: "API address",
    description: "Another one than Twilio's only for the simulator.",
    type: "string",
    pattern: "^https?://[^/?#@\\s]+/?$",
    default: "https://api.twilio.com",
  };
  required.add("accountSid").add("authToken");
  notes.say(origin.place, "is Twilio: calls are made by the connector twilio, with its own proof of who calls");
  notes.guessed(
    origin.place,
    "phone numbers without country code are of the country in the parameter defaultCountry (US)",
  );
  const settings = Object.fromEntries(
    ["accountSid", "authToken", "defaultCountry", "apiUrl"].map((setting) => [setting, `=$params.${setting}`]),
  );
  return { name, title, connector: "twilio", settings, origin, query: [] };
}

function toHttp(name: string, converting: Converting): JsonObject | null {
  const { origin, notes } = converting;
  const url = textOf(origin.value.url).trim();
  if (!/^https?:\/\//i.test(url)) {
    notes.person(
      origin.place,
      `is at ${url.slice(0, 80) || "no address"}: only http and https are called, so it is left out`,
    );
    return null;
  }
  const secret = [...url.matchAll(/\{\{([^{}]*)\}\}/g)].some(([, key = ""]) => secretName.test(key));
  const setting = secret ? "secretUrl" : "baseUrl";
  const { protocol } = new URL(`${url.slice(0, url.indexOf(":"))}://x`);
  if (protocol === "http:") notes.person(origin.place, "is called without TLS; use https if the other side has it");
  return { [setting]: toUrl(name, url, converting), ...toHeaders(converting), ...toAuthorization(converting) };
}

function toUrl(name: string, url: string, { origin, notes, parameters }: Converting): string {
  if (!url.includes("{{") && !url.includes("{%")) {
    const parameter = camel(`${name}-url`);
    parameters.properties[parameter] = {
      title: "Base URL",
      type: "string",
      pattern: "^https?://[^\\s#\\\\]+$",
      default: url.replace(/\/+$/, ""),
    };
    if (/[\s#\\]|\/\/[^/]*@/.test(url)) {
      notes.person(origin.place, "has an address that cannot be used as it is; it is asked for at installation");
      delete parameters.properties[parameter].default;
      parameters.required.add(parameter);
    }
    return `=$params.${parameter}`;
  }
  return setting(url, { origin, notes, parameters });
}

/** An expression over all parameters; what cannot be read is said and fails when the connection is opened. */
function setting(text: string, { origin, notes, parameters }: Omit<Converting, "source">): string {
  const problems: string[] = [];
  const context = { roots: [], members: [], parameters: withUnknown(text, parameters) };
  const expression = writeText(text, { context, problems });
  for (const problem of problems) notes.person(origin.place, problem);
  return `=${expression}`;
}

/** What a template reads and nobody declares is a parameter, too. */
function withUnknown(text: string, parameters: Parameters): ReadonlyMap<string, string | null> {
  for (const [, key = ""] of text.matchAll(/\{\{\s*([A-Za-z_]\w*)\s*[|}]/g)) {
    if (!parameters.inSettings.has(key)) addParameter({ key, value: "" }, parameters);
  }
  return parameters.inSettings;
}

function toHeaders(converting: Converting): JsonObject {
  const { origin, notes } = converting;
  const headers: Record<string, string> = {};
  let access: JsonObject = {};
  for (const pair of pairs(origin.value.headers, origin.place, notes)) {
    const { key, value } = pair;
    const name = key.toLowerCase();
    if (ownHeaders.includes(name) || value === "") continue;
    if (!HEADER.test(key)) {
      notes.person(origin.place, `the header ${key.slice(0, 40)} is left out: no header has such a name`);
    } else if (name === "authorization") access = toAccess(value, converting);
    else if (!isSecret(pair)) headers[key] = toHeader(value, converting);
    else if (access.auth !== undefined) {
      notes.person(origin.place, `the header ${key} is left out: a connection has one secret header`);
    } else access = toKey("header", pair, converting);
  }
  return { ...(Object.keys(headers).length > 0 && { headers }), ...access };
}

/** Said by the endpoint, or by nobody any more. */
const ownHeaders = ["content-type", "accept-charset"];
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

function toHeader(value: string, converting: Converting): string {
  if (/\{[{%]/.test(value)) return setting(value, converting);
  return value.startsWith("=") ? `=${value}` : value;
}

/** Tells whether a key or what its template reads is by its name a secret. */
export function isSecret({ key, value }: Pair): boolean {
  const inside = [...value.matchAll(/\{\{\s*(\w+)/g)].map(([, name = ""]) => name);
  return [key.replaceAll("-", "_"), ...inside].some((name) => secretName.test(name));
}

/** A secret itself is never taken over. */
function toKey(auth: "header" | "query", { key, value }: Pair, converting: Converting): JsonObject {
  if (value.includes("{{")) return { auth, keyName: key, key: setting(value, converting) };
  const { origin, notes, parameters } = converting;
  notes.person(
    origin.place,
    `the secret in ${key} is not taken over: enter it at installation, and change it if this file was shared`,
  );
  return { auth, keyName: key, key: asSecret(key.replaceAll("-", "_"), parameters) };
}

/** `Basic` of two parameters, or a token. */
function toAccess(value: string, converting: Converting): JsonObject {
  const { origin, notes, parameters } = converting;
  const parameter = (key: string): string => `=$params.${addParameter({ key, value: "" }, parameters)}`;
  const basic = /^Basic\s+\{%-?\s*base64\s+\(?\s*(\w+)\s*\+\s*['"]:['"]\s*\+\s*(\w+)\s*\)?\s*-?%\}$/i.exec(value);
  if (basic)
    return { auth: "basic", username: parameter(basic[1] ?? ""), password: asSecret(basic[2] ?? "", parameters) };
  const bearer = /^(?:Bearer|OAuth)\s+\{\{\s*(\w+)\s*\}\}$/i.exec(value);
  if (bearer) return { auth: "bearer", token: asSecret(bearer[1] ?? "", parameters) };
  if (/^\{\{\s*\w+\s*\}\}$/.test(value)) {
    return { auth: "header", keyName: "Authorization", key: asSecret(value.replaceAll(/[{}\s]/g, ""), parameters) };
  }
  notes.person(
    origin.place,
    "the header Authorization is made in a way that is not known: its whole value is asked for at installation",
  );
  return { auth: "header", keyName: "Authorization", key: asSecret("authorization_secret", parameters) };
}

function asSecret(key: string, parameters: Parameters): string {
  const name = addParameter({ key, value: "" }, parameters);
  const { default: _default, ...schema } = parameters.properties[name] ?? {};
  parameters.properties[name] = { ...schema, writeOnly: true };
  parameters.required.add(name);
  parameters.known.set(key, null);
  return `=$params.${name}`;
}

function toAuthorization({ origin, notes, parameters, source }: Converting): JsonObject {
  const { authorization: reference } = origin.value;
  if (reference === undefined || reference === null) return {};
  const given =
    source.find("authorizations", reference) ??
    (isJsonObject(reference) && "_type" in reference ? { value: reference, place: origin.place } : null);
  if (given === null) {
    const called = isJsonObject(reference) ? textOf(reference.name) : textOf(reference);
    notes.person(
      origin.place,
      `the authorization ${called.slice(0, 60)} is not there: write how calls prove who makes them`,
    );
    return {};
  }
  const kind = textOf(given.value._type).replace(/^.*::/, "");
  const parameter = (key: string): string => `=$params.${addParameter({ key, value: "" }, parameters)}`;
  if (kind === "BasicAuthorization") {
    notes.say(given.place, "user name and password are asked for at installation");
    return { auth: "basic", username: parameter("username"), password: asSecret("password", parameters) };
  }
  if (kind === "Oauth2Authorization") {
    notes.person(
      given.place,
      "OAuth2 is by client credentials here: check that the other side has them, and its token URL",
    );
    const secrets = { clientSecret: asSecret("client_secret", parameters) };
    return { auth: "oauth2", tokenUrl: parameter("access_url"), clientId: parameter("client_id"), ...secrets };
  }
  notes.person(
    given.place,
    `authorizations of the kind ${kind.slice(0, 40) || "?"} have no equivalent: write how calls prove who makes them`,
  );
  return {};
}

/** Which connections a webhook goes by: those of its roles, of its namespace, or the only one. */
export function connectionsOf(
  webhook: CenitMember,
  role: Json | undefined,
  { source, connections }: { readonly source: CenitSource; readonly connections: Connections },
): readonly ConvertedConnection[] {
  const named = (list: Json | undefined, name: string): boolean =>
    Array.isArray(list) && list.some((one) => isJsonObject(one) && sameName(textOf(one.name)) === sameName(name));
  const wanted = source.find("connection_roles", role);
  const roles =
    wanted === null
      ? source.members.connection_roles.filter(({ value }) => named(value.webhooks, textOf(webhook.value.name)))
      : [wanted];
  const byRole = connections.all.filter(({ origin }) =>
    roles.some(({ value }) => named(value.connections, textOf(origin.value.name))),
  );
  if (byRole.length > 0) return byRole;
  const near = connections.all.filter(({ origin }) => origin.value.namespace === webhook.value.namespace);
  return (near.length > 0 ? near : connections.all).slice(0, 1);
}
