import { Alert, Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AppliedPlanView, WebhookPlanView } from "../../../api/contract/connection.js";
import { Shown } from "../../parts/notice.js";
import { Part } from "../../parts/part.js";
import { useRemote } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

const colors = { create: "green", update: "blue", replace: "orange", unchanged: "gray", conflict: "red" } as const;

/** Whether the vendor calls this server, and making it so. */
export function Webhooks({ path }: { path: string }) {
  const { t } = useTranslation();
  const remote = useRemote<WebhookPlanView>(`${path}/webhooks`);
  return (
    <Part title={t("connections.webhooks")} about={t("connections.webhooksAbout")}>
      <Shown remote={remote}>{(plan) => <Drift plan={plan} path={path} />}</Shown>
    </Part>
  );
}

function Drift({ plan, path }: { plan: WebhookPlanView; path: string }) {
  const { t } = useTranslation();
  const apply = useAct(
    () =>
      request<AppliedPlanView>(`${path}/webhooks/apply`, { method: "POST", body: { hash: plan.hash } }).then(
        async (applied) => {
          await request(`${path}/check`, { method: "POST" });
          return applied;
        },
      ),
    ({ senders }) =>
      senders.some(({ outcome }) => outcome === "failed") ? t("connections.notAll") : t("connections.entered"),
  );
  const open = plan.senders.some(({ items }) => items.some(({ action }) => action === "create" || action === "update"));
  return (
    <Stack gap="sm">
      {!open && <Alert color="green">{t("connections.noDrift")}</Alert>}
      {plan.senders.map(({ id, address, items }) => (
        <Paper key={id} p="md">
          <Text size="sm" fw={600} mb="xs">
            {address}
          </Text>
          <Stack gap="sm">
            {items.map(({ webhook, field, action, now, wanted, reason }) => (
              <div key={`${webhook} ${field}`}>
                <Group gap="sm">
                  <Badge color={colors[action]}>{t(`connections.actions.${action}`)}</Badge>
                  <Text size="sm">{field}</Text>
                  <Text size="xs" c="dimmed">
                    {reason}
                  </Text>
                </Group>
                {now !== null && now !== wanted && (
                  <Text size="xs" ff="monospace" c="dimmed" className="breakable">
                    {`− ${now}`}
                  </Text>
                )}
                <Text size="xs" ff="monospace" className="breakable">
                  {action === "unchanged" ? wanted : `+ ${wanted}`}
                </Text>
              </div>
            ))}
          </Stack>
        </Paper>
      ))}
      {open && (
        <Group>
          <Button onClick={() => apply.begin(undefined)} loading={apply.busy}>
            {t("connections.enter")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
