import { readKey } from "./key.js";
import { Problem } from "./problem.js";

export type Query = Readonly<Record<string, string | number | undefined>>;

interface Request {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Names the request: sent again under the same name, it is performed once. */
  readonly name?: string;
}

/**
 * Asks the server, and gives the JSON that it answers, typed as its contract says.
 * @throws Problem
 */
export async function request<T>(
  path: string,
  { method = "GET", query = {}, body, signal, name }: Request = {},
): Promise<T> {
  const headers = new Headers({ accept: "application/json" });
  const key = readKey();
  if (key !== null) headers.set("authorization", `Bearer ${key}`);
  if (name !== undefined) headers.set("idempotency-key", name);
  if (body !== undefined) headers.set("content-type", "application/json");
  const init = {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  };
  const response = await fetch(path + toSearch(query), init).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw unreachable();
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  throw toProblem(response.status, answer);
}

/** Writes what is asked for as it stands in an address; what is undefined or empty is left out. */
export function toSearch(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}

function unreachable(): Problem {
  const detail = "The server does not answer.";
  return new Problem({ status: 0, code: "SERVER_UNREACHABLE", detail, remedy: "Check that Patchbay is running." });
}

function toProblem(status: number, answer: unknown): Problem {
  const said = typeof answer === "object" && answer !== null ? (answer as Partial<Problem> & { detail?: string }) : {};
  return new Problem({
    status,
    code: said.code ?? "INTERNAL_ERROR",
    detail: said.detail ?? `The server answered ${status}.`,
    remedy: said.remedy ?? "Try again; the server's log says more.",
    ...(said.problems && { problems: said.problems }),
  });
}
