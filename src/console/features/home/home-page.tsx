import { Alert, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FlowView } from "../../../api/contract/definitions.js";
import type { IssueView } from "../../../api/contract/issue.js";
import type { NotificationView } from "../../../api/contract/notification.js";
import { Word } from "../../parts/badges.js";
import { Link } from "../../parts/link.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";

/** Is everything all right, and what happened last? */
export function HomePage() {
  const { t } = useTranslation();
  return (
    <Page title={t("home.title")}>
      <Stack gap="lg">
        <Attention />
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <Latest />
          <ActiveFlows />
        </SimpleGrid>
      </Stack>
    </Page>
  );
}

function Attention() {
  const { t } = useTranslation();
  const remote = useRemoteList<IssueView>("/api/v1/issues", { state: "new", limit: 20 });
  return (
    <Shown remote={remote}>
      {({ items }) => {
        const open = items.filter(({ level }) => level === "warning" || level === "error");
        if (open.length === 0) {
          return (
            <Alert color="green" title={t("home.calm")}>
              {t("home.calmAbout")}
            </Alert>
          );
        }
        return (
          <Alert
            color={open.some(({ level }) => level === "error") ? "red" : "orange"}
            title={t("home.open", { count: open.length })}
          >
            <Stack gap="xs">
              {open.map((issue) => (
                <Group key={issue.fingerprint} gap="sm" wrap="nowrap">
                  <Word of={issue.level} />
                  <Link
                    size="sm"
                    c="inherit"
                    underline="always"
                    to={`/notifications?level=${issue.level}&id=${issue.lastNotificationId}`}
                    flex={1}
                  >
                    {issue.title}
                  </Link>
                  <Text size="sm" fw={600}>{`${issue.count}×`}</Text>
                  <When at={issue.lastSeenAt} size="xs" />
                </Group>
              ))}
            </Stack>
          </Alert>
        );
      }}
    </Shown>
  );
}

function Latest() {
  const { t } = useTranslation();
  const remote = useRemoteList<NotificationView>("/api/v1/notifications", { limit: 10 });
  return (
    <Card title={t("home.latest")}>
      <Shown remote={remote}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t("home.nothingYet")}>{t("home.nothingYetAbout")}</Nothing>
          ) : (
            <Stack gap={10}>
              {items.slice(0, 10).map((item) => (
                <Group key={item.id} gap="sm" wrap="nowrap" align="baseline">
                  <Word of={item.level} />
                  <Link size="sm" to={`/notifications?id=${item.id}`} flex={1} className="breakable">
                    {item.title}
                  </Link>
                  <When at={item.createdAt} size="xs" />
                </Group>
              ))}
            </Stack>
          )
        }
      </Shown>
    </Card>
  );
}

function ActiveFlows() {
  const { t } = useTranslation();
  const remote = useRemoteList<FlowView>("/api/v1/flows", { limit: 200 });
  return (
    <Card title={t("home.flows")}>
      <Shown remote={remote}>
        {({ items }) => {
          const active = items.filter((flow) => flow.active);
          if (active.length === 0) return <Text c="dimmed">{t("home.noFlows")}</Text>;
          return (
            <Stack gap={10}>
              {active.map(({ name, title }) => (
                <Link key={name} size="sm" to={`/runs?flow=${encodeURIComponent(name)}`}>
                  {title}
                </Link>
              ))}
            </Stack>
          );
        }}
      </Shown>
    </Card>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Title order={2} mb="md">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
