import { Badge, Group, Paper, Stack, Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import type { FlowView } from "../../../api/contract/definitions.js";
import { Link } from "../../parts/link.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { useMay } from "../../remote/account.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

/** Every flow, and whether it is on. */
export function FlowsPage() {
  const { t } = useTranslation();
  const remote = useRemoteList<FlowView>("/api/v1/flows", { limit: 200 });
  return (
    <Page title={t("flows.title")} about={t("flows.about")}>
      <Shown remote={remote}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t("flows.none")}>{t("flows.noneAbout")}</Nothing>
          ) : (
            <Stack gap="sm">
              {items.map((flow) => (
                <FlowCard key={flow.name} flow={flow} />
              ))}
            </Stack>
          )
        }
      </Shown>
    </Page>
  );
}

function FlowCard({ flow }: { flow: FlowView }) {
  const { t } = useTranslation();
  const { name, title, summary, active } = flow;
  const may = useMay();
  const act = useAct(
    (on: boolean) =>
      request<FlowView & { warnings: string[] }>(`/api/v1/flows/${name}`, { method: "PATCH", body: { active: on } }),
    (switched) => {
      for (const message of switched.warnings) notifications.show({ message, color: "orange", autoClose: 12_000 });
      return t(switched.active ? "flows.on" : "flows.off", { title });
    },
  );
  return (
    <Paper p="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Group gap="xs">
            <Text fw={600}>{title}</Text>
            <Text size="xs" c="dimmed" ff="monospace">
              {name}
            </Text>
            <Badge variant="default">{String(flow.on.kind)}</Badge>
          </Group>
          <Text size="sm" c="dimmed" mt={4}>
            {summary}
          </Text>
          <Link size="sm" to={`/runs?flow=${encodeURIComponent(name)}`}>
            {t("flows.runs")}
          </Link>
        </div>
        <Switch
          checked={active}
          disabled={act.busy || !may("flows:switch")}
          onChange={({ currentTarget }) => act.begin(currentTarget.checked)}
          aria-label={t("flows.switch", { title })}
        />
      </Group>
    </Paper>
  );
}
