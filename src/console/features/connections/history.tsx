import {
  Accordion,
  Alert,
  Group,
  Paper,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Title,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConnectionHistoryView, PastCheckView } from "../../../api/contract/connection-history.js";
import { Shown } from "../../parts/notice.js";
import { Part } from "../../parts/part.js";
import { columnsOf, type Period, periods } from "../../parts/periods.js";
import { toSpan, useNow, When } from "../../parts/when.js";
import { useRemote, useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";
import { Health, tones } from "./health.js";
import { add, type Calls, type Found, type Span, toneOfCalls, toSpans } from "./spans.js";

const hour = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

/** Looks with trouble that are shown in full. */
const SHOWN = 5;

interface HistoryProps {
  readonly path: string;
  /** When the last look was. */
  readonly checkedAt: string | null;
}

/** How a connection was: looks and calls as time went by, and the last looks that found trouble. */
export function History({ path, checkedAt }: HistoryProps) {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["period"]);
  const period = periods.find((each) => each === filters.period) ?? "day";
  const columns = columnsOf(period, new Date(useNow()));
  const remote = useRemote<ConnectionHistoryView>(`${path}/history`, { from: columns[0]?.toISOString() });
  return (
    <Part title={t("connections.history.title")} about={t("connections.history.about")}>
      <SegmentedControl
        size="xs"
        aria-label={t("home.period")}
        data={periods.map((each) => ({ value: each, label: t(`home.periods.${each}`) }))}
        value={period}
        onChange={(chosen) => change({ period: chosen === "day" ? null : chosen })}
        style={{ alignSelf: "flex-start" }}
      />
      <Paper p="md" mih={190}>
        <Shown remote={remote}>
          {(history) => <Strips spans={toSpans(columns, history)} history={history} period={period} />}
        </Shown>
      </Paper>
      <Troubles path={path} checkedAt={checkedAt} />
    </Part>
  );
}

interface StripsProps {
  readonly spans: readonly Span[];
  readonly history: ConnectionHistoryView;
  readonly period: Period;
}

function Strips({ spans, history: { looks }, period }: StripsProps) {
  const { t } = useTranslation();
  const words = useWords();
  const nameOf = ({ from }: Span): string => (period === "day" ? hour : day).format(from);
  const fine = looks.filter(({ health }) => health === "fine").length;
  const calls = spans.reduce<Calls>((sum, span) => add(sum, span.calls), { done: 0, refused: 0, unknown: 0, open: 0 });
  const cells = spans.map((span) => ({ key: span.from.toISOString(), name: nameOf(span), span }));
  return (
    <Stack gap="sm">
      <Strip
        title={t("connections.history.looks")}
        about={t("connections.history.fine", { count: looks.length, fine })}
        cells={cells.map(({ key, name, span }) => ({
          ...{
            key,
            name,
            tone: span.found,
            faint: span.looks === 0 && span.found !== "never",
            words: words.ofLooks(span),
          },
        }))}
      />
      <Strip
        title={t("connections.history.calls")}
        about={words.ofCalls(calls)}
        cells={cells.map(({ key, name, span }) => ({
          ...{ key, name, tone: toneOfCalls(span.calls), faint: false, words: words.ofCalls(span.calls) },
        }))}
      />
      <Group justify="space-between" aria-hidden>
        <Text size="xs" c="dimmed">
          {cells[0]?.name}
        </Text>
        <Text size="xs" c="dimmed">
          {t("connections.history.now")}
        </Text>
      </Group>
      <VisuallyHidden>
        <Table>
          <Table.Caption>{t("connections.history.title")}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {["time", "looks", "calls"].map((column) => (
                <Table.Th key={column} scope="col">
                  {t(`connections.history.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cells.map(({ key, name, span }) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td>{words.ofLooks(span)}</Table.Td>
                <Table.Td>{words.ofCalls(span.calls)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </VisuallyHidden>
    </Stack>
  );
}

/** What the cells of the strips say. */
function useWords() {
  const { t } = useTranslation();
  return {
    ofLooks: ({ found, looks, slowestMs }: Span): string => {
      const health = t(`connections.health.${found}`);
      if (slowestMs === null) return found === "never" ? health : t("connections.history.carried", { health });
      return t("connections.history.looked", { count: looks, health, took: toSpan(slowestMs) });
    },
    ofCalls: (calls: Calls): string => {
      const told = (["done", "refused", "unknown", "open"] as const).filter((state) => calls[state] > 0);
      if (told.length === 0) return t("connections.history.noCalls");
      return told.map((state) => t(`connections.history.states.${state}`, { count: calls[state] })).join(", ");
    },
  };
}

interface Cell {
  readonly key: string;
  readonly name: string;
  readonly tone: Found;
  /** Nobody looked: what is shown is from before. */
  readonly faint: boolean;
  readonly words: string;
}

function Strip({ title, about, cells }: { title: string; about: string; cells: readonly Cell[] }) {
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={6}>
        <Title order={3} size="sm">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      </Group>
      <div className="strip" aria-hidden>
        {cells.map(({ key, name, tone, faint, words }) => (
          <Tooltip key={key} label={`${name}: ${words}`} openDelay={0}>
            <span className="strip-cell" data-tone={tone} data-faint={faint} />
          </Tooltip>
        ))}
      </div>
    </div>
  );
}

/** Earlier looks that did not find everything fine, with what to do. What the last look found stands above. */
function Troubles({ path, checkedAt }: HistoryProps) {
  const { t } = useTranslation();
  const remote = useRemoteList<PastCheckView>(`${path}/checks`, { trouble: "true", limit: SHOWN + 1 });
  return (
    <Shown remote={remote}>
      {({ items }) => {
        const earlier = items.filter(({ at }) => at !== checkedAt).slice(0, SHOWN);
        if (earlier.length === 0) {
          return (
            <Text size="sm" c="dimmed">
              {t("connections.history.noTrouble")}
            </Text>
          );
        }
        return (
          <section aria-label={t("connections.history.troubles")}>
            <Title order={3} size="sm" mb="xs">
              {t("connections.history.troubles")}
            </Title>
            <Accordion variant="separated" multiple order={4}>
              {earlier.map((item) => (
                <Trouble key={item.id} check={item} />
              ))}
            </Accordion>
          </section>
        );
      }}
    </Shown>
  );
}

function Trouble({ check }: { check: PastCheckView }) {
  const { t } = useTranslation();
  const { id, at, occasion, health, tookMs, concerns, more } = check;
  return (
    <Accordion.Item value={id}>
      <Accordion.Control>
        <Group gap="sm">
          <Health health={health} />
          <When at={at} />
          <Text size="sm" className="breakable">
            {concerns[0]?.message}
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="xs">
          <Text size="xs" c="dimmed">
            {t(`connections.history.occasions.${occasion}`, { took: toSpan(tookMs) })}
          </Text>
          {concerns.map(({ code, about, level, message, remedy }) => (
            <Alert key={`${code} ${about}`} color={tones[level]} title={message} className="breakable" p="xs">
              {remedy}
            </Alert>
          ))}
          {more > 0 && (
            <Text size="sm" c="dimmed">
              {t("connections.history.more", { count: more })}
            </Text>
          )}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
