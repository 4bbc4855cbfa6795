import { Flex, Group, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { ConversationView } from "../../../api/contract/conversation.js";
import { conversationStates } from "../../../core/conversation.js";
import { Word } from "../../parts/badges.js";
import { LongList } from "../../parts/long-list.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";

/** Who has written to us, last received first. */
export function ConversationsPage() {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["state"]);
  const remote = useRemoteList<ConversationView>("/api/v1/conversations", filters);
  const tools = (
    <Select
      aria-label={t("conversations.state")}
      placeholder={t("conversations.state")}
      data={conversationStates.map((word) => ({ value: word, label: t(`words.${word}`) }))}
      value={filters.state ?? null}
      onChange={(state) => change({ state })}
      clearable
      w={150}
    />
  );
  return (
    <Page title={t("conversations.title")} about={t("conversations.about")} tools={tools}>
      <Shown remote={remote}>
        {(list) =>
          list.items.length === 0 ? (
            <Nothing title={t("conversations.none")}>{t("conversations.noneAbout")}</Nothing>
          ) : (
            <LongList list={list} label={t("conversations.title")} idOf={({ id }) => id} rowHeight={56}>
              {({ id, contact, channel, state, lastReceivedAt }) => (
                <Route href={`/conversations/${id}`} className="row plain">
                  <Flex justify="space-between" gap="md" px="md" py={14} align="center">
                    <Group gap="sm">
                      <Text size="sm" fw={500}>
                        {contact}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {channel}
                      </Text>
                      <Word of={state} />
                    </Group>
                    <When at={lastReceivedAt} size="xs" />
                  </Flex>
                </Route>
              )}
            </LongList>
          )
        }
      </Shown>
    </Page>
  );
}
