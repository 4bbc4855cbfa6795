import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConnectionView } from "../../../api/contract/connection.js";

const colors = { fine: "green", warnings: "orange", problems: "red", unknown: "gray" } as const;

/** Colours of what was found, by how bad it is. */
export const tones = { problem: "red", warning: "orange", note: "gray" } as const;

/** What the last look at a connection found. */
export function Health({ health }: Pick<ConnectionView, "health">) {
  const { t } = useTranslation();
  if (health === null) return <Badge color="gray">{t("connections.health.never")}</Badge>;
  return <Badge color={colors[health]}>{t(`connections.health.${health}`)}</Badge>;
}
