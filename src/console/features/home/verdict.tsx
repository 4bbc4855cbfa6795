import { Alert, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { IssueView } from "../../../api/contract/issue.js";
import type { OverviewView } from "../../../api/contract/overview.js";
import { Word } from "../../parts/badges.js";
import { Link } from "../../parts/link.js";
import { Failed } from "../../parts/notice.js";
import { toSpan, useNow, When } from "../../parts/when.js";
import { type Remote, useRemoteList } from "../../remote/remote.js";
import { useLiveness } from "../../remote/use-live.js";

/** How long a run that is due may wait before somebody should know, in milliseconds. */
const SLOW_MS = 5 * 60_000;

/** Is everything all right? In one sentence, with what is not. */
export function Verdict({ overview }: { overview: Remote<OverviewView> }) {
  const { t } = useTranslation();
  const now = useNow();
  const live = useLiveness();
  const remote = useRemoteList<IssueView>("/api/v1/issues", { state: "new", limit: 20 });
  if (live === "away") {
    return (
      <Alert color="gray" title={t("home.away")} mih={76}>
        {t("home.awayAbout")}
      </Alert>
    );
  }
  if (remote.state === "failed") return <Failed problem={remote.problem} retry={remote.retry} />;
  if (remote.state === "loading" || overview.state === "loading") {
    return <Skeleton h={76} role="status" aria-label={t("loading")} />;
  }
  const open = remote.value.items.filter(({ level }) => level === "warning" || level === "error");
  const oldest = overview.state === "ready" ? overview.value.now.oldestDueAt : null;
  const waitedMs = oldest === null ? 0 : now - Date.parse(oldest);
  if (open.length > 0) return <Open issues={open} />;
  if (waitedMs > SLOW_MS) {
    return (
      <Alert color="orange" title={t("home.slow")} mih={76}>
        {t("home.slowAbout", { span: toSpan(waitedMs) })}
      </Alert>
    );
  }
  return (
    <Alert color="green" title={t("home.calm")} mih={76}>
      {t("home.calmAbout")}
    </Alert>
  );
}

function Open({ issues }: { issues: readonly IssueView[] }) {
  const { t } = useTranslation();
  const color = issues.some(({ level }) => level === "error") ? "red" : "orange";
  return (
    <Alert color={color} title={t("home.open", { count: issues.length })} mih={76}>
      <Stack gap="xs">
        {issues.map((issue) => (
          <Group key={issue.fingerprint} gap="xs">
            <Word of={issue.level} />
            <Link
              size="sm"
              c="inherit"
              underline="always"
              to={`/notifications?level=${issue.level}&id=${issue.lastNotificationId}`}
              flex="1 1 220px"
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
}
