import { Alert, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunDetailView } from "../../../api/contract/run.js";
import type { Step } from "../../../core/flow.js";
import type { StepMark } from "../../flow-graph/walk-run.js";
import { Facts } from "../../parts/facts.js";
import { Json } from "../../parts/json.js";
import { Link } from "../../parts/link.js";
import { toSpan, When } from "../../parts/when.js";
import { MarkIcon } from "./mark-icon.js";

interface StepDetailProps {
  readonly step: Step;
  readonly mark: StepMark;
  readonly run: RunDetailView;
}

/** One step of a run: what the flow says, what went in, what came out, how long it took. */
export function StepDetail({ step, mark, run }: StepDetailProps) {
  const { t } = useTranslation();
  const result = run.steps.find(({ id }) => id === step.id);
  const calls = run.effects.filter(({ stepId }) => stepId === step.id);
  const { id, kind, when, onError, ...says } = step;
  return (
    <Paper p="md" component="section" aria-label={t("runs.step", { id })}>
      <Stack gap="sm">
        <Group gap="xs">
          <MarkIcon mark={mark} />
          <Title order={3} size="h4" className="breakable">
            {id}
          </Title>
          <Text size="sm" c="dimmed">
            {`${t(`runs.kinds.${kind}`)} · ${t(`runs.marks.${mark}`)}`}
          </Text>
        </Group>
        {result?.failure && (
          <Alert color="red" title={result.failure.message}>
            {result.failure.remedy}
          </Alert>
        )}
        <Facts
          facts={{
            [t("runs.ended")]: result && <When at={result.finishedAt} />,
            [t("runs.onlyWhen")]: when,
            [t("runs.onFailure")]: onError === "continue" ? t("runs.goesOnAnyway") : null,
          }}
        />
        {calls.map(({ id: effectId, attempts, startedAt, settledAt, request, response }) => (
          <Stack key={effectId} gap="xs">
            <Facts
              facts={{
                [t("runs.attempts")]: attempts,
                [t("runs.took")]: startedAt && settledAt ? toSpan(Date.parse(settledAt) - Date.parse(startedAt)) : null,
              }}
            />
            <Json value={request} label={t("runs.request")} />
            {response !== null && <Json value={response} label={t("runs.response")} />}
          </Stack>
        ))}
        {mark === "items" && run.parent !== null && <Link to={`/runs/${run.parent.runId}`}>{t("runs.parentRun")}</Link>}
        {calls.length === 0 && <Json value={says} label={t("runs.says")} />}
        {result !== undefined && result.output !== null && (
          <Json value={result.output} label={`${t("runs.output")} ${id}`} />
        )}
      </Stack>
    </Paper>
  );
}
