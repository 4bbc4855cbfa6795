import { Paper, SimpleGrid, Skeleton, Text, Tooltip } from "@mantine/core";
import { TriangleDownIcon, TriangleUpIcon } from "@radix-ui/react-icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FiguresView, OverviewView } from "../../../api/contract/overview.js";
import { Link } from "../../parts/link.js";
import { toSpan, useNow } from "../../parts/when.js";
import type { Remote } from "../../remote/remote.js";
import { arrivedOf, incomingOf } from "./periods.js";

const whole = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

/** The six numbers that say how things are; each has its place before it is known. */
export function Figures({ remote }: { remote: Remote<OverviewView> }) {
  const { t } = useTranslation();
  const now = useNow();
  const known = remote.state === "ready" ? remote.value : null;
  const figure = (name: string, shown: Omit<FigureProps, "name"> | null, to?: string) => (
    <Figure key={name} name={t(`home.figures.${name}`)} {...(to !== undefined && { to })} {...shown} />
  );
  const compared = (value: (figures: FiguresView) => number, isBad = false) =>
    known && {
      value: whole.format(value(known.total)),
      change: <Change now={value(known.total)} before={value(known.before)} isBad={isBad} />,
    };
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, xl: 6 }} spacing="sm" component="section" aria-label={t("home.figures.title")}>
      {figure("incoming", compared(incomingOf), "/records")}
      {figure(
        "texts",
        compared(({ texts }) => texts),
        "/messages",
      )}
      {figure("delivered", known && { value: shareOf(known.total), change: <Delivered figures={known.total} /> })}
      {figure(
        "failed",
        compared(({ failed }) => failed, true),
        "/runs?status=failed",
      )}
      {figure(
        "unknown",
        known && { value: upTo(known.now.unknown), change: t("home.figures.unknownAbout") },
        "/notifications?level=error",
      )}
      {figure(
        "waiting",
        known && {
          value: known.now.oldestDueAt === null ? "0" : toSpan(now - Date.parse(known.now.oldestDueAt)),
          change:
            known.now.due === 0 ? t("home.figures.nothingWaits") : t("home.figures.due", { count: known.now.due }),
        },
        "/runs?status=queued",
      )}
    </SimpleGrid>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value?: string;
  readonly change?: ReactNode;
  readonly to?: string;
}

function Figure({ name, value, change, to }: FigureProps) {
  return (
    <Paper p="md" className="figure">
      <Text size="sm" c="dimmed">
        {to === undefined ? (
          name
        ) : (
          <Link to={to} c="inherit">
            {name}
          </Link>
        )}
      </Text>
      {value === undefined ? (
        <Skeleton h={34} w={72} my={3} />
      ) : (
        <Text fz={28} lh="40px" fw={650}>
          {value}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="div" mih={18}>
        {change}
      </Text>
    </Paper>
  );
}

/** How a number differs from the one of the same time before; the words say so, the arrow and the colour only help. */
function Change({ now, before, isBad }: { now: number; before: number; isBad: boolean }) {
  const { t } = useTranslation();
  if (now === before) return t("home.figures.same");
  const isMore = now > before;
  const by = before === 0 ? whole.format(now) : percent.format(Math.abs(now - before) / before);
  return (
    <Tooltip label={t("home.figures.before", { count: before })}>
      <Text span size="xs" c={isBad && isMore ? "var(--lost)" : "dimmed"}>
        {isMore ? <TriangleUpIcon className="inline" /> : <TriangleDownIcon className="inline" />}
        {t(isMore ? "home.figures.more" : "home.figures.fewer", { by })}
      </Text>
    </Tooltip>
  );
}

function Delivered({ figures }: { figures: FiguresView }) {
  const { t } = useTranslation();
  const onTheWay = figures.texts - figures.delivered - figures.lost;
  if (figures.lost > 0) return t("home.figures.lost", { count: figures.lost });
  return onTheWay > 0 ? t("home.figures.onTheWay", { count: onTheWay }) : t("home.figures.allArrived");
}

function shareOf(figures: FiguresView): string {
  const share = arrivedOf(figures);
  return share === null ? "–" : percent.format(Math.floor(share * 1_000) / 1_000);
}

/** What is counted up to a thousand only. */
function upTo(count: number): string {
  return count >= 1_000 ? "1000+" : whole.format(count);
}
