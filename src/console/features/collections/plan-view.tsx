import { Accordion, Alert, Badge, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PlannedCollectionView, PlanView } from "../../../api/contract/plan.js";
import { Diff } from "../../parts/diff.js";

const colors = { create: "green", update: "blue", remove: "red", unchanged: "gray" } as const;
const tones = {
  begins: "green",
  changes: "blue",
  ends: "red",
  "goes on": "gray",
  waits: "gray",
  beware: "orange",
} as const;

/** What a change would do, before it is done. */
export function PlanPreview({ plan }: { plan: PlanView }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <section aria-label={t("plan.starts")}>
        <Title order={2} mb="xs">
          {t("plan.starts")}
        </Title>
        {plan.starts.length === 0 && <Text c="dimmed">{t("plan.nothingStarts")}</Text>}
        <Stack gap="xs">
          {plan.starts.map(({ flow, change, message }) => (
            <Group key={`${flow} ${message}`} gap="sm" wrap="nowrap" align="baseline">
              <Badge color={tones[change]} style={{ flexShrink: 0 }}>
                {t(`plan.change.${change}`)}
              </Badge>
              <Text size="sm" className="breakable">
                {flow !== null && (
                  <Text span size="sm" fw={600}>
                    {`${flow} `}
                  </Text>
                )}
                {message}
              </Text>
            </Group>
          ))}
        </Stack>
      </section>
      {plan.compatibility.map(({ subject, message, records }) => (
        <Alert key={`${subject} ${message}`} color="orange" title={subject}>
          {`${message} ${records > 0 ? t("plan.records", { count: records }) : ""}`}
        </Alert>
      ))}
      {plan.hosts.length > 0 && <Text size="sm">{t("plan.hosts", { hosts: plan.hosts.join(", ") })}</Text>}
      {plan.collections.map((each) => (
        <PlannedCard key={each.name} planned={each} />
      ))}
    </Stack>
  );
}

function PlannedCard({ planned }: { planned: PlannedCollectionView }) {
  const { t } = useTranslation();
  const { title, action, from, to, requiredBy, objects, warnings, changelog } = planned;
  const touched = objects.filter((each) => each.action !== "unchanged");
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Group gap="sm" mb="xs">
        <Title order={2}>{title}</Title>
        <Badge variant="default">{t(`plan.action.${action}`)}</Badge>
        <Text size="sm" c="dimmed">
          {[from, to].filter((version) => version !== null).join(" → ")}
        </Text>
        {requiredBy.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("plan.requiredBy", { names: requiredBy.join(", ") })}
          </Text>
        )}
      </Group>
      {changelog !== null && (
        <Text size="sm" className="bubble" mb="sm">
          {changelog}
        </Text>
      )}
      {warnings.length > 0 && (
        <List size="sm" mb="sm">
          {warnings.map(({ file, message }) => (
            <List.Item key={`${file} ${message}`}>{`${file}: ${message}`}</List.Item>
          ))}
        </List>
      )}
      {touched.length === 0 && <Text c="dimmed">{t("plan.unchanged")}</Text>}
      <Accordion multiple variant="default" chevronPosition="left">
        {touched.map(({ kind, name, action: done, diff }) => (
          <Accordion.Item key={`${kind} ${name}`} value={`${kind} ${name}`}>
            <Accordion.Control>
              <Group gap="sm">
                <Badge color={colors[done]}>{t(`plan.object.${done}`)}</Badge>
                <Text size="sm" className="breakable">{`${kind} ${name}`}</Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>{diff !== null && <Diff text={diff} label={`${kind} ${name}`} />}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Paper>
  );
}
