import { SegmentedControl, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowVersionView } from "../../../api/contract/definitions.js";
import type { RunDetailView } from "../../../api/contract/run.js";
import { allSteps } from "../../../core/flow.js";
import type { DrawnFlow } from "../../flow-graph/to-graph.js";
import { walkRun } from "../../flow-graph/walk-run.js";
import { Shown } from "../../parts/notice.js";
import { Part } from "../../parts/part.js";
import { useRemote } from "../../remote/remote.js";
import { StepDetail } from "./step-detail.js";
import { StepList } from "./step-list.js";

const FlowPicture = lazy(() => import("./flow-picture.js").then((part) => ({ default: part.FlowPicture })));
const views = ["picture", "list"] as const;

/** What a run did, on the picture of its flow or as a list. */
export function StepsPart({ run }: { run: RunDetailView }) {
  const { t } = useTranslation();
  const wide = useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
  const [wanted, setWanted] = useState<string | null>(null);
  const view = wanted ?? (wide ? "picture" : "list");
  return (
    <Part title={t("runs.steps")}>
      <SegmentedControl
        size="xs"
        aria-label={t("runs.view")}
        data={views.map((each) => ({ value: each, label: t(`runs.views.${each}`) }))}
        value={view}
        onChange={setWanted}
        style={{ alignSelf: "flex-start" }}
      />
      {view === "list" ? <StepList run={run} /> : <Pictured run={run} />}
    </Part>
  );
}

function Pictured({ run }: { run: RunDetailView }) {
  const remote = useRemote<FlowVersionView>(`/api/v1/runs/${run.id}/flow`);
  return <Shown remote={remote}>{(version) => <PictureAndStep version={version} run={run} />}</Shown>;
}

function PictureAndStep({ version, run }: { version: FlowVersionView; run: RunDetailView }) {
  const { t } = useTranslation();
  // The server sends a definition as it has read it.
  const flow = useMemo(() => ({ on: version.on, steps: version.steps }) as unknown as DrawnFlow, [version]);
  const { marks } = useMemo(() => walkRun(flow, run), [flow, run]);
  const troubled = run.steps.find(({ outcome }) => outcome === "failed")?.id;
  const [wanted, setWanted] = useState<string | null>(null);
  const chosen = wanted ?? troubled ?? null;
  const choose = useCallback((stepId: string) => setWanted(stepId), []);
  const step = allSteps(flow.steps).find(({ id }) => id === chosen);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Suspense fallback={<Skeleton className="flow-picture" h={560} />}>
        <FlowPicture flow={flow} run={run} chosen={chosen} choose={choose} />
      </Suspense>
      {step === undefined ? (
        <Text c="dimmed" p="md">
          {t("runs.chooseStep")}
        </Text>
      ) : (
        <StepDetail step={step} mark={marks.get(step.id) ?? "ahead"} run={run} />
      )}
    </SimpleGrid>
  );
}
