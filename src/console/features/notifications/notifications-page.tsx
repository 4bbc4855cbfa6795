import { Box, Flex, SegmentedControl, Select, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NotificationView } from "../../../api/contract/notification.js";
import type { NotificationLevel, NotificationState } from "../../../core/notification.js";
import { Allowed } from "../../parts/allowed.js";
import { FlowChoice } from "../../parts/flow-choice.js";
import { LongList } from "../../parts/long-list.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { RetryDialog } from "../../parts/retry-dialog.js";
import { type RemoteList, useRemoteList } from "../../remote/remote.js";
import type { Query } from "../../remote/request.js";
import { useFilters } from "../../remote/use-filters.js";
import { Grouped } from "./grouped.js";
import { InstantChoice } from "./instant-choice.js";
import { NotificationPanel } from "./notification-panel.js";
import { NotificationRow } from "./notification-row.js";
import { useKeys } from "./use-keys.js";

const levels: readonly NotificationLevel[] = ["info", "notice", "warning", "error"];
const views = ["each", "grouped"] as const;
const states: readonly NotificationState[] = ["new", "acknowledged", "resolved"];

/** What operators look at: newest first, one beside the list in full. */
export function NotificationsPage() {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["level", "state", "flow", "from", "until", "id", "view"]);
  const { id, view, ...filter } = filters;
  const isGrouped = view === "grouped";
  const choice = (name: "level" | "state", words: readonly string[]) => (
    <Select
      aria-label={t(`notifications.${name}`)}
      placeholder={t(`notifications.${name}`)}
      data={words.map((word) => ({ value: word, label: t(`words.${word}`) }))}
      value={filters[name] ?? null}
      onChange={(value) => change({ [name]: value })}
      clearable
      w={150}
    />
  );
  const tools = (
    <Flex gap="xs" wrap="wrap" align="center">
      <SegmentedControl
        size="xs"
        aria-label={t("notifications.view")}
        data={views.map((each) => ({ value: each, label: t(`notifications.views.${each}`) }))}
        value={isGrouped ? "grouped" : "each"}
        onChange={(chosen) =>
          change({ view: chosen === "each" ? null : chosen, id: null, flow: null, from: null, until: null })
        }
      />
      {choice("level", isGrouped ? ["warning", "error"] : levels)}
      {choice("state", states)}
      {!isGrouped && <FlowChoice value={filters.flow ?? null} choose={(flow) => change({ flow })} />}
      {!isGrouped &&
        (["from", "until"] as const).map((end) => (
          <InstantChoice
            key={end}
            end={end}
            value={filters[end] ?? null}
            choose={(instant) => change({ [end]: instant })}
          />
        ))}
    </Flex>
  );
  return (
    <Page title={t("notifications.title")} about={t("notifications.about")} tools={tools}>
      {isGrouped ? (
        <Grouped level={filters.level} state={filters.state} />
      ) : (
        <Each filter={filter} chosen={id ?? null} choose={(next) => change({ id: next })} />
      )}
    </Page>
  );
}

interface EachProps extends Omit<ListAndPanelProps, "list"> {
  readonly filter: Query;
}

function Each({ filter, chosen, choose }: EachProps) {
  const { t } = useTranslation();
  const remote = useRemoteList<NotificationView>("/api/v1/notifications", filter);
  return (
    <Shown remote={remote}>
      {(list) =>
        list.items.length === 0 && chosen === null ? (
          <Nothing title={t("notifications.none")}>{t("notifications.noneAbout")}</Nothing>
        ) : (
          <ListAndPanel list={list} chosen={chosen} choose={choose} />
        )
      }
    </Shown>
  );
}

interface ListAndPanelProps {
  readonly list: RemoteList<NotificationView>;
  readonly chosen: string | null;
  readonly choose: (id: string | null) => void;
}

function ListAndPanel({ list, chosen, choose }: ListAndPanelProps) {
  const { t } = useTranslation();
  const [cursor, setCursor] = useState<string | null>(null);
  const at = chosen ?? cursor;
  const go = (id: string | null): void => {
    if (id !== null) setCursor(id);
    choose(id);
  };
  const [retrying, setRetrying] = useState<string | null>(null);
  const acts = useKeys({ items: list.items, chosen: at, choose: go, retry: setRetrying });
  return (
    <Flex gap="md" align="flex-start">
      <Box flex={1} miw={0}>
        <LongList list={list} label={t("notifications.title")} idOf={({ id }) => id} rowHeight={64} shown={at}>
          {(item) => <NotificationRow item={item} chosen={item.id === at} choose={go} />}
        </LongList>
        <VisuallyHidden aria-live="polite">{list.items.find(({ id }) => id === at)?.title}</VisuallyHidden>
        <Allowed to="notifications:change">
          <Text size="xs" c="dimmed" mt="xs" visibleFrom="md">
            {t("notifications.keys")}
          </Text>
        </Allowed>
      </Box>
      <NotificationPanel id={chosen} acts={acts} close={() => choose(null)} />
      <RetryDialog runId={retrying} close={() => setRetrying(null)} />
    </Flex>
  );
}
