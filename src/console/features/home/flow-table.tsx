import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FlowView } from "../../../api/contract/definitions.js";
import type { FlowFiguresView, OverviewView } from "../../../api/contract/overview.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { When } from "../../parts/when.js";
import { type Remote, useRemoteList } from "../../remote/remote.js";
import { arrivedOf } from "./periods.js";

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

/** What each flow did: those that are on, and those that ran. */
export function FlowTable({ overview }: { overview: Remote<OverviewView> }) {
  const remote = useRemoteList<FlowView>("/api/v1/flows", { limit: 200 });
  const figures = overview.state === "ready" ? overview.value.flows : [];
  return <Shown remote={remote}>{({ items }) => <Rows flows={items} figures={figures} />}</Shown>;
}

function Rows({ flows, figures }: { flows: readonly FlowView[]; figures: readonly FlowFiguresView[] }) {
  const { t } = useTranslation();
  const titles = new Map(flows.map(({ name, title }) => [name, title]));
  const idle = flows.filter(({ name, active }) => active && !figures.some(({ flow }) => flow === name));
  const none = { runs: 0, failed: 0, texts: 0, delivered: 0, lost: 0, newestRunId: null, newestRunAt: null };
  const rows = [...figures, ...idle.map(({ name }) => ({ flow: name, ...none }))];
  if (rows.length === 0) return <Text c="dimmed">{t("home.noFlows")}</Text>;
  return (
    <Table.ScrollContainer
      minWidth={420}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("home.flows") } }}
    >
      <Table horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {["flow", "runs", "failed", "texts", "arrived", "last"].map((column) => (
              <Table.Th key={column} scope="col" ta={column === "flow" ? "left" : "right"}>
                {t(`home.flowColumns.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Row key={row.flow} row={row} title={titles.get(row.flow) ?? row.flow} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ row, title }: { row: FlowFiguresView; title: string }) {
  const { flow, runs, failed, texts, newestRunId, newestRunAt } = row;
  const arrived = arrivedOf(row);
  const runsOf = `/runs?flow=${encodeURIComponent(flow)}`;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <Link size="sm" to={runsOf}>
          {title}
        </Link>
      </Table.Th>
      <Table.Td ta="right">{runs}</Table.Td>
      <Table.Td ta="right">
        {failed === 0 ? (
          "0"
        ) : (
          <Link size="sm" c="var(--lost)" underline="always" to={`${runsOf}&status=failed`}>
            {`${failed} (${percent.format(failed / runs)})`}
          </Link>
        )}
      </Table.Td>
      <Table.Td ta="right">{texts}</Table.Td>
      <Table.Td ta="right">{arrived === null ? "–" : percent.format(arrived)}</Table.Td>
      <Table.Td ta="right">
        {newestRunAt === null ? (
          "–"
        ) : (
          <Link size="xs" to={`/runs/${newestRunId}`}>
            <When at={newestRunAt} size="xs" />
          </Link>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
