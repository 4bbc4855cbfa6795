import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { toSearch } from "./request.js";

/** What a page is filtered by, kept in its address: what one sees can be sent to somebody else. */
export function useFilters<const Name extends string>(
  names: readonly Name[],
): readonly [Readonly<Partial<Record<Name, string>>>, (changes: Partial<Record<Name, string | null>>) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const wanted = names.join();
  const filters = useMemo(() => {
    const given = new URLSearchParams(search);
    return Object.fromEntries(wanted.split(",").flatMap((name) => (given.get(name) ? [[name, given.get(name)]] : [])));
  }, [search, wanted]);
  const change = useCallback(
    (changes: Partial<Record<Name, string | null>>) => {
      const next = Object.entries({ ...filters, ...changes }).map(([name, value]) => [name, value ?? undefined]);
      navigate(path + toSearch(Object.fromEntries(next)), { replace: true });
    },
    [filters, path, navigate],
  );
  return [filters as Partial<Record<Name, string>>, change];
}
