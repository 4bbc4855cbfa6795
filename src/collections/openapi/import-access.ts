import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";
import type { Importing } from "./import-parameters.js";

/** What a connection needs: settings, and the parameters that fill them. */
export interface Access {
  readonly settings: JsonObject;
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly required: readonly string[];
}

/** Reads where the API is: the first server is the default. */
export function importServer({ document, notes }: Importing, from: string | null): Access {
  const { servers } = document.root;
  const given = (Array.isArray(servers) ? servers : []).filter(isJsonObject);
  const urls = given.flatMap((server, index) => {
    const url = toAddress(server, from);
    if (url === null) notes.lose(`/servers/${index}`, "a server without an absolute address is left out");
    return url === null ? [] : [url];
  });
  const distinct = [...new Set(urls)];
  const [first] = distinct;
  const isVaried = given.some(({ variables }) => isJsonObject(variables) && Object.keys(variables).length > 0);
  if (isVaried)
    notes.say("/servers", "the variables of a server have their defaults; write the address you need into baseUrl");
  const baseUrl = {
    title: "Base URL",
    description: "Where the API is.",
    type: "string",
    pattern: "^https?://[^\\s#\\\\]+$",
    ...(distinct.length > 1 && !isVaried && { examples: distinct.slice(0, 20) }),
    ...(first !== undefined && { default: first }),
  };
  return {
    settings: { baseUrl: "=$params.baseUrl" },
    parameters: { baseUrl },
    required: first === undefined ? ["baseUrl"] : [],
  };
}

function toAddress({ url, variables }: JsonObject, from: string | null): string | null {
  const filled = String(url ?? "").replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = isJsonObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined;
    return isJsonObject(variable) ? String(variable.default ?? whole) : whole;
  });
  if (/[{}\s\\#]/.test(filled)) return null;
  const base = from ?? undefined;
  if (!URL.canParse(filled, base)) return null;
  const address = new URL(filled, base);
  if (address.protocol !== "https:" && address.protocol !== "http:") return null;
  return address.href.replace(/\/$/, "");
}

const secret = (title: string): JsonObject => ({ title, type: "string", minLength: 1, writeOnly: true });
const text = (title: string): JsonObject => ({ title, type: "string", minLength: 1 });

/** Reads how calls prove who makes them: the scheme that was asked for, else the first that most of the API wants. */
export function importSecurity(importing: Importing, wanted: string | null): Access | string {
  const { document, notes } = importing;
  const { components } = document.root;
  const all = isJsonObject(components) && isJsonObject(components.securitySchemes) ? components.securitySchemes : {};
  const schemes = Object.entries(all);
  if (wanted !== null && !Object.hasOwn(all, wanted)) {
    return `it has no security scheme ${wanted}; it has ${schemes.map(([name]) => name).join(", ") || "none"}`;
  }
  const asked = wanted === null ? requiredSchemes(document.root.security) : [wanted];
  const order = [...asked, ...schemes.map(([name]) => name).filter((name) => !asked.includes(name))];
  for (const name of order) {
    const place = `/components/securitySchemes${pointerPart(name)}`;
    const resolved = document.resolve(all[name], place);
    const access = "problem" in resolved ? null : toAccess(resolved.value, place, importing);
    if (access === null) {
      notes.lose(place, "a security scheme is of a kind that calls cannot prove themselves by");
      continue;
    }
    if (schemes.length > 1)
      notes.say(place, `of ${schemes.length} security schemes ${name} is used; --auth names another`);
    return access;
  }
  return { settings: {}, parameters: {}, required: [] };
}

/** The schemes of the first alternative that the whole API wants. */
function requiredSchemes(security: Json | undefined): readonly string[] {
  const alternatives = (Array.isArray(security) ? security : []).filter(isJsonObject);
  return alternatives.flatMap((alternative) => Object.keys(alternative));
}

function toAccess(scheme: Json, place: string, importing: Importing): Access | null {
  if (!isJsonObject(scheme)) return null;
  const { type, scheme: kind, in: where, name } = scheme;
  if (type === "http" && String(kind).toLowerCase() === "basic") {
    return access({ auth: "basic" }, { username: text("User name"), password: secret("Password") }, ["username"]);
  }
  if (type === "http" && String(kind).toLowerCase() === "bearer") return bearer();
  if (type === "apiKey" && (where === "header" || where === "query") && typeof name === "string") {
    return access({ auth: where, keyName: name }, { key: secret(`Key (${name})`) });
  }
  if (type === "oauth2") return toOAuth(scheme, place, importing);
  if (type !== "openIdConnect") return null;
  importing.notes.say(place, "OpenID Connect is not spoken: give an access token");
  return bearer();
}

function toOAuth({ flows }: JsonObject, place: string, { notes }: Importing): Access {
  const flow = isJsonObject(flows) ? flows.clientCredentials : undefined;
  if (!isJsonObject(flow)) {
    notes.say(place, "OAuth2 is spoken with client credentials only: give an access token");
    return bearer();
  }
  const { tokenUrl, scopes } = flow;
  const isAbsolute = typeof tokenUrl === "string" && URL.canParse(tokenUrl);
  const names = isJsonObject(scopes) ? Object.keys(scopes) : [];
  const parameters = {
    tokenUrl: { ...text("Token URL"), ...(isAbsolute && { default: tokenUrl }) },
    clientId: text("Client id"),
    clientSecret: secret("Client secret"),
    scope: {
      ...text("Scope"),
      description: `What is asked for, separated by spaces${names.length === 0 ? "" : `: ${names.join(" ").slice(0, 500)}`}.`,
    },
  };
  return access({ auth: "oauth2" }, parameters, [...(isAbsolute ? [] : ["tokenUrl"]), "clientId", "clientSecret"]);
}

function bearer(): Access {
  return access({ auth: "bearer" }, { token: secret("Token") });
}

/** Every parameter fills the setting of the same name. */
function access(
  fixed: JsonObject,
  parameters: Readonly<Record<string, JsonObject>>,
  required: readonly string[] = Object.keys(parameters),
): Access {
  const filled = Object.fromEntries(Object.keys(parameters).map((name) => [name, `=$params.${name}`]));
  return { settings: { ...fixed, ...filled }, parameters, required };
}
