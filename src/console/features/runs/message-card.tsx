import { Group, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { MessageView } from "../../../api/contract/message.js";
import { Word } from "../../parts/badges.js";
import { Link } from "../../parts/link.js";
import { When } from "../../parts/when.js";

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
      {message.errorCode !== null && (
        <Text size="xs" c="red" mt="xs">
          {message.errorCode}
        </Text>
      )}
    </Paper>
  );
}
