import { Flex, Group, Text, UnstyledButton } from "@mantine/core";
import type { NotificationView } from "../../../api/contract/notification.js";
import { Word } from "../../parts/badges.js";
import { When } from "../../parts/when.js";

interface NotificationRowProps {
  readonly item: NotificationView;
  readonly chosen: boolean;
  readonly choose: (id: string) => void;
}

/** One notification in the list. */
export function NotificationRow({ item, chosen, choose }: NotificationRowProps) {
  const about = [item.flow, item.key === null ? null : `${item.dataType?.split("/")[1]} ${item.key}`];
  return (
    <UnstyledButton
      w="100%"
      px="md"
      py={10}
      className="row"
      data-chosen={chosen}
      data-id={item.id}
      aria-current={chosen}
      onClick={() => choose(item.id)}
    >
      <Flex justify="space-between" gap="md" align="baseline">
        <Text
          size="sm"
          fw={item.state === "new" && item.level !== "info" ? 650 : 450}
          className="breakable"
          lineClamp={2}
        >
          {item.title}
        </Text>
        <When at={item.createdAt} size="xs" />
      </Flex>
      <Group gap="xs" mt={4}>
        <Word of={item.level} />
        {item.state !== "new" && <Word of={item.state} />}
        <Text size="xs" c="dimmed" className="breakable">
          {about.filter((part) => part !== null).join(" · ")}
        </Text>
      </Group>
    </UnstyledButton>
  );
}
