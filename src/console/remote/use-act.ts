import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
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
  const { t } = useTranslation();
  const closeButtonProps = { "aria-label": t("close") };
  const mutation = useMutation<Output, Problem, Input>({
    mutationFn: act,
    onSuccess: (output) => {
      const message = said(output);
      if (message !== null) notifications.show({ message, color: "bay", closeButtonProps });
    },
    onError: ({ message, remedy }) =>
      notifications.show({ title: message, message: remedy, color: "red", autoClose: 12_000, closeButtonProps }),
    onSettled: () => queries.invalidateQueries(),
  });
  return { busy: mutation.isPending, begin: mutation.mutate };
}
