import { BarChart } from "@mantine/charts";
import "@mantine/charts/styles.css";

/** One part of a column. */
export interface Series {
  readonly name: string;
  readonly color: string;
}

/** A row of a chart's data: the column's label, and the value of each part. */
export type ChartRow = Readonly<Record<string, string | number>>;

/** Columns over time, their parts on top of each other. For eyes only: whoever shows it says the same in a table. */
export function Columns({ rows, series }: { rows: readonly ChartRow[]; series: readonly Series[] }) {
  return (
    <BarChart
      h={200}
      data={rows.map((row) => ({ ...row }))}
      dataKey="label"
      series={series.map((part) => ({ ...part }))}
      type="stacked"
      withLegend={series.length > 1}
      gridAxis="x"
      tickLine="none"
      yAxisProps={{ allowDecimals: false, width: 44 }}
      xAxisProps={{ minTickGap: 24, interval: "preserveStartEnd" }}
      barProps={{ isAnimationActive: false }}
      barChartProps={{ accessibilityLayer: false }}
      tooltipAnimationDuration={0}
    />
  );
}
