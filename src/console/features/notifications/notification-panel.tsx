import { Alert, Button, CloseButton, Drawer, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { NotificationView } from "../../../api/contract/notification.js";
import { Allowed } from "../../parts/allowed.js";
import { Word } from "../../parts/badges.js";
import { Facts } from "../../parts/facts.js";
import { Json } from "../../parts/json.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { When } from "../../parts/when.js";
import { useRemote } from "../../remote/remote.js";
import { Quarantined } from "./quarantined.js";
import type { NotificationActs } from "./use-keys.js";

interface PanelProps {
  readonly id: string | null;
  readonly acts: NotificationActs;
  readonly close: () => void;
}

/** One notification in full: beside the list where there is room, over it where there is not. */
export function NotificationPanel({ id, acts, close }: PanelProps) {
  const { t } = useTranslation();
  const wide = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  if (!wide) {
    return (
      <Drawer
        opened={id !== null}
        onClose={close}
        position="right"
        size="xl"
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {id !== null && <Detail id={id} acts={acts} />}
      </Drawer>
    );
  }
  return (
    <Paper w={460} p="md" style={{ position: "sticky", top: 72, maxHeight: "calc(100vh - 88px)", overflow: "auto" }}>
      {id === null ? (
        <Text c="dimmed" ta="center" py="xl">
          {t("notifications.choose")}
        </Text>
      ) : (
        <>
          <CloseButton onClick={close} aria-label={t("close")} style={{ float: "right" }} />
          <Detail id={id} acts={acts} />
        </>
      )}
    </Paper>
  );
}

function Detail({ id, acts }: { id: string; acts: NotificationActs }) {
  const remote = useRemote<NotificationView>(`/api/v1/notifications/${id}`);
  return <Shown remote={remote}>{(item) => <Whole item={item} acts={acts} />}</Shown>;
}

function Whole({ item, acts }: { item: NotificationView; acts: NotificationActs }) {
  const { t } = useTranslation();
  const record =
    item.key === null ? null : (
      <Link to={`/timeline?order=${encodeURIComponent(item.key)}`}>{`${item.dataType} ${item.key}`}</Link>
    );
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Word of={item.level} />
        <Word of={item.state} />
      </Group>
      <Title order={2} className="breakable">
        {item.title}
      </Title>
      {item.cause !== null && (
        <Alert color={item.level === "error" ? "red" : "orange"} title={item.cause}>
          {item.remedy}
        </Alert>
      )}
      <Allowed to="notifications:change">
        <Buttons item={item} acts={acts} />
      </Allowed>
      <Facts
        facts={{
          [t("notifications.happened")]: <When at={item.createdAt} />,
          [t("notifications.flow")]: item.flow && (
            <Link to={`/runs?flow=${encodeURIComponent(item.flow)}`}>{item.flow}</Link>
          ),
          [t("notifications.record")]: record,
          [t("notifications.run")]: item.runId === null ? null : <Link to={`/runs/${item.runId}`}>{item.runId}</Link>,
          [t("notifications.code")]:
            item.code === null ? null : (
              <Text ff="monospace" size="xs">
                {item.code}
              </Text>
            ),
          [t("notifications.retries")]: item.retries === 0 ? null : item.retries,
        }}
      />
      {typeof item.request?.quarantineId === "string" && <Quarantined id={item.request.quarantineId} />}
      {item.request !== null && <Json value={item.request} label={t("notifications.request")} />}
      {item.response !== null && <Json value={item.response} label={t("notifications.response")} />}
    </Stack>
  );
}

function Buttons({ item, acts }: { item: NotificationView; acts: NotificationActs }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      {item.level === "error" && item.runId !== null && item.state !== "resolved" && (
        <Button size="xs" onClick={() => acts.retry(item)} loading={acts.busy}>
          {t("notifications.retry")}
        </Button>
      )}
      {item.state === "new" && (
        <Button size="xs" variant="default" onClick={() => acts.acknowledge(item)} disabled={acts.busy}>
          {t("notifications.acknowledge")}
        </Button>
      )}
      {item.state !== "resolved" && (
        <Button size="xs" variant="default" onClick={() => acts.resolve(item)} disabled={acts.busy}>
          {t("notifications.resolve")}
        </Button>
      )}
    </Group>
  );
}
