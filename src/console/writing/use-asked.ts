import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Problem } from "../remote/problem.js";
import { request } from "../remote/request.js";

/** What the server says to what is being written; what it said before stays until it has answered. */
export interface Said<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly busy: boolean;
}

/** Asks the server about something that is not kept; null asks nothing. */
export function useAsked<T>(path: string, body: object | null): Said<T> {
  const { data, error, isFetching } = useQuery<T, Problem>({
    queryKey: ["asked", path, body],
    queryFn: ({ signal }) => request<T>(path, { method: "POST", body, signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
    retry: false,
  });
  return { value: data ?? null, problem: error, busy: isFetching };
}
