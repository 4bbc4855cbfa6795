import type { JsonSchema } from "./json.js";

/** Where the value of a parameter goes. */
export type ParameterPlace = "path" | "query" | "header";

/**
 * How a list or an object is written in the query: the name once for each item, items put together, an object's members as
 * `name[member]`, or as JSON.
 */
export type ParameterStyle = "repeat" | "comma" | "space" | "pipe" | "deep" | "json";

/** One value that an endpoint takes beside its body. */
export interface DeclaredParameter {
  readonly in: ParameterPlace;
  /** As the API calls it; absent when a flow calls it the same. */
  readonly name?: string;
  readonly required?: boolean;
  readonly style?: ParameterStyle;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** The body that an endpoint takes. */
export interface DeclaredBody {
  readonly contentType: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

/** One endpoint of an API, as a collection declares it for its connection. */
export interface DeclaredEndpoint {
  readonly title: string;
  readonly description?: string;
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the connection's base URL, with `{names}` of its parameters. */
  readonly path: string;
  /** By the name under which a flow's `with` gives them. */
  readonly parameters?: Readonly<Record<string, DeclaredParameter>>;
  readonly body?: DeclaredBody;
  /** Whether making the call twice does no harm, where the method does not say. */
  readonly repeatable?: boolean;
  /** Header by which the API recognises a repeated call. */
  readonly idempotencyHeader?: string;
}

/** The endpoints of one connection. */
export interface DeclaredEndpoints {
  readonly endpoints: Readonly<Record<string, DeclaredEndpoint>>;
  /** Schemas that the others refer to as `#/$defs/<name>`. */
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}
