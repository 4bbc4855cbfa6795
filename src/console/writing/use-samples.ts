import { useQuery } from "@tanstack/react-query";
import type { SamplesView } from "../../api/contract/draft.js";
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
