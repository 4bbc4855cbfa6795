import { type QueryKey, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { PageView } from "../../api/contract/paging.js";
import { idTime } from "../../core/id.js";
import type { Problem } from "./problem.js";
import { type Query, request } from "./request.js";

/** A value that lives on the server. */
export type Remote<T> =
  /** `lookedBackTo` is given by a list that has found nothing yet and goes on: an ISO instant. */
  | { readonly state: "loading"; readonly lookedBackTo?: string }
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

/**
 * A list that the server gives page by page. A page without items that is not the last one says how far was looked back: the
 * next one is asked for at once.
 */
export function useRemoteList<T>(path: string, query: Query = {}): Remote<RemoteList<T>> {
  const asked = useInfiniteQuery<PageView<T>, Problem, { pages: PageView<T>[] }, QueryKey, string | undefined>({
    queryKey: keyOf(path, query),
    queryFn: ({ signal, pageParam }) =>
      request(path, { query: { limit: PAGE_ROWS, ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const { hasNextPage, isFetching, isError, fetchNextPage } = asked;
  const last = asked.data?.pages.at(-1);
  const goesOn = last?.items.length === 0 && hasNextPage;
  useEffect(() => {
    if (goesOn && !isFetching && !isError) void fetchNextPage();
  }, [goesOn, isFetching, isError, fetchNextPage]);
  const items = asked.data?.pages.flatMap((page) => page.items) ?? [];
  const list = asked.data && {
    items,
    more: hasNextPage ? () => void fetchNextPage() : null,
    loadingMore: asked.isFetchingNextPage,
  };
  if (!goesOn || items.length > 0) return toRemote(asked, list);
  if (isError) return toRemote<RemoteList<T>>(asked, undefined);
  const at = idTime(last.next ?? "");
  return { state: "loading", ...(at !== null && { lookedBackTo: at.toISOString() }) };
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
