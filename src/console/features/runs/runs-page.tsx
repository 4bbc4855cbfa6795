import { Flex, Group, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { RunView } from "../../../api/contract/run.js";
import { type RunStatus, runStatuses } from "../../../core/run.js";
import { Word } from "../../parts/badges.js";
import { withClocks } from "../../parts/clocks.js";
import { FlowChoice } from "../../parts/flow-choice.js";
import { LongList } from "../../parts/long-list.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";

const words: readonly RunStatus[] = runStatuses;

/** Each execution of a flow, newest first. */
export function RunsPage() {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["status", "flow", "eventId"]);
  const remote = useRemoteList<RunView>("/api/v1/runs", filters);
  const tools = (
    <Group gap="xs">
      <FlowChoice value={filters.flow ?? null} choose={(flow) => change({ flow })} />
      <Select
        aria-label={t("runs.status")}
        placeholder={t("runs.status")}
        data={words.map((word) => ({ value: word, label: t(`words.${word}`, { defaultValue: word }) }))}
        value={filters.status ?? null}
        onChange={(status) => change({ status })}
        clearable
        w={160}
      />
    </Group>
  );
  return (
    <Page title={t("runs.title")} about={t("runs.about")} tools={tools}>
      <Shown remote={remote}>
        {(list) =>
          list.items.length === 0 ? (
            <Nothing title={t("runs.none")}>{t("runs.noneAbout")}</Nothing>
          ) : (
            <LongList list={list} label={t("runs.title")} idOf={({ id }) => id} rowHeight={60}>
              {(run) => <RunRow run={run} />}
            </LongList>
          )
        }
      </Shown>
    </Page>
  );
}

function RunRow({ run }: { run: RunView }) {
  const why = run.failure?.message ?? run.stopReason ?? (run.wait && withClocks(run.wait.summary));
  return (
    <Route href={`/runs/${run.id}`} className="row plain">
      <Flex justify="space-between" gap="md" px="md" pt={10} align="baseline">
        <Text size="sm" fw={500} className="breakable">
          {run.flow}
          {run.key !== null && (
            <Text span c="dimmed">
              {` · ${run.dataType?.split("/")[1]} ${run.key}`}
            </Text>
          )}
        </Text>
        <When at={run.createdAt} size="xs" />
      </Flex>
      <Group gap="xs" px="md" pb={10} pt={4} wrap="nowrap">
        <Word of={run.status} />
        <Text size="xs" c="dimmed" truncate>
          {why}
        </Text>
      </Group>
    </Route>
  );
}
