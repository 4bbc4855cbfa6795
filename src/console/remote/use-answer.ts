import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Problem } from "./problem.js";

/** Something a person asks for, whose answer is shown where it was asked. */
export interface Asked<Input, Output> {
  readonly busy: boolean;
  readonly answer: Output | null;
  readonly problem: Problem | null;
  readonly begin: (input: Input) => void;
  /** Takes the answer away. */
  readonly reset: () => void;
}

/**
 * Does something at the server, keeps what it answers, and asks anew for everything that is shown.
 * @param done Called with the answer.
 */
export function useAnswer<Input, Output>(
  act: (input: Input) => Promise<Output>,
  done: (output: Output) => void = () => undefined,
): Asked<Input, Output> {
  const queries = useQueryClient();
  const { isPending, data, error, mutate, reset } = useMutation<Output, Problem, Input>({
    mutationFn: act,
    onSuccess: done,
    onSettled: () => queries.invalidateQueries(),
  });
  return { busy: isPending, answer: data ?? null, problem: error, begin: mutate, reset };
}
