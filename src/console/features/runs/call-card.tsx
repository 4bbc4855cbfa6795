import { Alert, Group, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EffectView } from "../../../api/contract/run.js";
import { Word } from "../../parts/badges.js";
import { Json } from "../../parts/json.js";
import { toSpan } from "../../parts/when.js";

/** One row of the ledger: a call, what was sent, what was answered. */
export function CallCard({ effect }: { effect: EffectView }) {
  const { t } = useTranslation();
  const { startedAt, settledAt } = effect;
  return (
    <Paper p="md">
      <Stack gap="sm">
        <Group gap="sm">
          <Word of={effect.state} />
          <Text size="sm" fw={600}>
            {`${effect.connection} · ${effect.endpoint}`}
          </Text>
          <Text size="sm" c="dimmed">
            {effect.recipient}
          </Text>
          {startedAt !== null && settledAt !== null && (
            <Text size="xs" c="dimmed">
              {toSpan(Date.parse(settledAt) - Date.parse(startedAt))}
            </Text>
          )}
        </Group>
        {effect.failure !== null && (
          <Alert color={effect.state === "unknown" ? "orange" : "red"} title={effect.failure.message}>
            {effect.failure.remedy}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Json value={effect.request} label={t("runs.request")} />
          {effect.response !== null && <Json value={effect.response} label={t("runs.response")} />}
        </SimpleGrid>
      </Stack>
    </Paper>
  );
}
