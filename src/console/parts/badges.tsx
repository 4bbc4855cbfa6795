import { Badge, type MantineColor } from "@mantine/core";
import { useTranslation } from "react-i18next";

const colors: Readonly<Record<string, MantineColor>> = {
  info: "gray",
  notice: "blue",
  warning: "orange",
  error: "red",
  new: "bay",
  acknowledged: "yellow",
  resolved: "gray",
  queued: "gray",
  running: "blue",
  waiting: "yellow",
  succeeded: "green",
  failed: "red",
  cancelled: "gray",
  done: "green",
  skipped: "gray",
  suppressed: "gray",
  intended: "gray",
  started: "blue",
  refused: "red",
  unknown: "orange",
  pending: "gray",
  accepted: "blue",
  scheduled: "blue",
  sending: "blue",
  sent: "blue",
  delivered: "green",
  read: "green",
  undelivered: "red",
};

/** A level, state, status or outcome: always the word, its colour only helps. */
export function Word({ of }: { of: string }) {
  const { t } = useTranslation();
  return <Badge color={colors[of] ?? "gray"}>{t(`words.${of}`, { defaultValue: of })}</Badge>;
}
