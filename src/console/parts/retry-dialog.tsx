import { Alert, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EffectView, RunDetailView, RunView } from "../../api/contract/run.js";
import { useRemote } from "../remote/remote.js";
import { request } from "../remote/request.js";
import { useAct } from "../remote/use-act.js";
import { Shown } from "./notice.js";

interface RetryDialogProps {
  /** Null while nobody asks. */
  readonly runId: string | null;
  readonly close: () => void;
}

/** Says what taking a run up again does, and what it does not do again, before it is done. */
export function RetryDialog({ runId, close }: RetryDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={runId !== null}
      onClose={close}
      title={t("retry.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {runId !== null && <Preview runId={runId} close={close} />}
    </Modal>
  );
}

function Preview({ runId, close }: { runId: string; close: () => void }) {
  const { t } = useTranslation();
  const remote = useRemote<RunDetailView>(`/api/v1/runs/${runId}`);
  const retry = useAct(
    (version: "pinned" | "newest") =>
      request<RunView>(`/api/v1/runs/${runId}/retry`, { method: "POST", body: { version } }),
    () => {
      close();
      return t("runs.retried");
    },
  );
  return (
    <Shown remote={remote}>
      {(run) => (
        <Stack gap="md">
          <WhatHappens run={run} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("retry.leave")}
            </Button>
            <Button variant="default" onClick={() => retry.begin("newest")} disabled={retry.busy}>
              {t("retry.newest")}
            </Button>
            <Button onClick={() => retry.begin("pinned")} loading={retry.busy} data-autofocus>
              {t("retry.pinned")}
            </Button>
          </Group>
        </Stack>
      )}
    </Shown>
  );
}

/** The ledger decides: what was done is not done again, what was refused is tried again, what nobody knows is asked about first. */
function WhatHappens({ run }: { run: RunDetailView }) {
  const { t } = useTranslation();
  const failed = run.steps.find(({ outcome }) => outcome === "failed");
  const of = (...states: EffectView["state"][]) => run.effects.filter(({ state }) => states.includes(state));
  const groups = [
    { name: "kept", effects: of("done") },
    { name: "again", effects: of("refused", "intended") },
    { name: "asked", effects: of("unknown", "started") },
  ].filter(({ effects }) => effects.length > 0);
  return (
    <>
      <Text size="sm">{failed === undefined ? t("retry.fromWhere") : t("retry.from", { step: failed.id })}</Text>
      {failed?.failure && (
        <Alert color="orange" title={failed.failure.message}>
          {failed.failure.remedy}
        </Alert>
      )}
      {groups.length === 0 && <Text size="sm">{t("retry.noCalls")}</Text>}
      {groups.map(({ name, effects }) => (
        <div key={name}>
          <Text size="sm" fw={600}>
            {t(`retry.${name}`)}
          </Text>
          <List size="sm">
            {effects.map(({ id, endpoint, recipient, stepId }) => (
              <List.Item key={id}>
                {[stepId, endpoint, recipient].filter((part) => part !== null).join(" · ")}
              </List.Item>
            ))}
          </List>
        </div>
      ))}
    </>
  );
}
