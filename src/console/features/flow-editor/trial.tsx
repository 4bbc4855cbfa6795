import { Alert, Badge, Group, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RehearsedStepView, RehearsedView } from "../../../api/contract/draft.js";
import { Json } from "../../parts/json.js";
import { JsonField } from "../../parts/json-input.js";
import type { Problem } from "../../remote/problem.js";
import { useEditing } from "./editing.js";
import { Suppose } from "./suppose.js";
import type { Trying } from "./use-trial.js";

/** What the flow is tried on, the way it takes with that, and what every step comes to. */
export function Trial({ trying, problem }: { trying: Trying; problem: Problem | null }) {
  const { t } = useTranslation();
  const { rehearsed } = useEditing();
  return (
    <Stack gap="sm">
      <Title order={2}>{t("editor.dryRun")}</Title>
      <Text size="sm" c="dimmed">
        {t("editor.dryRunAbout")}
      </Text>
      <Select
        label={t("editor.tryOn")}
        data={[
          { group: t("editor.samples"), items: [...trying.samples] },
          { group: t("editor.past"), items: [...trying.events] },
          { group: t("editor.other"), items: [{ value: "own", label: t("editor.own") }] },
        ]}
        value={trying.chosen}
        onChange={(value) => value !== null && trying.choose(value)}
        allowDeselect={false}
      />
      {trying.chosen === "own" && (
        <JsonField label={t("editor.own")} value={trying.own} onChange={trying.setOwn} maxRows={14} />
      )}
      {problem !== null && (
        <Alert color="orange" title={t("editor.notTried")}>
          {problem.message}
        </Alert>
      )}
      {rehearsed !== null && problem === null && <Way rehearsed={rehearsed} trying={trying} />}
    </Stack>
  );
}

function Way({ rehearsed: { decision, steps, end }, trying }: { rehearsed: RehearsedView; trying: Trying }) {
  const { t } = useTranslation();
  const fires = decision.verdict === "fired";
  return (
    <Stack gap="xs">
      <Alert color={fires ? "bay" : "orange"} title={t(fires ? "editor.wouldStart" : "editor.wouldNotStart")}>
        {decision.reason}
      </Alert>
      {steps.map((step) => (
        <StepCard key={`${step.id} ${step.item.join()}`} step={step} trying={trying} />
      ))}
      <Text size="sm" fw={600} {...(end.status === "failed" && { c: "red" })}>
        {t(end.status === "failed" ? "editor.wouldFail" : "editor.wouldSucceed")} {end.reason}
      </Text>
    </Stack>
  );
}

const tones = { done: "bay", skipped: "gray", failed: "red", suppressed: "orange", stopped: "blue" } as const;

function StepCard({ step, trying }: { step: RehearsedStepView; trying: Trying }) {
  const { t } = useTranslation();
  const { choose } = useEditing();
  const { id, item, outcome, says, call, failure, output, supposed } = step;
  return (
    <Paper p="xs" component="article" aria-label={id}>
      <Group gap="xs" onClick={() => choose(id)}>
        <Badge color={tones[outcome]}>{t(`editor.outcome.${outcome}`)}</Badge>
        <Text size="sm" fw={600}>
          {item.length === 0 ? id : `${id} (${item.map((index) => index + 1).join(", ")})`}
        </Text>
        {supposed && <Badge variant="default">{t("editor.supposed")}</Badge>}
      </Group>
      {call?.message != null && (
        <Text size="sm" fw={600}>
          {t("editor.wouldGo", { to: call.message.to, segments: call.message.segments })}
        </Text>
      )}
      {says !== null && (
        <Text size="sm" className="breakable">
          {says}
        </Text>
      )}
      {call?.obstacles.map((obstacle) => (
        <Text key={obstacle} size="sm" c="orange">
          {obstacle}
        </Text>
      ))}
      {failure !== null && (
        <Text size="sm" c="red" className="breakable">
          {failure.message}
        </Text>
      )}
      <Suppose step={step} trying={trying} />
      {outcome === "done" && output !== null && <Json value={output} label={`$steps.${id}`} />}
    </Paper>
  );
}
