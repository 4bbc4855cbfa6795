import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConnectionView } from "../../../api/contract/connection.js";
import { Link } from "../../parts/link.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { Health } from "./health.js";

/** Every configured account at a vendor. */
export function ConnectionsPage() {
  const { t } = useTranslation();
  const remote = useRemoteList<ConnectionView>("/api/v1/connections", { limit: 200 });
  return (
    <Page title={t("connections.title")} about={t("connections.about")}>
      <Shown remote={remote}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t("connections.none")}>{t("connections.noneAbout")}</Nothing>
          ) : (
            <Stack gap="sm">
              {items.map(({ name, title, active, deactivated, health, checkedAt }) => (
                <Paper key={name} p="md" component="article" aria-label={name}>
                  <Group gap="sm">
                    <Link fw={600} to={`/connections/${name}`}>
                      {name}
                    </Link>
                    <Badge variant="default">{title}</Badge>
                    <Health health={health} />
                    {!active && <Badge color="red">{t("connections.off")}</Badge>}
                    {checkedAt !== null && <When at={checkedAt} size="xs" />}
                  </Group>
                  {deactivated?.reason && (
                    <Text size="sm" c="dimmed">
                      {deactivated.reason}
                    </Text>
                  )}
                </Paper>
              ))}
            </Stack>
          )
        }
      </Shown>
    </Page>
  );
}
