import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { HEADER_NAME } from "./settings.js";

/** A value that an address or a form takes. */
export type Scalar = string | number | boolean;

/** How the pages of a list follow each other. */
export interface Paging {
  readonly kind: "link-header" | "cursor" | "page" | "offset";
  /** Where the items are in a page's body, such as `data.items`; the body itself when empty. */
  readonly items: string;
  readonly maxPages: number;
  /** For `cursor`: where the next cursor is in the body. */
  readonly next?: string;
  /** The query parameter that takes the cursor, the page or the offset. */
  readonly parameter?: string;
  /** For `page` and `offset`: the first one. */
  readonly from?: number;
  /** For `page` and `offset`: a page with fewer items is the last. */
  readonly pageSize?: number;
}

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** How an answer's body is read: `auto` goes by its content type. */
export type Reading = "auto" | "json" | "text";

/** What a flow's `with` gives for one call. */
export interface RequestPayload {
  readonly method: Method;
  readonly path: string;
  readonly parameters?: Readonly<Record<string, Scalar>>;
  readonly query?: Readonly<Record<string, Scalar | null | readonly (Scalar | null)[]>>;
  readonly headers?: Readonly<Record<string, string | number | null>>;
  readonly json?: Json;
  readonly form?: Readonly<Record<string, Scalar | null | readonly (Scalar | null)[]>>;
  readonly text?: string;
  readonly contentType?: string;
  readonly expect?: readonly number[];
  readonly read: Reading;
  readonly repeatable?: boolean;
  readonly paginate?: Paging;
}

/** A call as it is kept in the ledger and sent on every attempt. */
export interface KeptRequest {
  readonly method: Method;
  /** Below the base URL, with its query; or absolute. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Json;
  readonly text?: string;
  readonly contentType?: string;
  readonly expect?: readonly number[];
  readonly read?: Reading;
  /** Whether making the call twice does no more than once. */
  readonly repeatable: boolean;
  /** Header that makes the vendor recognise a repetition. */
  readonly idempotencyHeader?: string;
  readonly paginate?: Paging;
}

/** Gives a kept call as JSON, without members that are not given. */
export function toKept(request: { readonly [Name in keyof KeptRequest]: KeptRequest[Name] | undefined }): JsonObject {
  const kept: unknown = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
  return kept as JsonObject; // every member is JSON
}

/** Reads a kept call. */
export function fromKept(request: JsonObject): KeptRequest {
  if (isJsonObject(request) && typeof request.path === "string") return request as unknown as KeptRequest; // ours
  throw new Error("a kept call has no path");
}

const scalar = { type: ["string", "number", "boolean"] };
const values = {
  type: "object",
  additionalProperties: {
    type: ["string", "number", "boolean", "null", "array"],
    items: { type: ["string", "number", "boolean", "null"] },
  },
};
const place = { type: "string", pattern: "^[^.]+(\\.[^.]+)*$|^$", maxLength: 200 };

/** What a call may say about pages. */
export const pagingSchema = {
  title: "Pages",
  description:
    "For GET: asks for the pages that follow, too, and gives all items as the body. `complete` in the answer says whether there were more pages than maxPages.",
  type: "object",
  additionalProperties: false,
  required: ["kind"],
  properties: {
    kind: {
      title: "Kind",
      description:
        "How the next page is found: by the Link header, by a cursor (or an address) in the body, by the number of the page, or by how many items were read.",
      enum: ["link-header", "cursor", "page", "offset"],
    },
    items: {
      ...place,
      default: "",
      title: "Items",
      description: "Where the list is in the body: data.items. Left out when the body is the list.",
    },
    maxPages: { type: "integer", minimum: 1, maximum: 100, default: 10, title: "Pages at most" },
    next: {
      ...place,
      title: "Next",
      description: "For cursor: where the next cursor is in the body, such as meta.next.",
    },
    parameter: {
      type: "string",
      minLength: 1,
      maxLength: 100,
      title: "Parameter",
      description:
        "Query parameter of the cursor, the page or the offset. Without it, a cursor is the address of the next page; page and offset are called so.",
    },
    from: {
      type: "integer",
      minimum: 0,
      title: "From",
      description: "The first page (1 when left out) or offset (0).",
    },
    pageSize: {
      type: "integer",
      minimum: 1,
      title: "Items of a page",
      description: "For page and offset: a page with fewer items is the last one, which saves a request.",
    },
  },
};

/** What a call may be given. */
export const requestPayloadSchema = Object.freeze({
  type: "object",
  additionalProperties: false,
  properties: {
    method: { enum: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], default: "GET", title: "Method" },
    path: {
      type: "string",
      maxLength: 4_096,
      default: "",
      title: "Path",
      description:
        "Below the connection's base URL, such as /orders/{id}; or an absolute URL at one of the connection's hosts.",
    },
    parameters: {
      type: "object",
      additionalProperties: scalar,
      title: "Parameters of the path",
      description: "Values for the {names} in the path; they are escaped.",
    },
    query: {
      ...values,
      title: "Query",
      description: "Query parameters; one that is null is left out, of a list each value is sent.",
    },
    headers: {
      type: "object",
      propertyNames: { pattern: HEADER_NAME },
      additionalProperties: { type: ["string", "number", "null"], maxLength: 4_096 },
      title: "Headers",
      description: "Of this call. What proves who calls belongs to the connection.",
    },
    json: { title: "JSON body", description: "Any JSON value." },
    form: { ...values, title: "Form body", description: "Sent as a browser sends a form." },
    text: { type: "string", maxLength: 262_144, title: "Text body", description: "Sent as it is; see contentType." },
    contentType: {
      type: "string",
      pattern: "^[!-~]+/[ -~]+$",
      maxLength: 200,
      title: "Content type",
      description: "Of a text or JSON body, where it is not text/plain or application/json.",
    },
    expect: {
      type: "array",
      minItems: 1,
      maxItems: 20,
      items: { type: "integer", minimum: 200, maximum: 599 },
      title: "Expected statuses",
      description: "Statuses that are no failure; 200 to 299 when left out.",
    },
    read: {
      enum: ["auto", "json", "text"],
      default: "auto",
      title: "Read the answer as",
      description: "JSON if its content type says so (auto), always JSON, or always text.",
    },
    repeatable: {
      type: "boolean",
      title: "May be repeated",
      description:
        "Whether making the call twice does no harm, so that it is made again when its outcome is not known. GET, HEAD, PUT and DELETE may be, POST and PATCH may not, unless this says otherwise.",
    },
    paginate: pagingSchema,
  },
});
