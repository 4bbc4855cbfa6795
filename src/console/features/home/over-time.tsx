import { Paper, SimpleGrid, Skeleton, Table, Text, Title, VisuallyHidden } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { OverviewView } from "../../../api/contract/overview.js";
import type { Period } from "../../parts/periods.js";
import type { Remote } from "../../remote/remote.js";
import type { ChartRow, Series } from "./charts.js";
import { type Bucket, incomingOf, toBuckets } from "./periods.js";

/** A page whose server is away, or has another version by now, shows its figures all the same. */
const Columns = lazy(async () => {
  try {
    return { default: (await import("./charts.js")).Columns };
  } catch {
    return { default: NoColumns };
  }
});
const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

interface OverTimeProps {
  readonly remote: Remote<OverviewView>;
  readonly columns: readonly Date[];
  readonly period: Period;
}

interface Part {
  readonly name: string;
  readonly color: string;
  readonly valueOf: (bucket: Bucket) => number;
}

const charts: Readonly<Record<string, readonly Part[]>> = {
  incoming: [{ name: "incoming", color: "bay.6", valueOf: incomingOf }],
  texts: [
    { name: "arrived", color: "green.7", valueOf: ({ delivered }) => delivered },
    { name: "onTheWay", color: "blue.4", valueOf: ({ texts, delivered, lost }) => texts - delivered - lost },
    { name: "lost", color: "red.7", valueOf: ({ lost }) => lost },
  ],
  runs: [
    { name: "ended", color: "gray.6", valueOf: ({ runs, failed }) => runs - failed },
    { name: "failed", color: "red.7", valueOf: ({ failed }) => failed },
  ],
};

/** What came in, left and failed, as time went by. */
export function OverTime({ remote, columns, period }: OverTimeProps) {
  const buckets = remote.state === "ready" ? toBuckets(columns, remote.value.hours) : null;
  const label = (at: Date): string => (period === "day" ? hour : day).format(at);
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }} spacing="sm">
      {Object.entries(charts).map(([name, parts]) => (
        <Chart key={name} name={name} parts={parts} buckets={buckets} label={label} />
      ))}
    </SimpleGrid>
  );
}

interface ChartProps {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly buckets: readonly Bucket[] | null;
  readonly label: (at: Date) => string;
}

function Chart({ name, parts, buckets, label }: ChartProps) {
  const { t } = useTranslation();
  const title = t(`home.charts.${name}`);
  const series: Series[] = parts.map((part) => ({ name: t(`home.parts.${part.name}`), color: part.color }));
  const rows = (buckets ?? []).map(
    (bucket): ChartRow => ({
      label: label(bucket.from),
      ...Object.fromEntries(parts.map((part, index) => [series[index]?.name ?? "", part.valueOf(bucket)])),
    }),
  );
  const waiting = <Skeleton h={200} />;
  return (
    <Paper p="md" component="figure" m={0} aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      <div aria-hidden style={{ height: 200 }}>
        {buckets === null ? (
          waiting
        ) : (
          <Suspense fallback={waiting}>
            <Columns rows={rows} series={series} />
          </Suspense>
        )}
      </div>
      <VisuallyHidden>
        <AsTable title={title} rows={rows} series={series} />
      </VisuallyHidden>
    </Paper>
  );
}

function NoColumns() {
  const { t } = useTranslation();
  return (
    <Text c="dimmed" size="sm">
      {t("home.charts.notLoaded")}
    </Text>
  );
}

/** The same for who does not see charts; times in which nothing was are left out. */
function AsTable({ title, rows, series }: { title: string; rows: readonly ChartRow[]; series: readonly Series[] }) {
  const { t } = useTranslation();
  const told = rows.filter((row) => series.some(({ name }) => Number(row[name]) > 0));
  return (
    <Table>
      <Table.Caption>{told.length === 0 ? t("home.charts.nothing", { title }) : title}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("home.charts.time")}</Table.Th>
          {series.map(({ name }) => (
            <Table.Th key={name} scope="col">
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {told.map((row) => (
          <Table.Tr key={row.label}>
            <Table.Th scope="row">{row.label}</Table.Th>
            {series.map(({ name }) => (
              <Table.Td key={name}>{row[name]}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
