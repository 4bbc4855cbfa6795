import { Badge, Button, Group, Paper, Stack, Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import { Link as Way } from "wouter";
import type { FlowView } from "../../../api/contract/definitions.js";
import type { FlowFiguresView, OverviewView } from "../../../api/contract/overview.js";
import { Allowed } from "../../parts/allowed.js";
import { Link } from "../../parts/link.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useMay } from "../../remote/account.js";
import { useRemote, useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

/** Every flow, and whether it is on. */
export function FlowsPage() {
  const { t } = useTranslation();
  const remote = useRemoteList<FlowView>("/api/v1/flows", { limit: 200 });
  const overview = useRemote<OverviewView>("/api/v1/overview");
  const lately = overview.state === "ready" ? overview.value.flows : null;
  return (
    <Page
      title={t("flows.title")}
      about={t("flows.about")}
      tools={
        <Allowed to="flows:change">
          <Button component={Way} href="/flows/new">
            {t("write.title")}
          </Button>
        </Allowed>
      }
    >
      <Shown remote={remote}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t("flows.none")}>{t("flows.noneAbout")}</Nothing>
          ) : (
            <Stack gap="sm">
              {items.map((flow) => (
                <FlowCard key={flow.name} flow={flow} lately={lately} />
              ))}
            </Stack>
          )
        }
      </Shown>
    </Page>
  );
}

function FlowCard({ flow, lately }: { flow: FlowView; lately: readonly FlowFiguresView[] | null }) {
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
          <Group gap="md" mt={4} mih={22}>
            <Allowed to="flows:change">
              <Link size="sm" to={`/flows/${name}/edit`} aria-label={t("write.it", { title })}>
                {t("write.edit")}
              </Link>
            </Allowed>
            <Link size="sm" to={`/runs?flow=${encodeURIComponent(name)}`}>
              {t("flows.runs")}
            </Link>
            {lately !== null && <Lately figures={lately.find((one) => one.flow === name)} />}
          </Group>
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

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

/** What a flow did in the last 24 hours. */
function Lately({ figures }: { figures: FlowFiguresView | undefined }) {
  const { t } = useTranslation();
  if (figures === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {t("flows.idle")}
      </Text>
    );
  }
  const { flow, runs, failed, newestRunId, newestRunAt } = figures;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t("flows.lately", { count: runs })}
      </Text>
      {failed > 0 && (
        <Link size="sm" c="var(--lost)" to={`/runs?flow=${encodeURIComponent(flow)}&status=failed`}>
          {t("flows.failed", { share: percent.format(failed / runs) })}
        </Link>
      )}
      {newestRunAt !== null && (
        <Group gap={6}>
          <Link size="sm" to={`/runs/${newestRunId}`}>
            {t("flows.last")}
          </Link>
          <When at={newestRunAt} size="xs" />
        </Group>
      )}
    </>
  );
}
