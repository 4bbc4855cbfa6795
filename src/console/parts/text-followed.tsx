import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { NotificationView } from "../../api/contract/notification.js";
import type { RunDetailView } from "../../api/contract/run.js";
import { hasSimulator } from "../page-facts.js";
import { useRemote, useRemoteList } from "../remote/remote.js";
import { Allowed } from "./allowed.js";
import { Word } from "./badges.js";
import { withClocks } from "./clocks.js";
import { MessageCard } from "./message-card.js";
import { Shown } from "./notice.js";

/** What becomes of the one text of a run, while it happens. */
export function TextFollowed({ runId, another }: { runId: string; another: () => void }) {
  const { t } = useTranslation();
  const remote = useRemote<RunDetailView>(`/api/v1/runs/${runId}`);
  return (
    <Stack gap="sm" maw={620} component="section" aria-live="polite" aria-label={t("testText.followed")}>
      <Shown remote={remote}>{(run) => <Standing run={run} />}</Shown>
      <Group gap="xs">
        {hasSimulator() && (
          <Allowed to="simulator:read">
            <Button component={Route} href="/simulator">
              {t("testText.phone")}
            </Button>
          </Allowed>
        )}
        <Button variant="default" component={Route} href={`/runs/${runId}`}>
          {t("testText.run")}
        </Button>
        <Button variant="default" onClick={another}>
          {t("testText.another")}
        </Button>
      </Group>
    </Stack>
  );
}

function Standing({ run }: { run: RunDetailView }) {
  const { t } = useTranslation();
  const notices = useRemoteList<NotificationView>("/api/v1/notifications", { runId: run.id });
  const told = notices.state === "ready" ? notices.value.items : [];
  const bad = told.filter(({ level }) => level === "warning" || level === "error");
  return (
    <>
      {bad.map(({ id, title, cause, remedy }) => (
        <Alert key={id} color="red" title={title}>
          <Text size="sm">{cause}</Text>
          <Text size="sm">{remedy}</Text>
        </Alert>
      ))}
      {run.wait !== null && <Alert color="yellow" title={withClocks(run.wait.summary)} />}
      {run.messages.length === 0 && bad.length === 0 && (
        <Group gap="xs">
          <Word of={run.status} />
          <Text size="sm">{t("testText.underWay")}</Text>
        </Group>
      )}
      {run.messages.map((message) => (
        <MessageCard key={message.id} message={message} />
      ))}
    </>
  );
}
