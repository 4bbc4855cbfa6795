import "@xyflow/react/dist/style.css";
import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { ArrowDownIcon, ArrowUpIcon, CopyIcon, PlusIcon, TrashIcon } from "@radix-ui/react-icons";
import { Background, Controls, type NodeTypes, ReactFlow } from "@xyflow/react";
import { type KeyboardEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { triggerId } from "../../flow-graph/to-graph.js";
import { lookedAt, placeNodes, toWays, wayTypes } from "../../flow-graph/ways.js";
import { type Changed, copyStep, dropStep, shiftStep } from "./change-steps.js";
import { type Editing, useEditing } from "./editing.js";
import { EndNode, FrameNode, StepNode, TriggerNode } from "./nodes.js";

const nodeTypes: NodeTypes = { step: StepNode, trigger: TriggerNode, frame: FrameNode, end: EndNode };

/** Nodes that are seen at first: of a long flow, its beginning. */
const FIRST = 6;

/** The flow as a graph: what is chosen in it is what the form is about. */
export function Canvas({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation();
  const editing = useEditing();
  const { written } = editing;
  const picture = useMemo(() => {
    if (written === null) return { nodes: [], edges: [] };
    const { drawn } = written;
    return { nodes: placeNodes(drawn, () => ({})), edges: toWays(drawn, (reason) => t(`runs.ways.${reason}`)) };
  }, [written, t]);
  const act = useStepActs(onAdd);
  return (
    <section aria-label={t("editor.graph")} className="canvas" onKeyDown={act.onKey}>
      <Group gap={4} className="canvas-tools" role="toolbar" aria-label={t("editor.stepTools")}>
        <Tool label={t("editor.add")} act={onAdd} Icon={PlusIcon} />
        <Tool label={t("editor.up")} act={act.up} Icon={ArrowUpIcon} />
        <Tool label={t("editor.down")} act={act.down} Icon={ArrowDownIcon} />
        <Tool label={t("editor.copy")} act={act.copy} Icon={CopyIcon} />
        <Tool label={t("editor.drop")} act={act.drop} Icon={TrashIcon} />
      </Group>
      <ReactFlow
        nodes={picture.nodes}
        edges={picture.edges}
        nodeTypes={nodeTypes}
        edgeTypes={wayTypes}
        {...lookedAt}
        disableKeyboardA11y
        fitView
        fitViewOptions={{ maxZoom: 0.9, minZoom: 0.6, padding: 0.15, nodes: picture.nodes.slice(0, FIRST) }}
      >
        <Background />
        <Controls showInteractive={false} aria-label={t("editor.zoom")} />
      </ReactFlow>
    </section>
  );
}

function Tool({ label, act, Icon }: { label: string; act: (() => void) | null; Icon: typeof PlusIcon }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} disabled={act === null} onClick={act ?? undefined}>
        <Icon />
      </ActionIcon>
    </Tooltip>
  );
}

/** What can be done with the chosen step, also by keys: Alt with an arrow moves it, Delete takes it out, + adds one behind it. */
function useStepActs(onAdd: () => void) {
  const editing = useEditing();
  const { text, written } = editing;
  const step = written?.steps.find(({ id }) => id === editing.chosen) ?? null;
  const take = (changed: Changed | null): void => {
    if (changed === null) return;
    editing.write(changed.text);
    editing.choose(changed.chosen);
  };
  const able = written !== null && step !== null ? { written, step } : null;
  const up = able && (() => take(shiftStep(text, able.written, { step: able.step, by: -1 })));
  const down = able && (() => take(shiftStep(text, able.written, { step: able.step, by: 1 })));
  const copy = able && (() => take(copyStep(text, able.written, able.step)));
  const drop = able && (() => take(dropStep(text, able.written, able.step)));
  const onKey = (event: KeyboardEvent): void => {
    const keys: Readonly<Record<string, (() => void) | null>> = event.altKey
      ? { ArrowUp: up, ArrowDown: down }
      : { ArrowUp: () => step1(editing, -1), ArrowDown: () => step1(editing, 1), Delete: drop, "+": onAdd, d: copy };
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };
  return { up, down, copy, drop, onKey };
}

function step1({ written, chosen, choose }: Editing, by: -1 | 1): void {
  const ids = [triggerId, ...(written?.steps.map(({ id }) => id) ?? [])];
  const next = ids[ids.indexOf(chosen) + by];
  if (next !== undefined) choose(next);
}
