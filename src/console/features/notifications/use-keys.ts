import { type HotkeyItem, useHotkeys } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { NotificationView } from "../../../api/contract/notification.js";
import { useMay } from "../../remote/account.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

interface Keys {
  readonly items: readonly NotificationView[];
  readonly chosen: string | null;
  readonly choose: (id: string) => void;
  /** Asks whether a run is to be taken up again. */
  readonly retry: (runId: string) => void;
}

/** What can be done with one notification. */
export interface NotificationActs {
  readonly busy: boolean;
  readonly acknowledge: (item: NotificationView) => void;
  readonly resolve: (item: NotificationView) => void;
  readonly retry: (item: NotificationView) => void;
}

/** Lets hands stay on the keyboard: j and k go through the list, a, e and r do something with the chosen one, for those who may. */
export function useKeys({ items, chosen, choose, retry }: Keys): NotificationActs {
  const acts = useNotificationActs(retry);
  const may = useMay();
  const index = items.findIndex(({ id }) => id === chosen);
  const go = (to: number): void => {
    const item = items[Math.max(0, Math.min(to, items.length - 1))];
    if (item !== undefined) choose(item.id);
  };
  const key = (letter: string, act: (item: NotificationView) => void): HotkeyItem => [
    letter,
    () => {
      const item = items[index];
      if (item !== undefined) act(item);
    },
  ];
  useHotkeys([
    ["j", () => go(index + 1)],
    ["k", () => go(index - 1)],
    ...(may("notifications:change") ? [key("a", acts.acknowledge), key("e", acts.resolve)] : []),
    ...(may("runs:change") ? [key("r", acts.retry)] : []),
  ]);
  return acts;
}

function useNotificationActs(retry: Keys["retry"]): NotificationActs {
  const { t } = useTranslation();
  const move = useAct(
    ({ id, verb }: { id: string; verb: "acknowledge" | "resolve" }) =>
      request<NotificationView>(`/api/v1/notifications/${id}/${verb}`, { method: "POST" }),
    ({ state }) => (state === "resolved" ? t("notifications.resolved") : t("notifications.acknowledged")),
  );
  return {
    busy: move.busy,
    acknowledge: ({ id, state }) => state === "new" && move.begin({ id, verb: "acknowledge" }),
    resolve: ({ id, state }) => state !== "resolved" && move.begin({ id, verb: "resolve" }),
    retry: ({ runId, level }) => runId !== null && level === "error" && retry(runId),
  };
}
