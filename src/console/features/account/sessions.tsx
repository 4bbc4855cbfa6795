import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { UserSessionView } from "../../../api/contract/access.js";
import { Shown } from "../../parts/notice.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

const path = "/api/v1/account/sessions";

/** The browsers in which one is signed in. */
export function Sessions() {
  const { t } = useTranslation();
  const remote = useRemoteList<UserSessionView>(path, { limit: 50 });
  const end = useAct((id: string) => request(`${path}/${id}/end`, { method: "POST" }));
  return (
    <Stack gap="sm" component="section" aria-label={t("account.sessions")}>
      <Title order={2}>{t("account.sessions")}</Title>
      <Shown remote={remote}>
        {({ items }) =>
          items.map(({ id, current, address, browser, seenAt }) => (
            <Paper key={id} p="md" component="article">
              <Group justify="space-between" wrap="nowrap">
                <div>
                  <Text size="sm" className="breakable">
                    {browser}
                  </Text>
                  <Text size="sm" c="dimmed" component="span">
                    {address} · <When at={seenAt} />
                  </Text>
                </div>
                {current ? (
                  <Badge variant="default">{t("account.current_session")}</Badge>
                ) : (
                  <Button size="xs" variant="default" loading={end.busy} onClick={() => end.begin(id)}>
                    {t("account.end")}
                  </Button>
                )}
              </Group>
            </Paper>
          ))
        }
      </Shown>
    </Stack>
  );
}
