import { type QueryKey, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { PageView } from "../../api/contract/paging.js";
import type { Problem } from "./problem.js";
import { type Query, request } from "./request.js";

/** A value that lives on the server. */
export type Remote<T> =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly problem: Problem; readonly retry: () => void }
  | { readonly state: "ready"; readonly value: T };

/**
 * What the server has at an address, kept up to date while it is shown.
 * @param everyMs Asks that often, where the server does not tell what changes.
 */
export function useRemote<T>(
  path: string,
  query: Query = {},
  { everyMs = false }: { readonly everyMs?: number | false } = {},
): Remote<T> {
  const asked = useQuery<T, Problem>({
    refetchInterval: everyMs,
    queryKey: keyOf(path, query),
    queryFn: ({ signal }) => request<T>(path, { query, signal }),
  });
  return toRemote(asked, asked.data);
}

/** A list as far as it was asked for, and how to ask for more. */
export interface RemoteList<T> {
  readonly items: readonly T[];
  /** Null at the end of the list. */
  readonly more: (() => void) | null;
  readonly loadingMore: boolean;
}

/** Rows that are asked for at a time, unless a page says otherwise. */
const PAGE_ROWS = 100;

/** A list that the server gives page by page. */
export function useRemoteList<T>(path: string, query: Query = {}): Remote<RemoteList<T>> {
  const asked = useInfiniteQuery<PageView<T>, Problem, { pages: PageView<T>[] }, QueryKey, string | undefined>({
    queryKey: keyOf(path, query),
    queryFn: ({ signal, pageParam }) =>
      request(path, { query: { limit: PAGE_ROWS, ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const list = asked.data && {
    items: asked.data.pages.flatMap(({ items }) => items),
    more: asked.hasNextPage ? () => void asked.fetchNextPage() : null,
    loadingMore: asked.isFetchingNextPage,
  };
  return toRemote(asked, list);
}

/** Names what is kept of an address: the first part is the noun, by which it is asked anew. */
export function keyOf(path: string, query: Query): QueryKey {
  return [path.split("/")[3] ?? path, path, query];
}

function toRemote<T>(
  { error, refetch }: { error: Problem | null; refetch: () => unknown },
  value: T | undefined,
): Remote<T> {
  if (value !== undefined) return { state: "ready", value };
  if (error !== null) return { state: "failed", problem: error, retry: () => void refetch() };
  return { state: "loading" };
}
