import { Group, Paper, SegmentedControl, SimpleGrid, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { NotificationView } from "../../../api/contract/notification.js";
import { Word } from "../../parts/badges.js";
import { Link } from "../../parts/link.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { periods } from "../../parts/periods.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";
import { Figures } from "./figures.js";
import { FlowTable } from "./flow-table.js";
import { OverTime } from "./over-time.js";
import { useOverview } from "./use-overview.js";
import { Verdict } from "./verdict.js";

/** Is everything all right, and what happened last? */
export function HomePage() {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["period"]);
  const period = periods.find((each) => each === filters.period) ?? "day";
  const { remote, columns } = useOverview(period);
  const tools = (
    <SegmentedControl
      size="xs"
      aria-label={t("home.period")}
      data={periods.map((each) => ({ value: each, label: t(`home.periods.${each}`) }))}
      value={period}
      onChange={(chosen) => change({ period: chosen === "day" ? null : chosen })}
    />
  );
  return (
    <Page title={t("home.title")} tools={tools}>
      <Stack gap="lg">
        <Verdict overview={remote} />
        <Figures remote={remote} />
        <OverTime remote={remote} columns={columns} period={period} />
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <Latest />
          <Card title={t("home.flows")}>
            <FlowTable overview={remote} />
          </Card>
        </SimpleGrid>
      </Stack>
    </Page>
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

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper p="md" component="section" aria-label={title} mih={260} miw={0}>
      <Title order={2} mb="md">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
