import { useQuery } from "@tanstack/react-query";
import type { SamplesView } from "../../api/contract/draft.js";
import type { PageView } from "../../api/contract/paging.js";
import type { RecordView } from "../../api/contract/record.js";
import type { Problem } from "../remote/problem.js";
import { request } from "../remote/request.js";

/** Documents of a data type that collections bring with them; none of no data type. */
export function useSamples(type: string | null): SamplesView["samples"] {
  const { data } = useQuery<SamplesView, Problem>({
    queryKey: ["data-types", "samples", type],
    queryFn: ({ signal }) => request<SamplesView>(`/api/v1/data-types/${type}/samples`, { signal }),
    enabled: type !== null,
    retry: false,
  });
  return data?.samples ?? [];
}

/** How many records are offered. */
const NEWEST = 10;

/** The newest records of a data type. */
export function useNewest(type: string | null): readonly RecordView[] {
  const { data } = useQuery<PageView<RecordView>, Problem>({
    queryKey: ["records", "newest", type],
    queryFn: ({ signal }) =>
      request<PageView<RecordView>>(`/api/v1/records/${type}`, { query: { limit: NEWEST }, signal }),
    enabled: type !== null,
    retry: false,
  });
  return data?.items ?? [];
}
