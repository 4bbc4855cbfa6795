import { Alert, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AcceptedView } from "../../api/contract/record.js";
import type { Problem } from "../remote/problem.js";
import { Link } from "./link.js";

/** What became of a record that was pushed, and which flows it started. */
export function Pushed({ accepted }: { accepted: AcceptedView }) {
  const { t } = useTranslation();
  const { verdict, dataType, key, decisions, problems } = accepted;
  const fired = decisions.filter((decision) => decision.verdict === "fired");
  return (
    <Alert color={verdict === "quarantined" ? "orange" : "bay"} title={t(`pushed.${verdict}`, { dataType, key })}>
      {verdict !== "quarantined" && verdict !== "unchanged" && (
        <Text size="sm">{t("pushed.fired", { count: fired.length })}</Text>
      )}
      <Problems problems={problems} />
      {fired.map(({ flow, runId }) => (
        <Text key={flow} size="sm">
          {runId === null ? flow : <Link to={`/runs/${runId}`}>{flow}</Link>}
        </Text>
      ))}
    </Alert>
  );
}

/** Why something was refused: what does not fit, and where. */
export function Refused({ problem }: { problem: Problem }) {
  return (
    <Alert color="red" title={problem.message} role="alert">
      <Text size="sm">{problem.remedy}</Text>
      <Problems problems={problem.problems ?? []} />
    </Alert>
  );
}

/** What does not fit, by its path. */
export function Problems({ problems }: { problems: readonly { readonly path: string; readonly message: string }[] }) {
  if (problems.length === 0) return null;
  return (
    <List size="sm" mt="xs">
      {problems.map(({ path, message }) => (
        <List.Item key={`${path} ${message}`}>
          <Text span ff="monospace" size="xs" fw={600}>
            {path === "" ? "/" : path}
          </Text>
          {` ${message}`}
        </List.Item>
      ))}
    </List>
  );
}
