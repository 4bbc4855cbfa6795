import { Alert, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { RunDetailView, RunView } from "../../../api/contract/run.js";
import { Word } from "../../parts/badges.js";
import { withClocks } from "../../parts/clocks.js";
import { Facts } from "../../parts/facts.js";
import { Link } from "../../parts/link.js";
import { MessageCard } from "../../parts/message-card.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Part } from "../../parts/part.js";
import { RetryDialog } from "../../parts/retry-dialog.js";
import { toSpan, When } from "../../parts/when.js";
import { useMay } from "../../remote/account.js";
import { useRemote } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";
import { CallCard } from "./call-card.js";
import { Reason } from "./reason.js";
import { StepsPart } from "./steps-part.js";

/** One run: what it did, whom it called, what became of the messages. */
export function RunPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const remote = useRemote<RunDetailView>(`/api/v1/runs/${id}`);
  return (
    <Page title={t("runs.run", { id })} tools={remote.state === "ready" ? <Buttons run={remote.value} /> : null}>
      <Shown remote={remote}>{(run) => <Whole run={run} />}</Shown>
    </Page>
  );
}

function Whole({ run }: { run: RunDetailView }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <RunFacts run={run} />
      {run.failure !== null && (
        <Alert color="red" title={run.failure.message}>
          {run.failure.remedy}
        </Alert>
      )}
      {run.stopReason !== null && <Alert color="gray">{run.stopReason}</Alert>}
      {run.wait !== null && (
        <Alert color="yellow" title={withClocks(run.wait.summary)}>
          {run.dueAt !== null && (
            <>
              {`${t("runs.goesOn")} `}
              <When at={run.dueAt} />
            </>
          )}
        </Alert>
      )}
      <StepsPart run={run} />
      {run.messages.length > 0 && (
        <Part title={t("runs.messages")}>
          {run.messages.map((message) => (
            <MessageCard key={message.id} message={message} />
          ))}
        </Part>
      )}
      <Part title={t("runs.ledger")}>
        {run.effects.length === 0 && <Text c="dimmed">{t("runs.noCalls")}</Text>}
        {run.effects.map((effect) => (
          <CallCard key={effect.id} effect={effect} />
        ))}
      </Part>
      <Part title={t("runs.why")}>
        <Reason run={run} />
      </Part>
    </Stack>
  );
}

function RunFacts({ run }: { run: RunView }) {
  const { t } = useTranslation();
  const ms = run.finishedAt === null ? null : Date.parse(run.finishedAt) - Date.parse(run.createdAt);
  const subject = encodeURIComponent(run.key ?? "");
  return (
    <Paper p="md">
      <Facts
        facts={{
          [t("runs.status")]: <Word of={run.status} />,
          [t("runs.flow")]: <Link to={`/runs?flow=${encodeURIComponent(run.flow)}`}>{run.flow}</Link>,
          [t("runs.record")]:
            run.key === null ? null : <Link to={`/timeline?order=${subject}`}>{`${run.dataType} ${run.key}`}</Link>,
          [t("runs.began")]: <When at={run.createdAt} />,
          [t("runs.took")]: ms === null ? null : toSpan(ms),
          [t("runs.attempts")]: run.attempts,
          [t("runs.version")]: (
            <Text ff="monospace" size="xs">
              {run.flowHash.slice(0, 12)}
            </Text>
          ),
        }}
      />
    </Paper>
  );
}

function Buttons({ run }: { run: RunView }) {
  const may = useMay();
  const { t } = useTranslation();
  const [retrying, setRetrying] = useState(false);
  const cancel = useAct(
    () => request<RunView>(`/api/v1/runs/${run.id}/cancel`, { method: "POST", body: {} }),
    () => t("runs.cancelled"),
  );
  return (
    <Group gap="xs">
      <Button variant="default" component={Route} href={`/timeline?run=${run.id}`}>
        {t("runs.timeline")}
      </Button>
      {may("runs:change") && run.finishedAt === null && (
        <Button variant="default" onClick={() => cancel.begin(undefined)} loading={cancel.busy}>
          {t("runs.cancel")}
        </Button>
      )}
      {may("runs:change") && (run.status === "failed" || run.status === "cancelled") && (
        <Button onClick={() => setRetrying(true)}>{t("runs.retry")}</Button>
      )}
      <RetryDialog runId={retrying ? run.id : null} close={() => setRetrying(false)} />
    </Group>
  );
}
