import { Button, Flex, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { IssueView } from "../../../api/contract/issue.js";
import { Word } from "../../parts/badges.js";
import { Link } from "../../parts/link.js";
import { LongList } from "../../parts/long-list.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { When } from "../../parts/when.js";
import { useMay } from "../../remote/account.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

interface GroupedProps {
  readonly level: string | undefined;
  readonly state: string | undefined;
}

/** Equal warnings and errors as one, with how often each has happened. */
export function Grouped({ level, state }: GroupedProps) {
  const { t } = useTranslation();
  const remote = useRemoteList<IssueView>("/api/v1/issues", { level, state });
  return (
    <Shown remote={remote}>
      {(list) =>
        list.items.length === 0 ? (
          <Nothing title={t("notifications.noIssue")}>{t("notifications.noIssueAbout")}</Nothing>
        ) : (
          <LongList list={list} label={t("notifications.views.grouped")} idOf={(one) => one.fingerprint} rowHeight={72}>
            {(issue) => <IssueRow issue={issue} />}
          </LongList>
        )
      }
    </Shown>
  );
}

function IssueRow({ issue }: { issue: IssueView }) {
  const { t } = useTranslation();
  const may = useMay();
  const { fingerprint, level, state, title, flow, count, lastSeenAt, lastNotificationId } = issue;
  const move = useAct(
    (verb: "acknowledge" | "resolve") =>
      request<IssueView>(`/api/v1/issues/${encodeURIComponent(fingerprint)}/${verb}`, { method: "POST" }),
    (moved) => t(moved.state === "resolved" ? "notifications.resolved" : "notifications.acknowledged"),
  );
  return (
    <Flex px="md" py={10} gap="md" align="center" justify="space-between" wrap="wrap">
      <div style={{ flex: "1 1 260px", minWidth: 0 }}>
        <Link size="sm" fw={600} to={`/notifications?level=${level}&id=${lastNotificationId}`} className="breakable">
          {title}
        </Link>
        <Group gap="xs" mt={4}>
          <Word of={level} />
          {state !== "new" && <Word of={state} />}
          <Text size="xs" fw={600}>
            {`${count}×`}
          </Text>
          <Text size="xs" c="dimmed" className="breakable">
            {flow}
          </Text>
          <When at={lastSeenAt} size="xs" />
        </Group>
      </div>
      <Group gap="xs">
        {may("notifications:change") && state === "new" && (
          <Button size="xs" variant="default" onClick={() => move.begin("acknowledge")} disabled={move.busy}>
            {t("notifications.acknowledge")}
          </Button>
        )}
        {may("notifications:change") && state !== "resolved" && (
          <Button size="xs" variant="default" onClick={() => move.begin("resolve")} disabled={move.busy}>
            {t("notifications.resolve")}
          </Button>
        )}
      </Group>
    </Flex>
  );
}
