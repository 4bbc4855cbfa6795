import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../core/caller.js";
import type { ErrorCode } from "../core/error-catalogue.js";
import type { PatchbayError } from "../core/errors.js";
import type { May } from "../core/permission.js";
import type { ObjectSchema, Schema } from "./contract/schema.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The names between braces in a path. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** One request, read and checked. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** For the few routes that read the body themselves. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query as they were called. */
  readonly url: string;
  readonly requestId: string;
  /** Who asks; the route's own access was checked before. */
  readonly caller: Caller;
}

/** What a request is answered with; `body` undefined sends none, text and bytes go out as they are. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** What went wrong, for the log, when the answer says it in the route's own way. */
  readonly error?: PatchbayError;
}

/** One address and method: what is documented is what is checked is what is answered. */
export interface RouteDefinition<Path extends string, Query, Body, Sent> {
  /** `push-records`: unique, for generated clients. */
  readonly id: string;
  readonly method: Method;
  /** OpenAPI path, such as `/api/v1/events/{id}`. */
  readonly path: Path;
  /** Who may call; nobody may where it is not said. */
  readonly may: May;
  /**
   * Whether the audit log says who has asked, where the method does not tell: true for a GET that takes much out at once, false for
   * another method that changes nothing (a plan, a check, a trial). See audited.ts.
   */
  readonly audited?: boolean;
  /** Gives the data type that is pushed: keys for some data types are held against it, and may call nothing that pushes none. */
  pushes?(params: Readonly<Record<Names<Path>, string>>): string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Query parameters; any other is refused. */
  readonly query?: ObjectSchema<Query>;
  /** Families of query parameters, as `prefix` to what they are for; read by the route itself. */
  readonly queryPrefixes?: Readonly<Record<string, string>>;
  /** Whether the query is left alone: vendors may add what they like. */
  readonly anyQuery?: boolean;
  /** The JSON body; absent for none. */
  readonly body?: Schema<Body>;
  /** Whether a request without a body means one without members. */
  readonly bodyOptional?: boolean;
  /** Content types the body may have; `application/json` when absent. */
  readonly bodyTypes?: readonly string[];
  /** Whether the body may be as large as records are (BODY_LIMIT_BYTES): it has documents or files. A command has 256 KiB. */
  readonly largeBody?: boolean;
  /** What a body looks like that the route reads itself, by content type. */
  readonly ownBody?: Readonly<Record<string, Schema<unknown>>>;
  /** Request headers with a meaning, for the documentation. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Status to what is sent with it; null for no body. */
  readonly answers: Readonly<Record<number, Schema<Sent> | null>>;
  /** Content type of the answers when it is not JSON. */
  readonly answerType?: string;
  /** Errors that only this route has. */
  readonly errors: readonly ErrorCode[];
  /** Whether errors are answered in the route's own way, not as problem documents. */
  readonly ownErrors?: boolean;
  /** Answers whoever brings no key, or a wrong one, in the route's own way. */
  readonly refuse?: () => Answer<Sent>;
  /** Answers; null when it has answered by itself. */
  handle(
    call: Call<Readonly<Record<Names<Path>, string>>, Query, Body>,
  ): Promise<Answer<Sent> | null> | Answer<Sent> | null;
}

/** Any route. */
export type Route = Omit<RouteDefinition<string, unknown, unknown, unknown>, "handle" | "pushes"> & {
  pushes?(params: Readonly<Record<string, string>>): string;
  handle(call: Call<Readonly<Record<string, string>>, unknown, unknown>): Promise<Answer | null> | Answer | null;
};

/** Gives a route whose handler is typed by its path and its schemas. */
export function defineRoute<const Path extends string, Query, Body, Sent>(
  route: RouteDefinition<Path, Query, Body, Sent>,
): Route {
  return route;
}
