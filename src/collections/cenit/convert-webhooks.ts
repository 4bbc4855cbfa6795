import type { DeclaredEndpoint, DeclaredParameter } from "../../core/declared-endpoint.js";
import type { JsonObject } from "../../core/json.js";
import { type Connections, type ConvertedConnection, isSecret, type Pair, pairs } from "./convert-connections.js";
import { writeText } from "./convert-template.js";
import { createNames, kebab } from "./names.js";
import type { CenitNotes } from "./notes.js";
import type { CenitMember } from "./read-source.js";

/** A webhook at one connection: what a step calls, and what it gives besides a body. */
export interface ConvertedWebhook {
  /** `http/send-sms`. */
  readonly call: string;
  readonly connection: ConvertedConnection;
  /** Values of its parameters, as expressions. */
  readonly with: JsonObject;
  readonly takesBody: boolean;
}

/** Endpoints by connection, filled while flows ask for them. */
export interface Endpoints {
  /** Null when it cannot be called here; why is said. */
  convert(webhook: CenitMember, connection: ConvertedConnection, contentType: string): ConvertedWebhook | null;
  /** By the name of the connection. */
  all(): ReadonlyMap<string, Readonly<Record<string, DeclaredEndpoint>>>;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Starts with no endpoint. */
export function createEndpoints({ parameters }: Connections, notes: CenitNotes): Endpoints {
  const endpoints = new Map<string, Record<string, DeclaredEndpoint>>();
  const made = new Map<string, ConvertedWebhook | null>();
  const names = new Map<string, (name: string) => string>();

  function declare(
    webhook: CenitMember,
    connection: ConvertedConnection,
    contentType: string,
  ): ConvertedWebhook | null {
    const { value, place } = webhook;
    if (connection.connector === "twilio") {
      return { call: "twilio/send-message", connection, with: {}, takesBody: true };
    }
    const method = methods.find((one) => one === String(value.method ?? "post").toUpperCase());
    if (method === undefined) {
      notes.person(place, `is called by ${String(value.method).slice(0, 20)}, which is not done here; it is left out`);
      return null;
    }
    const reading = { parameters: parameters.known, place, notes };
    const path = toPath(String(value.path ?? "").slice(0, 4_000), reading);
    const { declared, payload } = declareAll(
      [
        ...path.parameters.map((one): Given => ({ ...one, in: "path" })),
        ...[...connection.query, ...pairs(value.parameters, place, notes)].map(
          (one): Given => ({ ...one, in: "query" }),
        ),
        ...headersOf(webhook, notes).map((one): Given => ({ ...one, in: "header" })),
      ],
      reading,
    );
    const takesBody = method === "POST" || method === "PUT" || method === "PATCH";
    const title = String(value.name ?? "Webhook").slice(0, 300) || "Webhook";
    const free = names.get(connection.name) ?? createNames(["request"]);
    names.set(connection.name, free);
    const name = free(kebab(title, "webhook"));
    const own = endpoints.get(connection.name) ?? {};
    endpoints.set(connection.name, own);
    own[name] = {
      title,
      method,
      path: path.path,
      ...(Object.keys(declared).length > 0 && { parameters: declared }),
      ...(takesBody && { body: { contentType, schema: {} } }),
    };
    return { call: `http/${name}`, connection, with: payload, takesBody };
  }

  return {
    convert: (webhook, connection, contentType) => {
      const key = `${webhook.place} ${connection.name}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const converted = declare(webhook, connection, contentType);
      made.set(key, converted);
      return converted;
    },
    all: () => endpoints,
  };
}

interface Reading {
  readonly parameters: ReadonlyMap<string, string | null>;
  readonly place: string;
  readonly notes: CenitNotes;
}

interface Given extends Pair {
  readonly in: DeclaredParameter["in"];
}

/** Declares what an endpoint takes besides its body, and what a step gives it. */
function declareAll(
  given: readonly Given[],
  reading: Reading,
): { readonly declared: Record<string, DeclaredParameter>; readonly payload: JsonObject } {
  const declared: Record<string, DeclaredParameter> = {};
  const payload: JsonObject = {};
  for (const one of given) {
    const { key, value, in: where } = one;
    if (isSecret(one) && !value.includes("{{")) {
      reading.notes.person(
        reading.place,
        `the secret in ${key.slice(0, 40)} is not taken over: give it to the connection`,
      );
      continue;
    }
    const isTaken = key === "body" || key === "paginate" || Object.hasOwn(declared, key);
    const name = isTaken ? `${key}-${where}` : key;
    const required = where === "path" ? { required: true } : {};
    declared[name] = { in: where, ...(isTaken && { name: key }), ...required, schema: { type: ["string", "number"] } };
    payload[name] = expressionOf(value, reading);
  }
  return { declared, payload };
}

/** Placeholders of a path become its parameters. */
function toPath(
  text: string,
  { place, notes }: Reading,
): { readonly path: string; readonly parameters: readonly Pair[] } {
  const parameters: Pair[] = [];
  const path = text.trim().replaceAll(/\{\{([^{}]*)\}\}/g, (whole, inside: string) => {
    const key = inside.trim().replaceAll(/\W+/g, "_").slice(0, 60) || "value";
    if (!parameters.some((one) => one.key === key)) parameters.push({ key, value: whole });
    return `{${key}}`;
  });
  const clean = `/${path.replace(/^\/+/, "")}`;
  if (
    /^\/[^\s#\\%]*$/.test(clean.replaceAll(/%[0-9A-Fa-f]{2}/g, "")) &&
    !/(^|\/)\.\.?(\/|$)/.test(clean) &&
    clean.length <= 2_000
  ) {
    return { path: clean, parameters };
  }
  notes.person(place, `the path ${text.slice(0, 80)} cannot be called as it is: write it anew`);
  return { path: "/", parameters: [] };
}

function headersOf({ value, place }: CenitMember, notes: CenitNotes): ReturnType<typeof pairs> {
  return pairs(value.headers, place, notes).filter(({ key }) => {
    const name = key.toLowerCase();
    if (name === "content-type" || name === "accept" || name === "accept-charset") return false;
    if (name !== "authorization" && /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(key)) return true;
    notes.person(
      place,
      `the header ${key.slice(0, 40)} is left out: how calls prove who makes them belongs to the connection`,
    );
    return false;
  });
}

/** What is no template is written as it is. */
function expressionOf(text: string, { parameters, place, notes }: Reading): string {
  if (!/\{[{%]/.test(text) && !text.startsWith("=")) return text;
  const problems: string[] = [];
  const expression = writeText(text, { context: { roots: ["source"], members: [], parameters }, problems });
  for (const problem of problems) notes.person(place, problem);
  return `=${expression}`;
}
