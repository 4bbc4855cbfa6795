import { Accordion, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunView } from "../../../api/contract/run.js";
import { Word } from "../../parts/badges.js";
import { Json } from "../../parts/json.js";
import { toClock } from "../../parts/when.js";

/** The steps of a run, in the order in which they ended, each with what it gave. */
export function StepList({ run }: { run: RunView }) {
  const { t } = useTranslation();
  return (
    <Accordion variant="separated" multiple>
      {run.steps.map((step) => (
        <Accordion.Item key={step.id} value={step.id}>
          <Accordion.Control>
            <Group gap="sm" wrap="nowrap">
              <Word of={step.outcome} />
              <Text size="sm" fw={500} className="breakable" flex={1}>
                {step.id}
              </Text>
              <Text size="xs" c="dimmed" pr="sm">
                {toClock(step.finishedAt)}
              </Text>
            </Group>
            {step.failure !== null && (
              <Text size="xs" c="red" mt={4}>
                {step.failure.message}
              </Text>
            )}
          </Accordion.Control>
          <Accordion.Panel>
            <Json value={step.output} label={`${t("runs.output")} ${step.id}`} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
