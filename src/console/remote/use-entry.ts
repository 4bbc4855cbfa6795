import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Problem } from "./problem.js";
import type { Asked } from "./use-answer.js";

/**
 * Something that lets a person in. Only then everything is asked for anew: before, that would take the form away while it is filled in.
 * @param done Called before that.
 */
export function useEntry(
  enter: () => Promise<unknown>,
  done: () => void = () => undefined,
): Omit<Asked<void, unknown>, "answer" | "reset"> {
  const queries = useQueryClient();
  const { isPending, error, mutate } = useMutation<unknown, Problem>({
    mutationFn: enter,
    onSuccess: () => {
      done();
      return queries.resetQueries();
    },
  });
  return { busy: isPending, problem: error, begin: () => mutate() };
}
