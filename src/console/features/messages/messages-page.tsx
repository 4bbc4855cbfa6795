import { Flex, Group, Select, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { MessageView } from "../../../api/contract/message.js";
import { messageStatuses } from "../../../core/message.js";
import { Word } from "../../parts/badges.js";
import { LongList } from "../../parts/long-list.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";

/** What was sent, newest first. */
export function MessagesPage() {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["status", "to"]);
  const [to, setTo] = useState(filters.to ?? "");
  const remote = useRemoteList<MessageView>("/api/v1/messages", filters);
  const tools = (
    <Group gap="xs">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change({ to: to.replace(/[\s().-]/g, "") });
        }}
      >
        <TextInput
          aria-label={t("messages.to")}
          placeholder={t("messages.to")}
          value={to}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
          w={190}
        />
      </form>
      <Select
        aria-label={t("messages.status")}
        placeholder={t("messages.status")}
        data={messageStatuses.map((word) => ({ value: word, label: t(`words.${word}`, { defaultValue: word }) }))}
        value={filters.status ?? null}
        onChange={(status) => change({ status })}
        clearable
        w={160}
      />
    </Group>
  );
  return (
    <Page title={t("messages.title")} about={t("messages.about")} tools={tools}>
      <Shown remote={remote}>
        {(list) =>
          list.items.length === 0 ? (
            <Nothing title={t("messages.none")}>{t("messages.noneAbout")}</Nothing>
          ) : (
            <LongList list={list} label={t("messages.title")} idOf={({ id }) => id} rowHeight={68}>
              {(message) => <MessageRow message={message} />}
            </LongList>
          )
        }
      </Shown>
    </Page>
  );
}

function MessageRow({ message }: { message: MessageView }) {
  return (
    <Route href={`/runs/${message.runId}`} className="row plain">
      <Flex justify="space-between" gap="md" px="md" pt={10} align="baseline">
        <Text size="sm" fw={500} className="breakable">
          {message.to}
          <Text span c="dimmed">{` · ${message.channel} · ${message.flow}`}</Text>
        </Text>
        <When at={message.createdAt} size="xs" />
      </Flex>
      <Group gap="xs" px="md" pb={10} pt={4} wrap="nowrap">
        <Word of={message.status} />
        {message.errorCode !== null && (
          <Text size="xs" c="dimmed">
            {message.errorCode}
          </Text>
        )}
        <Text size="sm" truncate>
          {message.body}
        </Text>
      </Group>
    </Route>
  );
}
