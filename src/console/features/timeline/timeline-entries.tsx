import { ActionIcon, Collapse, Group, Paper, Text, ThemeIcon, Timeline } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  ArrowDownIcon,
  ArrowUpIcon,
  BellIcon,
  ChatBubbleIcon,
  ChevronDownIcon,
  CommitIcon,
  DotFilledIcon,
  LightningBoltIcon,
  PersonIcon,
  PlayIcon,
  QuestionMarkIcon,
  ReloadIcon,
} from "@radix-ui/react-icons";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { TimelineEntryView } from "../../../api/contract/timeline.js";
import { Json } from "../../parts/json.js";
import { Link } from "../../parts/link.js";
import { toClock } from "../../parts/when.js";

const icons: Readonly<Record<TimelineEntryView["kind"], ComponentType>> = {
  event: LightningBoltIcon,
  decision: QuestionMarkIcon,
  run: PlayIcon,
  step: DotFilledIcon,
  request: ArrowUpIcon,
  response: ArrowDownIcon,
  message: ChatBubbleIcon,
  callback: ReloadIcon,
  received: ChatBubbleIcon,
  consent: PersonIcon,
  notification: BellIcon,
};

/** What stands out: what people said to each other. */
const loud: readonly TimelineEntryView["kind"][] = ["message", "received"];
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

/** What happened, oldest first, by days. */
export function TimelineEntries({ entries }: { entries: readonly TimelineEntryView[] }) {
  return (
    <Timeline bulletSize={24} lineWidth={2}>
      {entries.map((entry, index) => {
        const date = day.format(new Date(entry.at));
        const before = entries[index - 1];
        const isFirst = before === undefined || day.format(new Date(before.at)) !== date;
        const Icon = icons[entry.kind] ?? CommitIcon;
        const bullet = (
          <ThemeIcon size={24} radius="xl" variant={loud.includes(entry.kind) ? "filled" : "light"}>
            <Icon />
          </ThemeIcon>
        );
        return (
          <Timeline.Item key={`${entry.at} ${entry.kind} ${JSON.stringify(entry.ids)} ${entry.title}`} bullet={bullet}>
            {isFirst && (
              <Text size="xs" c="dimmed" fw={600} mb={4}>
                {date}
              </Text>
            )}
            <Entry entry={entry} />
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}

function Entry({ entry }: { entry: TimelineEntryView }) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure();
  const { runId } = entry.ids;
  const body = loud.includes(entry.kind) && typeof entry.detail.body === "string" ? entry.detail.body : null;
  return (
    <>
      <Group gap="xs" wrap="nowrap" align="baseline">
        <Text size="xs" c="dimmed" ff="monospace">
          {toClock(entry.at)}
        </Text>
        <Text size="sm" className="breakable" flex={1}>
          {entry.kind === "run" && runId !== undefined ? <Link to={`/runs/${runId}`}>{entry.title}</Link> : entry.title}
        </Text>
        <ActionIcon
          variant="subtle"
          size="sm"
          onClick={toggle}
          aria-label={t("timeline.details")}
          aria-expanded={opened}
        >
          <ChevronDownIcon />
        </ActionIcon>
      </Group>
      {body !== null && (
        <Paper p="xs" mt={4} maw={480} className="bubble breakable">
          <Text size="sm">{body}</Text>
        </Paper>
      )}
      <Collapse expanded={opened}>{opened && <Json value={entry.detail} label={t("timeline.details")} />}</Collapse>
    </>
  );
}
