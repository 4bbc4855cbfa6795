import { Badge, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Liveness } from "../remote/use-live.js";

const colors = { connected: "green", connecting: "yellow", away: "red" } as const;

/** Whether what is on the screen follows what happens. */
export function LiveBadge({ live }: { live: Liveness }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(`live.about.${live}`)}>
      <Badge color={colors[live]} variant="dot" role="status" style={{ flexShrink: 0 }}>
        {t(`live.${live}`)}
      </Badge>
    </Tooltip>
  );
}
