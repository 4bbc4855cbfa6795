import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Problem } from "./problem.js";

/** Something a person does: under way or not, and how to begin it. */
export interface Act<Input> {
  readonly busy: boolean;
  readonly begin: (input: Input) => void;
}

/**
 * Does something at the server, asks anew for everything that is shown, and says how it went.
 * @param said What to say when it is done; null for nothing.
 */
export function useAct<Input, Output>(
  act: (input: Input) => Promise<Output>,
  said: (output: Output) => string | null = () => null,
): Act<Input> {
  const queries = useQueryClient();
  const mutation = useMutation<Output, Problem, Input>({
    mutationFn: act,
    onSuccess: (output) => {
      const message = said(output);
      if (message !== null) notifications.show({ message, color: "bay" });
    },
    onError: ({ message, remedy }) =>
      notifications.show({ title: message, message: remedy, color: "red", autoClose: 12_000 }),
    onSettled: () => queries.invalidateQueries(),
  });
  return { busy: mutation.isPending, begin: mutation.mutate };
}
