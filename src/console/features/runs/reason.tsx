import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EventView } from "../../../api/contract/event.js";
import type { RunView } from "../../../api/contract/run.js";
import { Json } from "../../parts/json.js";
import { Shown } from "../../parts/notice.js";
import { When } from "../../parts/when.js";
import { useRemote } from "../../remote/remote.js";

/** Why a run is there: the event, and what was decided about the flow. */
export function Reason({ run }: { run: RunView }) {
  const { t } = useTranslation();
  const remote = useRemote<EventView>(`/api/v1/events/${run.eventId}`);
  return (
    <Shown remote={remote}>
      {(event) => (
        <>
          <Group gap="xs">
            <Text size="sm" fw={500}>
              {event.kind}
            </Text>
            <When at={event.createdAt} />
          </Group>
          <Text size="sm">{event.decisions.find(({ flow }) => flow === run.flow)?.reason}</Text>
          <Json value={event.payload} label={t("runs.event")} />
        </>
      )}
    </Shown>
  );
}
