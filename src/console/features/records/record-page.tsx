import { Accordion, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { EventView } from "../../../api/contract/event.js";
import type { RecordView } from "../../../api/contract/record.js";
import { Allowed } from "../../parts/allowed.js";
import { Diff } from "../../parts/diff.js";
import { Facts } from "../../parts/facts.js";
import { Json } from "../../parts/json.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemote, useRemoteList } from "../../remote/remote.js";
import { toChangedLines } from "./changed-lines.js";
import { RecordEditor } from "./record-editor.js";

/** One record as it is, and how it came to be so. */
export function RecordPage({ dataType, recordKey }: { dataType: string; recordKey: string }) {
  const { t } = useTranslation();
  const path = `/api/v1/records/${dataType}/${encodeURIComponent(recordKey)}`;
  const remote = useRemote<RecordView>(path);
  const tools = (
    <Button variant="default" component={Route} href={`/timeline?order=${encodeURIComponent(recordKey)}`}>
      {t("records.timeline")}
    </Button>
  );
  return (
    <Page title={recordKey} about={dataType} tools={tools}>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Shown remote={remote}>{(record) => <Now record={record} />}</Shown>
        <History path={path} />
      </SimpleGrid>
    </Page>
  );
}

function Now({ record }: { record: RecordView }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  return (
    <Stack gap="md">
      <Paper p="md">
        <Facts
          facts={{
            [t("records.versionName")]: record.version,
            [t("records.changed")]: <When at={record.updatedAt} />,
          }}
        />
      </Paper>
      {editing ? (
        <RecordEditor record={record} leave={() => setEditing(false)} />
      ) : (
        <>
          <Json value={record.document} label={t("records.document")} />
          <Allowed to="records:change">
            <Group>
              <Button variant="default" onClick={() => setEditing(true)}>
                {t("records.edit")}
              </Button>
            </Group>
          </Allowed>
        </>
      )}
    </Stack>
  );
}

function History({ path }: { path: string }) {
  const { t } = useTranslation();
  const remote = useRemoteList<EventView>(`${path}/events`, { limit: 200 });
  return (
    <section aria-label={t("records.history")}>
      <Title order={2} mb="xs">
        {t("records.history")}
      </Title>
      <Shown remote={remote}>
        {({ items }) => <Versions events={items.filter(({ kind }) => kind.startsWith("record."))} />}
      </Shown>
    </section>
  );
}

function Versions({ events }: { events: readonly EventView[] }) {
  const { t } = useTranslation();
  return (
    <Accordion multiple chevronPosition="left">
      {events.map((event, index) => {
        const before = events[index + 1];
        const diff = toChangedLines(before?.payload ?? {}, event.payload);
        return (
          <Accordion.Item key={event.id} value={event.id}>
            <Accordion.Control>
              <Group gap="sm">
                <Text size="sm" fw={500}>
                  {t("records.version", { version: event.version })}
                </Text>
                <Text size="sm" c="dimmed">
                  {t(`records.kinds.${event.kind.split(".")[1]}`)}
                </Text>
                <When at={event.createdAt} size="xs" />
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Diff text={diff} label={t("records.version", { version: event.version })} />
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}
