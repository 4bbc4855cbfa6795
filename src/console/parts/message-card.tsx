import { Group, Paper, Skeleton, Text, Timeline } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { MessageView } from "../../api/contract/message.js";
import type { TimelineEntryView, TimelineView } from "../../api/contract/timeline.js";
import { useRemote } from "../remote/remote.js";
import { Word } from "./badges.js";
import { Link } from "./link.js";
import { toClock, When } from "./when.js";

const said: readonly TimelineEntryView["kind"][] = ["request", "response", "message", "callback", "received"];

/** One message as its recipient reads it, and how far it has come. */
export function MessageCard({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  return (
    <Paper p="md">
      <Group gap="sm" mb="xs">
        <Word of={message.status} />
        <Link size="sm" to={`/timeline?phone=${encodeURIComponent(message.to)}`}>
          {message.to}
        </Link>
        <Text size="xs" c="dimmed">
          {`${message.channel} · ${t("runs.part", { count: message.segments })}`}
        </Text>
        <When at={message.updatedAt} size="xs" />
      </Group>
      <Text size="sm" className="breakable bubble">
        {message.body}
      </Text>
      <Statuses message={message} />
      {message.errorCode !== null && (
        <Text size="xs" c="red" mt="xs">
          {message.errorCode}
        </Text>
      )}
    </Paper>
  );
}

/** What was said of a message, oldest first: when it was written, what the vendor has reported, what its recipient has answered. */
function Statuses({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const remote = useRemote<TimelineView>("/api/v1/timeline", { run: message.runId });
  if (remote.state !== "ready") return <Skeleton h={60} mt="sm" />;
  const told = remote.value.entries.filter(
    ({ kind, ids }) => said.includes(kind) && (ids.messageId === message.id || ids.effectId === message.effectId),
  );
  if (told.length === 0) return null;
  return (
    <Timeline bulletSize={12} lineWidth={2} mt="sm" active={told.length} aria-label={t("runs.statuses")}>
      {told.map(({ at, kind, title }) => (
        <Timeline.Item key={`${at} ${kind} ${title}`}>
          <Text size="xs">
            <Text span size="xs" c="dimmed" ff="monospace" pr="xs">
              {toClock(at)}
            </Text>
            {title}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
